import type { PeerMessage, Transport } from '../../src/node/index.js'
import { passing } from './passing-transport.js'

/** Lets everything through `inner`, and notes the messages that leave in `sent`. */
export function spying(inner: Transport, sent: PeerMessage[]): Transport {
  return passing(inner, {
    send: (messages) => {
      sent.push(...messages)
      inner.send(messages)
    },
  })
}

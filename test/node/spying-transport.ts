import type { PeerMessage, Transport } from '../../src/node/index.js'

/** Lets everything through `inner`, and notes the messages that leave in `sent`. */
export function spying(inner: Transport, sent: PeerMessage[]): Transport {
  return {
    start: (receiver) => inner.start(receiver),
    send: (messages) => {
      sent.push(...messages)
      inner.send(messages)
    },
    sendSnapshot: (request, pieces, signal) => inner.sendSnapshot(request, pieces, signal),
    ask: (to, question, signal) => inner.ask(to, question, signal),
    close: () => inner.close(),
  }
}

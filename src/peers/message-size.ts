import type { PeerMessage } from '../node/index.js'

const messageBytes = 64
const partBytes = 16

/** Messages that carry data, of which there may be a lot, and which others must not wait for. */
export function isBulk(message: PeerMessage): boolean {
  return message.type === 'append-request' || message.type === 'proposals'
}

/** At least what the message needs on the wire. */
export function sizeOf(message: PeerMessage): number {
  switch (message.type) {
    case 'append-request': {
      let bytes = messageBytes
      for (const { data } of message.entries) bytes += partBytes + data.length
      return bytes
    }
    case 'proposals': {
      let bytes = messageBytes
      for (const payload of message.payloads) bytes += partBytes + payload.length
      return bytes
    }
    case 'proposals-refused':
      return messageBytes + partBytes * message.counters.length
    default:
      return messageBytes
  }
}

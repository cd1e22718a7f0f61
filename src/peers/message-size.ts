import type { PeerMessage } from '../node/index.js'

/** Numbers at their longest, tags and lengths; those of a batch and its group too. */
const messageBytes = 96
const partBytes = 24

/** Messages that carry data, of which there may be a lot, and which others must not wait for. */
export function isBulk(message: PeerMessage): boolean {
  return message.type === 'append-request' || message.type === 'proposals'
}

/** At most what the message needs on the wire, alone in its batch. */
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

/** Proposals that are too large for one message in several; anything else as it is. */
export function partsOf(message: PeerMessage, maxBytes: number): PeerMessage[] {
  if (message.type !== 'proposals' || sizeOf(message) <= maxBytes) return [message]
  const parts: PeerMessage[] = []
  let payloads: Uint8Array[] = []
  let bytes = messageBytes
  for (const payload of message.payloads) {
    const payloadBytes = partBytes + payload.length
    if (payloads.length > 0 && bytes + payloadBytes > maxBytes) {
      parts.push({ ...message, payloads })
      payloads = []
      bytes = messageBytes
    }
    payloads.push(payload)
    bytes += payloadBytes
  }
  return [...parts, { ...message, payloads }]
}

import { type EncodedField, PreparedFields } from '../../http2/index.js'
import type { CallStatus } from '../call-status.js'
import { readableEncodings } from './inflation.js'

const ok: EncodedField = { name: ':status', value: '200' }
const contentType: EncodedField = { name: 'content-type', value: 'application/grpc' }

/** What precedes the first message. */
export const responseHead = new PreparedFields([ok, contentType])

/** What follows the last message of a call that went well. */
export const successTrailers = new PreparedFields([{ name: 'grpc-status', value: '0' }])

/** The end of a call that failed. */
export function failureTrailers(status: CallStatus): EncodedField[] {
  return [
    { name: 'grpc-status', value: String(status.status), indexing: 'plain' },
    { name: 'grpc-message', value: percentEncoded(status.message), indexing: 'plain' },
  ]
}

/** A call that ends before any message: one block says it all. */
export function trailersOnly(status: CallStatus): EncodedField[] {
  return [ok, contentType, ...failureTrailers(status)]
}

/** A call whose messages we cannot read; it hears what we could. */
export function undecodable(status: CallStatus): EncodedField[] {
  const accepted = readableEncodings.join(',')
  return [...trailersOnly(status), { name: 'grpc-accept-encoding', value: accepted }]
}

/** An answer to what is no call at all, in HTTP's own terms. */
export function httpRefusal(status: number): EncodedField[] {
  return [{ name: ':status', value: String(status), indexing: 'plain' }]
}

/**
 * gRPC over HTTP/2, "Responses": bytes outside the visible ASCII, and the percent sign; spaces at the
 * ends as well, where HTTP/2 forbids them.
 */
function percentEncoded(text: string): string {
  if (/^(?! )[ -$&-~]*(?<! )$/.test(text)) return text
  const bytes = Buffer.from(text)
  let encoded = ''
  for (const [index, byte] of bytes.entries()) {
    const inside = index > 0 && index < bytes.length - 1
    const plain = (byte > 0x20 || (byte === 0x20 && inside)) && byte <= 0x7e && byte !== 0x25
    encoded += plain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

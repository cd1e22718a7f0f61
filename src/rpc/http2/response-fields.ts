import { type EncodedField, PreparedFields } from '../../http2/index.js'
import type { CallStatus } from '../call-status.js'

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

/** An answer to what is no call at all, in HTTP's own terms. */
export function httpRefusal(status: number): EncodedField[] {
  return [{ name: ':status', value: String(status), indexing: 'plain' }]
}

/** gRPC over HTTP/2, "Responses": bytes outside the visible ASCII, and the percent sign. */
function percentEncoded(text: string): string {
  if (/^[ -$&-~]*$/.test(text)) return text
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += plain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** Header compression for HTTP/2: RFC 7541. */
export { type DecodedBlock, HpackDecoder } from './decoder.js'
export { type EncodedField, HpackEncoder } from './encoder.js'
export type { HeaderField } from './header-field.js'
export { HpackError } from './hpack-error.js'

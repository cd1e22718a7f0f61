/** A header block breaks the rules of HPACK: COMPRESSION_ERROR for the connection it came over. */
export class HpackError extends Error {
  override readonly name = 'HpackError'
}

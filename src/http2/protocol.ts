/** Frame types (RFC 9113, section 6). */
export const frameTypes = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  resetStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goAway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const

/** Frame flags; `acknowledge` belongs to SETTINGS and PING. */
export const flags = {
  endStream: 0x1,
  acknowledge: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const

/** Error codes (RFC 9113, section 7). */
export const errorCodes = {
  noError: 0x0,
  protocolError: 0x1,
  internalError: 0x2,
  flowControlError: 0x3,
  settingsTimeout: 0x4,
  streamClosed: 0x5,
  frameSizeError: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compressionError: 0x9,
  connectError: 0xa,
  enhanceYourCalm: 0xb,
} as const

export const frameHeaderBytes = 9

/** The largest frame we take: the smallest limit the protocol allows, and no client sends more. */
export const maxFrameBytes = 16_384

export const defaultWindowBytes = 65_535
export const largestWindowBytes = 0x7fff_ffff

/** What a client's connection starts with. */
export const clientPreface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** The peer broke a rule that the connection depends on: it is told why, and the connection ends. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** The peer broke a rule of one stream: that stream is reset. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly streamId: number
  readonly code: number

  constructor(streamId: number, code: number, message: string) {
    super(message)
    this.streamId = streamId
    this.code = code
  }
}

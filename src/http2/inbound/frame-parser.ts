import {
  ConnectionError,
  clientPreface,
  errorCodes,
  frameHeaderBytes,
  maxFrameBytes,
} from '../protocol.js'

/** Takes frames as they come in. The payload is `bytes` from `start` to `end`, a view for now only. */
export interface FrameSink {
  frame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void
}

const nothing = Buffer.alloc(0)

/** Cuts what a client sends into frames. It keeps at most one unfinished frame. */
export class FrameParser {
  readonly #sink: FrameSink
  #rest: Buffer = nothing
  #prefaceSeen = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** @throws ConnectionError on a wrong preface or a frame that is too large, and what the sink throws */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = nothing
    const start = this.#prefaceSeen ? 0 : this.#readPreface(bytes)
    const consumed = this.#prefaceSeen ? this.#readFrames(bytes, start) : start
    if (consumed < bytes.length) this.#rest = bytes.subarray(consumed)
  }

  #readPreface(bytes: Buffer): number {
    const length = Math.min(bytes.length, clientPreface.length)
    if (bytes.compare(clientPreface, 0, length, 0, length) !== 0) {
      throw new ConnectionError(errorCodes.protocolError, 'the connection preface is not HTTP/2')
    }
    if (length < clientPreface.length) return 0
    this.#prefaceSeen = true
    return length
  }

  #readFrames(bytes: Buffer, start: number): number {
    let at = start
    while (bytes.length - at >= frameHeaderBytes) {
      const length = readUInt24(bytes, at)
      if (length > maxFrameBytes) {
        throw new ConnectionError(errorCodes.frameSizeError, `a frame of ${length} bytes`)
      }
      const payload = at + frameHeaderBytes
      const end = payload + length
      if (end > bytes.length) break
      const type = bytes[at + 3] ?? 0
      const streamId = bytes.readUInt32BE(at + 5) & 0x7fff_ffff
      this.#sink.frame(type, bytes[at + 4] ?? 0, streamId, bytes, payload, end)
      at = end
    }
    return at
  }
}

function readUInt24(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
}

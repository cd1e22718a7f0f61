import type { OpenStreams } from '../open-streams.js'
import type { FrameWriter } from '../outbound/frame-writer.js'
import { ConnectionError, defaultWindowBytes, errorCodes, StreamError } from '../protocol.js'
import type { PeerSettings } from '../settings.js'
import { ServerStream } from '../stream.js'
import { HeaderDecoding } from './header-blocks.js'
import type { InboundActions } from './inbound.js'
import { type RequestHead, wrongField } from './request-head.js'

export interface PeerFramesParts {
  readonly streams: OpenStreams
  readonly writer: FrameWriter
  readonly peer: PeerSettings
  readonly maxHeaderListBytes: number
  readonly onStream: (stream: ServerStream, head: RequestHead) => void
  /** The peer will begin no more streams. */
  readonly onLeave: () => void
  /** True: we take no more streams. */
  readonly isLeaving: () => boolean
}

/** Bytes of body that may be under way to us on all streams together. */
const receiveWindowBytes = 4 * 1024 * 1024

/** What a client's frames mean to the connection (RFC 9113, sections 5 and 6). */
export class PeerFrames implements InboundActions {
  readonly #parts: PeerFramesParts
  readonly #streams: OpenStreams
  readonly #decoding: HeaderDecoding
  #uncreditedBytes = 0

  constructor(parts: PeerFramesParts) {
    this.#parts = parts
    this.#streams = parts.streams
    this.#decoding = new HeaderDecoding(parts.maxHeaderListBytes)
    parts.writer.windowUpdate(0, receiveWindowBytes - defaultWindowBytes)
  }

  headers(streamId: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    const { table } = this.#streams
    const open = table.get(streamId)
    if (open !== undefined) {
      this.#trailers(open, endStream, bytes.subarray(start, end))
      return
    }
    const head = this.#decoding.request(bytes, start, end)
    if (streamId % 2 === 0) throw protocolError(`a client's stream of number ${streamId}`)
    if (streamId <= table.lastId) {
      if (table.wasReset(streamId)) return
      throw new ConnectionError(errorCodes.streamClosed, `HEADERS on closed stream ${streamId}`)
    }
    if (this.#parts.isLeaving()) return
    table.lastId = streamId
    if (typeof head === 'string') throw new StreamError(streamId, errorCodes.protocolError, head)
    if (this.#streams.full) {
      throw new StreamError(streamId, errorCodes.refusedStream, 'too much under way')
    }
    this.#begin(streamId, head, endStream)
  }

  data(
    streamId: number,
    endStream: boolean,
    bytes: Buffer,
    start: number,
    end: number,
    flowBytes: number,
  ): void {
    this.#creditConnection(flowBytes)
    const stream = this.#streams.table.get(streamId)
    if (stream === undefined) {
      this.#expectUsed(streamId, 'DATA')
      if (this.#streams.table.wasReset(streamId) || this.#parts.isLeaving()) return
      throw new StreamError(streamId, errorCodes.streamClosed, 'DATA on a closed stream')
    }
    if (stream.remoteEnded) {
      throw new StreamError(streamId, errorCodes.streamClosed, 'DATA after the end')
    }
    if (stream.closed) {
      if (endStream) this.#streams.remoteEnded(stream)
      else this.#streams.reset(stream, errorCodes.noError)
      return
    }
    this.#streams.received(stream, flowBytes)
    stream.consumed(flowBytes - (end - start))
    stream.receive(end - start, endStream)
    if (endStream) this.#streams.remoteEndedWith(stream, bytes, start, end)
    else if (start < end) stream.listener.onData(bytes, start, end)
  }

  resetStream(streamId: number): void {
    this.#expectUsed(streamId, 'RST_STREAM')
    const stream = this.#streams.table.get(streamId)
    if (stream !== undefined) this.#streams.remoteReset(stream)
  }

  settings(bytes: Buffer, start: number, end: number): void {
    const { peer, writer } = this.#parts
    const beforeBytes = peer.initialWindowBytes
    peer.apply(bytes, start, end)
    writer.settingsAcknowledged()
    this.#streams.settingsChanged(peer.initialWindowBytes - beforeBytes)
  }

  ping(payload: Buffer): void {
    this.#parts.writer.ping(payload, true)
  }

  goAway(): void {
    this.#parts.onLeave()
  }

  windowUpdate(streamId: number, bytes: number): void {
    if (streamId !== 0) this.#expectUsed(streamId, 'WINDOW_UPDATE')
    this.#streams.widen(streamId, bytes)
  }

  /** RST_STREAM must not be sent on an idle stream: there the whole connection fails. */
  streamFailed(error: StreamError): void {
    if (!this.#isIdle(error.streamId)) this.#streams.fail(error)
    else if (!this.#parts.isLeaving()) throw new ConnectionError(error.code, error.message)
  }

  #begin(streamId: number, head: RequestHead, endStream: boolean): void {
    const windowBytes = this.#parts.peer.initialWindowBytes
    const stream = new ServerStream(streamId, this.#streams, windowBytes, head.contentLength)
    this.#streams.table.add(stream)
    if (endStream) stream.receive(0, true)
    this.#parts.onStream(stream, head)
    if (endStream) this.#streams.remoteEnded(stream)
  }

  #trailers(stream: ServerStream, endStream: boolean, block: Buffer): void {
    const { fields, tooLarge } = this.#decoding.decode(block)
    if (stream.remoteEnded) {
      throw new StreamError(stream.id, errorCodes.streamClosed, 'HEADERS after the end')
    }
    if (tooLarge || !endStream || wrongField(fields) !== undefined) {
      throw new StreamError(stream.id, errorCodes.protocolError, 'malformed trailers')
    }
    stream.receive(0, true)
    this.#streams.remoteEnded(stream)
  }

  /**
   * The connection's window is given back at once, so that nobody can use more than it: what streams
   * hold is bounded by itself.
   */
  #creditConnection(bytes: number): void {
    this.#uncreditedBytes += bytes
    if (this.#uncreditedBytes * 2 < receiveWindowBytes) return
    this.#parts.writer.windowUpdate(0, this.#uncreditedBytes)
    this.#uncreditedBytes = 0
  }

  #expectUsed(streamId: number, frame: string): void {
    const ours = streamId % 2 === 0
    if (!this.#isIdle(streamId) || (!ours && this.#parts.isLeaving())) return
    throw protocolError(`${frame} on idle stream ${streamId}`)
  }

  /** Nobody has begun it yet; we never begin one ourselves. */
  #isIdle(streamId: number): boolean {
    return streamId > this.#streams.table.lastId || streamId % 2 === 0
  }
}

function protocolError(message: string): ConnectionError {
  return new ConnectionError(errorCodes.protocolError, message)
}

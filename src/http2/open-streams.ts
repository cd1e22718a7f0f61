import type { EncodedField } from './hpack/index.js'
import { HeaderEncoding, type PreparedFields } from './inbound/header-blocks.js'
import type { FrameWriter } from './outbound/frame-writer.js'
import type { Output } from './outbound/output.js'
import { SendQueue } from './outbound/send-queue.js'
import {
  ConnectionError,
  defaultWindowBytes,
  errorCodes,
  largestWindowBytes,
  StreamError,
} from './protocol.js'
import type { OwnSettings, PeerSettings } from './settings.js'
import type { ServerStream, StreamOwner } from './stream.js'
import { StreamTable } from './stream-table.js'

export interface OpenStreamsParts {
  readonly output: Output
  readonly writer: FrameWriter
  readonly peer: PeerSettings
  readonly settings: OwnSettings
  /** Called each time the last open stream is gone. */
  readonly onIdle: () => void
  /** Hears of what a listener threw that heard of a loss. */
  readonly onTrouble: (error: unknown) => void
}

/** Bytes of body that a connection holds for listeners that have not used them. */
const maxBufferedBytes = 64 * 1024 * 1024

/** With more than this waiting for windows and socket, the peer may begin no more requests. */
const muchWaitingBytes = 64 * 1024 * 1024

/** What the answers of requests that had begun before may come to. */
const mostWaitingBytes = 256 * 1024 * 1024

/** What a stream with an answer that waits takes beside the answer, about. */
const waitingStreamBytes = 2048

/** The streams of a connection: what they send, and how they begin and end. */
export class OpenStreams implements StreamOwner {
  sendWindowBytes = defaultWindowBytes
  readonly table = new StreamTable()
  readonly #parts: OpenStreamsParts
  readonly #encoding = new HeaderEncoding()
  readonly #queue: SendQueue
  #bufferedBytes = 0
  /** False: whoever is answered is waited for no longer. */
  #lingers = true
  #waitingBytes = 0

  constructor(parts: OpenStreamsParts) {
    this.#parts = parts
    this.#queue = new SendQueue(this)
  }

  get maxFrameBytes(): number {
    return this.#parts.peer.maxFrameBytes
  }

  get congested(): boolean {
    return this.#parts.output.congested
  }

  /** True: the peer may begin no more requests for now. */
  get full(): boolean {
    const { maxConcurrentStreams } = this.#parts.settings
    return this.table.size >= maxConcurrentStreams || this.muchWaits
  }

  /** True: bodies wait that the peer should make room for before it asks for more. */
  get muchWaits(): boolean {
    return this.#waitingBytes > muchWaitingBytes
  }

  /** Sends what waits, as far as windows and socket allow. */
  sendWaiting(): void {
    this.#queue.run()
  }

  /** The peer takes so much more on a stream, which may be gone, or on all of them together: 0. */
  widen(streamId: number, bytes: number): void {
    if (streamId === 0) {
      if (this.sendWindowBytes + bytes > largestWindowBytes) {
        throw new ConnectionError(errorCodes.flowControlError, 'the window is too large')
      }
      this.sendWindowBytes += bytes
    } else {
      const stream = this.table.get(streamId)
      if (stream === undefined) return
      stream.widen(bytes)
      this.#queue.add(stream)
    }
    this.#queue.run()
  }

  /** The peer's settings have changed. */
  settingsChanged(windowChangeBytes: number): void {
    for (const stream of this.table.all()) {
      if (stream.sendWindowBytes + windowChangeBytes > largestWindowBytes) {
        throw new ConnectionError(errorCodes.flowControlError, 'a window grew too large')
      }
      stream.sendWindowBytes += windowChangeBytes
      this.#queue.add(stream)
    }
    const { lowestHeaderTableBytes, headerTableBytes } = this.#parts.peer
    this.#encoding.setPeerTableBytes(lowestHeaderTableBytes)
    this.#encoding.setPeerTableBytes(headerTableBytes)
    this.#queue.run()
  }

  /**
   * Counts body that came in and nobody has used.
   * @throws StreamError when the peer sends more than it may
   */
  received(stream: ServerStream, bytes: number): void {
    stream.unconsumedBytes += bytes
    this.#bufferedBytes += bytes
    const outstandingBytes = stream.unconsumedBytes + stream.uncreditedBytes
    if (outstandingBytes > this.#parts.settings.initialWindowBytes) {
      throw new StreamError(stream.id, errorCodes.flowControlError, 'more than the window allows')
    }
    if (this.#bufferedBytes > maxBufferedBytes) {
      throw new StreamError(stream.id, errorCodes.enhanceYourCalm, 'too many unfinished requests')
    }
  }

  /** The peer has sent its last on a stream. */
  remoteEnded(stream: ServerStream): void {
    stream.remoteEnded = true
    if (stream.closed) this.#close(stream, true)
    else stream.listener.onEnd()
  }

  /** The peer has sent its last on a stream, the end of the body together with the end. */
  remoteEndedWith(stream: ServerStream, bytes: Buffer, start: number, end: number): void {
    // First of all, so that an answer that is given at once ends the stream at once.
    stream.remoteEnded = true
    if (start < end) stream.listener.onData(bytes, start, end)
    if (!stream.closed) stream.listener.onEnd()
  }

  /** The peer gave a stream up. */
  remoteReset(stream: ServerStream): void {
    this.#close(stream, stream.closed)
  }

  /** The peer broke a rule of a stream, which may be gone. */
  fail({ streamId, code }: StreamError): void {
    this.#parts.writer.resetStream(streamId, code)
    this.table.rememberReset(streamId)
    const stream = this.table.get(streamId)
    if (stream !== undefined) this.#close(stream, stream.closed)
  }

  /** Nothing can be sent or received any more. */
  loseAll(): void {
    for (const stream of this.table.all()) {
      try {
        this.#close(stream, stream.closed)
      } catch (thrown) {
        this.#parts.onTrouble(thrown)
      }
    }
  }

  /** Ends those that only the peer has not ended. */
  dropLingering(): void {
    this.#lingers = false
    for (const stream of this.table.lingering()) this.reset(stream, errorCodes.noError)
  }

  writeHeaders(
    stream: ServerStream,
    fields: PreparedFields | readonly EncodedField[],
    endStream: boolean,
  ): void {
    const block = this.#encoding.encode(fields)
    this.#parts.writer.headers(stream.id, block, endStream, this.maxFrameBytes)
  }

  writeData(stream: ServerStream, head: Buffer, body: Buffer): void {
    this.#parts.writer.data(stream.id, head, body)
  }

  waits(stream: ServerStream, bytes: number): void {
    this.#waitingBytes += stream.pendingBytes === bytes ? bytes + waitingStreamBytes : bytes
    if (this.#waitingBytes > mostWaitingBytes) {
      this.fail(new StreamError(stream.id, errorCodes.enhanceYourCalm, 'too many unread answers'))
      return
    }
    this.#queue.add(stream)
    this.#queue.run()
  }

  waited(stream: ServerStream, bytes: number): void {
    this.#waitingBytes -= stream.pendingBytes === 0 ? bytes + waitingStreamBytes : bytes
  }

  consumed(stream: ServerStream, bytes: number): void {
    stream.unconsumedBytes -= bytes
    this.#bufferedBytes -= bytes
    if (stream.remoteEnded) return
    stream.uncreditedBytes += bytes
    if (stream.uncreditedBytes * 2 < this.#parts.settings.initialWindowBytes) return
    this.#parts.writer.windowUpdate(stream.id, stream.uncreditedBytes)
    stream.uncreditedBytes = 0
  }

  ended(stream: ServerStream): void {
    if (stream.remoteEnded) {
      this.#close(stream, true)
      return
    }
    if (!this.#lingers) {
      this.reset(stream, errorCodes.noError)
      return
    }
    this.#forgetBody(stream)
    const patienceLost = this.table.linger(stream)
    if (patienceLost !== undefined) this.reset(patienceLost, errorCodes.noError)
  }

  reset(stream: ServerStream, code: number): void {
    this.#parts.writer.resetStream(stream.id, code)
    this.table.rememberReset(stream.id)
    this.#close(stream, true)
  }

  #close(stream: ServerStream, quietly: boolean): void {
    this.table.remove(stream)
    this.#queue.remove(stream)
    this.#forgetBody(stream)
    if (stream.pendingBytes > 0) this.#waitingBytes -= stream.pendingBytes + waitingStreamBytes
    stream.close(quietly)
    if (this.table.size === 0) this.#parts.onIdle()
  }

  /** Nobody will use what came in on the stream. */
  #forgetBody(stream: ServerStream): void {
    this.#bufferedBytes -= stream.unconsumedBytes
    stream.unconsumedBytes = 0
  }
}

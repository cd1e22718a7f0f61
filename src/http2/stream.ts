import type { PreparedFields } from './header-blocks.js'
import type { EncodedField } from './hpack/index.js'
import { errorCodes, largestWindowBytes, StreamError } from './protocol.js'
import type { SendLimits } from './send-limits.js'
import { WaitingBody } from './waiting-body.js'

/** Hears what comes in on a stream. */
export interface StreamListener {
  /** A part of the body: `bytes` from `start` to `end`. The memory is not used again. */
  onData(bytes: Buffer, start: number, end: number): void
  /** The peer has sent all it will. */
  onEnd(): void
  /** The peer gave the stream up, or the connection is lost. Nothing can be sent any more. */
  onReset(): void
  /** So many bytes of the body have gone on towards the socket. */
  onSent(bytes: number): void
}

/** What a stream needs of its connection. */
export interface StreamOwner extends SendLimits {
  sendWindowBytes: number
  readonly maxFrameBytes: number
  writeHeaders(
    stream: Http2Stream,
    fields: PreparedFields | readonly EncodedField[],
    endStream: boolean,
  ): void
  writeData(stream: Http2Stream, head: Buffer, body: Buffer): void
  /** So many more bytes of the stream's body, counted already, have to wait. Resets it where that is too much. */
  waits(stream: Http2Stream, bytes: number): void
  /** So many bytes, no more counted, wait no longer. */
  waited(stream: Http2Stream, bytes: number): void
  /** Bytes of body have been used. */
  consumed(stream: Http2Stream, bytes: number): void
  /** We have sent our last. */
  ended(stream: Http2Stream): void
  reset(stream: Http2Stream, code: number): void
}

const nothing = Buffer.alloc(0)

const unheard: StreamListener = { onData() {}, onEnd() {}, onReset() {}, onSent() {} }

/** One request and its response. */
export class Http2Stream {
  readonly id: number
  /** Replace it in the turn in which the stream begins. */
  listener: StreamListener = unheard
  /** Bytes of body that the peer still takes on this stream. */
  sendWindowBytes: number
  /** Bytes that came in and nobody has used. */
  unconsumedBytes = 0
  /** Used bytes that the peer has not been told of. */
  uncreditedBytes = 0
  /** The peer has sent its last. */
  remoteEnded = false
  #localEnded = false
  #closed = false
  readonly #owner: StreamOwner
  readonly #expectedBytes: number | undefined
  #receivedBytes = 0
  #waiting: WaitingBody | undefined
  #trailers: PreparedFields | readonly EncodedField[] | undefined

  /** `expectedBytes`: the length of the request's body, where the request says it. */
  constructor(
    id: number,
    owner: StreamOwner,
    sendWindowBytes: number,
    expectedBytes: number | undefined,
  ) {
    this.id = id
    this.#owner = owner
    this.sendWindowBytes = sendWindowBytes
    this.#expectedBytes = expectedBytes
  }

  /** True once nothing can be sent: ended, reset or lost. */
  get closed(): boolean {
    return this.#closed || this.#localEnded
  }

  /** Bytes of body that wait for the peer to take them. */
  get pendingBytes(): number {
    return this.#waiting === undefined ? 0 : this.#waiting.bytes
  }

  /** Sends header fields; with `end` they are the whole response. */
  respond(fields: PreparedFields | readonly EncodedField[], end: boolean): void {
    if (this.closed) return
    this.#owner.writeHeaders(this, fields, end)
    if (end) this.#end()
  }

  /** Sends `head` and `body` as a part of the body. `head` is copied, `body` must not change. */
  send(head: Buffer, body: Buffer): void {
    if (this.closed) return
    const length = head.length + body.length
    const owner = this.#owner
    const fits =
      length <= this.sendWindowBytes &&
      length <= owner.sendWindowBytes &&
      length <= owner.maxFrameBytes
    if (fits && this.pendingBytes === 0 && !owner.congested) {
      this.#write(head, body)
      return
    }
    this.#waiting ??= new WaitingBody()
    this.#waiting.add(Buffer.from(head))
    this.#waiting.add(body)
    owner.waits(this, length)
  }

  /** Sends the closing fields after all of the body. */
  end(trailers: PreparedFields | readonly EncodedField[]): void {
    if (this.closed || this.#trailers !== undefined) return
    if (this.pendingBytes > 0) this.#trailers = trailers
    else this.#finish(trailers)
  }

  /**
   * Counts the request's body.
   * @throws StreamError when it is not as long as the request said
   */
  receive(bytes: number, last: boolean): void {
    const expected = this.#expectedBytes
    if (expected === undefined) return
    this.#receivedBytes += bytes
    const wrong = last ? this.#receivedBytes !== expected : this.#receivedBytes > expected
    if (!wrong) return
    throw new StreamError(this.id, errorCodes.protocolError, 'content-length does not agree')
  }

  /** Gives the stream up. */
  reset(code: number): void {
    if (!this.#closed) this.#owner.reset(this, code)
  }

  /** `bytes` of body have been used: the peer may send as many more, unless we have answered. */
  consumed(bytes: number): void {
    if (bytes > 0 && !this.closed) this.#owner.consumed(this, bytes)
  }

  /** True: body waits that the window of this stream allows. */
  get sendable(): boolean {
    return this.pendingBytes > 0 && this.sendWindowBytes > 0
  }

  /** Sends one frame of what waits; the stream is {@link sendable}, and so is the connection. */
  sendPending(): void {
    const owner = this.#owner
    const waiting = this.#waiting
    if (waiting === undefined) return
    const allowed = Math.min(this.sendWindowBytes, owner.sendWindowBytes, owner.maxFrameBytes)
    const bytes = waiting.take(allowed)
    owner.waited(this, bytes.length)
    this.#write(nothing, bytes)
    if (this.pendingBytes === 0 && this.#trailers !== undefined) this.#finish(this.#trailers)
  }

  /** @throws StreamError when the window would grow beyond what the protocol allows */
  widen(bytes: number): void {
    if (this.sendWindowBytes + bytes > largestWindowBytes) {
      throw new StreamError(this.id, errorCodes.flowControlError, 'the window is too large')
    }
    this.sendWindowBytes += bytes
  }

  /** The stream is gone, by the peer's doing unless `quietly`. */
  close(quietly: boolean): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiting = undefined
    if (!quietly) this.listener.onReset()
  }

  #write(head: Buffer, body: Buffer): void {
    const length = head.length + body.length
    this.sendWindowBytes -= length
    this.#owner.sendWindowBytes -= length
    this.#owner.writeData(this, head, body)
    this.listener.onSent(length)
  }

  #finish(trailers: PreparedFields | readonly EncodedField[]): void {
    this.#owner.writeHeaders(this, trailers, true)
    this.#end()
  }

  #end(): void {
    this.#localEnded = true
    this.#owner.ended(this)
  }
}

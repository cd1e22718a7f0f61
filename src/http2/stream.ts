import type { EncodedField } from './hpack/index.js'
import type { Http2Stream, StreamListener } from './http2-stream.js'
import type { PreparedFields } from './inbound/header-blocks.js'
import type { SendLimits } from './outbound/send-limits.js'
import { WaitingBody } from './outbound/waiting-body.js'
import { errorCodes, largestWindowBytes, StreamError } from './protocol.js'

/** What a stream needs of its connection. */
export interface StreamOwner extends SendLimits {
  sendWindowBytes: number
  readonly maxFrameBytes: number
  writeHeaders(
    stream: ServerStream,
    fields: PreparedFields | readonly EncodedField[],
    endStream: boolean,
  ): void
  writeData(stream: ServerStream, head: Buffer, body: Buffer): void
  /** So many more bytes of the stream's body, counted already, have to wait. Resets it where that is too much. */
  waits(stream: ServerStream, bytes: number): void
  /** So many bytes, no more counted, wait no longer. */
  waited(stream: ServerStream, bytes: number): void
  /** Bytes of body have been used. */
  consumed(stream: ServerStream, bytes: number): void
  /** We have sent our last. */
  ended(stream: ServerStream): void
  reset(stream: ServerStream, code: number): void
}

const nothing = Buffer.alloc(0)

const unheard: StreamListener = { onData() {}, onEnd() {}, onReset() {}, onSent() {} }

/** A stream as its connection knows it. */
export class ServerStream implements Http2Stream {
  readonly id: number
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

  get closed(): boolean {
    return this.#closed || this.#localEnded
  }

  get pendingBytes(): number {
    return this.#waiting === undefined ? 0 : this.#waiting.bytes
  }

  respond(fields: PreparedFields | readonly EncodedField[], end: boolean): void {
    if (this.closed) return
    this.#owner.writeHeaders(this, fields, end)
    if (end) this.#end()
  }

  send(head: Buffer, body: Buffer): void {
    if (this.closed) return
    const length = head.length + body.length
    if (length === 0) return
    const owner = this.#owner
    const fits =
      length <= this.sendWindowBytes &&
      length <= owner.sendWindowBytes &&
      length <= owner.maxFrameBytes
    if (fits && this.pendingBytes === 0 && !owner.congested) {
      this.#write(head, body)
      return
    }
    this.sendParts(head, [body])
  }

  sendParts(head: Buffer, parts: readonly Buffer[]): void {
    if (this.closed) return
    this.#waiting ??= new WaitingBody()
    const before = this.#waiting.bytes
    this.#waiting.add(Buffer.from(head))
    for (const part of parts) this.#waiting.add(part)
    const length = this.#waiting.bytes - before
    if (length > 0) this.#owner.waits(this, length)
  }

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

  reset(code: number): void {
    if (!this.#closed) this.#owner.reset(this, code)
  }

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
    if (this.closed || this.pendingBytes > 0) return
    if (this.#trailers !== undefined) this.#finish(this.#trailers)
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

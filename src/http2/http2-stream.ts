import type { EncodedField } from './hpack/index.js'
import type { PreparedFields } from './inbound/header-blocks.js'

/**
 * Hears what comes in on a stream, and how what is sent goes on. What it throws is taken for a mistake of
 * this program, and ends the connection.
 */
export interface StreamListener {
  /**
   * A part of the request's body: `bytes` from `start` to `end`. The memory is not used again, but it
   * may be far larger than the part: what is kept for long is better copied. Until the part is said to
   * be {@link Http2Stream.consumed}, it counts against what the peer may send.
   */
  onData(bytes: Buffer, start: number, end: number): void
  /** The peer has sent all it will. Not called where the response has ended before. */
  onEnd(): void
  /** The peer gave the stream up, or the connection is lost. Nothing can be sent any more. */
  onReset(): void
  /** So many bytes of the response's body have gone on towards the socket. */
  onSent(bytes: number): void
}

/**
 * One request and its response. Whatever is sent after the end, or after a reset, is dropped without a
 * word: who answers need not know whether somebody still listens.
 */
export interface Http2Stream {
  /** The protocol's number of it: odd, and larger than those before it on its connection. */
  readonly id: number
  /** Replace it in the turn in which the stream begins. */
  listener: StreamListener
  /** True once nothing can be sent: ended, reset or lost. */
  readonly closed: boolean
  /** Bytes of the response's body that wait for windows or socket. */
  readonly pendingBytes: number
  /** Sends header fields; with `end` they are the whole response. */
  respond(fields: PreparedFields | readonly EncodedField[], end: boolean): void
  /**
   * Sends `head` and `body` as a part of the body, in one frame where that is allowed. `head` is copied,
   * `body` must not change any more. What windows and socket do not take now waits, without a bound
   * of the stream's own: a sender of much minds {@link StreamListener.onSent}.
   */
  send(head: Buffer, body: Buffer): void
  /** As {@link send} of a body in several parts, in as few frames as one part would take. */
  sendParts(head: Buffer, parts: readonly Buffer[]): void
  /** Sends the closing fields after all of the body. */
  end(trailers: PreparedFields | readonly EncodedField[]): void
  /** Gives the stream up. `code`: one of {@link errorCodes}. */
  reset(code: number): void
  /** `bytes` of the request's body have been used: the peer may send as many more. */
  consumed(bytes: number): void
}

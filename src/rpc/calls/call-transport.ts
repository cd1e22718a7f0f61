import type { CallStatus } from '../call-status.js'

/** One call, as a host carries it. */
export interface CallTransport {
  /** Milliseconds until the caller's deadline when the call came in; undefined: no deadline. */
  readonly timeoutMs: number | undefined
  /** The caller's address. */
  readonly peer: string
  metadata(key: string): string | undefined
  /** Asks for one more message: the listener then hears of it, or of the end. */
  startRead(): void
  /** Answers how many bytes the listener will hear of as they go on, be it now or later. */
  sendMessage(bytes: Buffer): number
  /** As {@link sendMessage}, of a long message in parts, which may go out one after the other. */
  sendMessageParts(parts: readonly Buffer[]): number
  /** Ends the call. Nothing is sent after it. */
  sendStatus(status: CallStatus): void
}

/** Hears what happens to a call. */
export interface CallListener {
  onMessage(bytes: Buffer): void
  /** The caller has sent its last message. */
  onHalfClose(): void
  onDeadline(): void
  /** The caller is gone: it cancelled, or its connection broke. */
  onCancel(): void
  /** The host does not take what the caller sent. */
  onRefused(status: CallStatus): void
  /** So many bytes of messages have gone on towards the caller. */
  onSent(bytes: number): void
}

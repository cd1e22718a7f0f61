/** What a handler may know about the call it answers, whatever carries it. */
export interface CallContext {
  /** Aborts when the caller cancels, disconnects, or its deadline passes. */
  readonly signal: AbortSignal
  /** Milliseconds left until the caller's deadline when the call came in; undefined: no deadline. */
  readonly timeoutMs: number | undefined
  /** The first value of a metadata key (lower case); `-bin` values decoded to bytes by the caller. */
  metadata(key: string): string | undefined
  /** The caller's address, for logs. */
  readonly peer: string
}

import type { CancelSignal } from '../base/cancel-signal.js'

import type { MetastoreError } from '../base/errors.js'

/** What a handler may know about the call it answers, whatever carries it. */
export interface CallContext {
  /**
   * Aborts when the caller cancels or disconnects, its deadline passes, or the host closes. The
   * reason is a MetastoreError: `context-canceled`, `deadline-exceeded` or `server-stopped`.
   */
  readonly signal: CancelSignal
  /**
   * Tells the handler to end: aborts {@link signal} and fails its requests with `reason`, which
   * becomes the call's status unless the handler throws something else. The first reason stays.
   */
  abort(reason: MetastoreError): void
  /** Milliseconds left until the caller's deadline when the call came in; undefined: no deadline. */
  readonly timeoutMs: number | undefined
  /** The value of a metadata key (lower case), several joined by `, `; of a `-bin` key in base64. */
  metadata(key: string): string | undefined
  /** The caller's address, for logs. */
  readonly peer: string
}

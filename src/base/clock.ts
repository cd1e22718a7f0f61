/** A running timer; cancelling one that has fired or was cancelled does nothing. */
export interface Timer {
  cancel(): void
}

/** Time as the server sees it. The simulator hands in its own. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  nowMs(): number
  /** Calls `callback` once, no earlier than `delayMs` from now. A timer keeps no process alive. */
  schedule(delayMs: number, callback: () => void): Timer
}

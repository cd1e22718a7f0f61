/**
 * How much of a leader's commit index is worth an append of its own. What is held back reaches the others with the
 * next entries, or with a heartbeat.
 */
export class CommitNews {
  readonly #holds: boolean
  #told = 0
  /** Somebody elsewhere may wait for what lies between these; for nothing: the first is infinite. */
  #firstAwaited = 0
  #lastAwaited: number

  /** What is up to `lastIndex` was proposed under other leaders: anybody may wait for it. */
  constructor(holds: boolean, lastIndex: number) {
    this.#holds = holds
    this.#lastAwaited = lastIndex
  }

  /** The others are to hear at once when entries from `first` to `last` are committed. */
  awaited(first: number, last: number): void {
    this.#firstAwaited = Math.min(this.#firstAwaited, first)
    this.#lastAwaited = Math.max(this.#lastAwaited, last)
  }

  /** What the others are to hear of without waiting for entries, with a log that is committed up to `commit`. */
  upTo(commit: number): number {
    return !this.#holds || this.#firstAwaited <= commit ? commit : this.#told
  }

  /** The others are being told that all up to `commit` is committed. */
  tell(commit: number): void {
    this.#told = commit
    if (this.#firstAwaited > commit) return
    this.#firstAwaited = this.#lastAwaited > commit ? commit + 1 : Number.POSITIVE_INFINITY
  }
}

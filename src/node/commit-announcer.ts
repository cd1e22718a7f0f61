import type { Clock, Timer } from '../base/clock.js'
import type { Raft } from '../raft/index.js'

/** Entries that follow each other faster than this bring the others the commit index of those before them. */
const holdMs = 5

/** What it needs of the core. */
type CommitHolder = Pick<Raft, 'holdsCommit' | 'announceCommit'>

/**
 * Tells the other members how far the log is committed, when no entries do so soon. An append of its own wakes each
 * of them and is answered by each: of a lone client's puts, one after another, that took a fifth of the processor
 * time of all members.
 */
export class CommitAnnouncer {
  readonly #raft: CommitHolder
  readonly #clock: Clock
  readonly #onDue: () => void
  #timer: Timer | undefined
  #lastAppendMs = Number.NEGATIVE_INFINITY
  #expectsEntries = false
  #stopped = false

  /** `onDue` is called when the core has something to send. */
  constructor(raft: CommitHolder, clock: Clock, onDue: () => void) {
    this.#raft = raft
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Called with every Ready that has been carried out, and whether it had entries. */
  carriedOut(hadEntries: boolean): void {
    if (this.#stopped) return
    if (hadEntries) {
      const nowMs = this.#clock.nowMs()
      this.#expectsEntries = nowMs - this.#lastAppendMs < holdMs
      this.#lastAppendMs = nowMs
    }
    if (this.#timer === undefined && this.#raft.holdsCommit) this.#announceInTime()
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Entries that do not come within that time of the last ones are not waited for. */
  #announceInTime(): void {
    const leftMs = this.#lastAppendMs + holdMs - this.#clock.nowMs()
    if (!this.#expectsEntries || leftMs <= 0) this.#raft.announceCommit()
    else this.#timer = this.#clock.schedule(leftMs, () => this.#due())
  }

  #due(): void {
    this.#timer = undefined
    if (!this.#raft.holdsCommit) return
    this.#announceInTime()
    if (this.#timer === undefined) this.#onDue()
  }
}

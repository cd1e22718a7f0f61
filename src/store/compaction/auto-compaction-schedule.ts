/** How much history automatic compaction leaves. */
export type CompactionRetention =
  | { readonly mode: 'periodic'; readonly periodMs: number }
  | { readonly mode: 'revision'; readonly revisions: number }

/** When to compact, and up to where. */
export interface CompactionSchedule {
  /** From one look to the next. */
  readonly checkMs: number
  /** The revision to compact now; undefined: none yet. */
  look(nowMs: number, revision: number): number | undefined
  /** What the last look asked for is done. */
  done(nowMs: number): void
}

const longestIntervalMs = 3_600_000
const looksPerInterval = 10
const revisionCheckMs = 300_000

export function scheduleOf(retention: CompactionRetention): CompactionSchedule {
  return retention.mode === 'periodic'
    ? new PeriodicSchedule(retention.periodMs)
    : revisionSchedule(retention.revisions)
}

/**
 * Keeps what was current at any time within the last period. It looks ten times in each interval,
 * which is the period, or an hour when that is shorter, and compacts once in each.
 */
class PeriodicSchedule implements CompactionSchedule {
  readonly checkMs: number
  readonly #periodMs: number
  readonly #intervalMs: number
  /** Revisions seen, the oldest first: one that is a period old, and all after it. */
  readonly #seen: { readonly atMs: number; readonly revision: number }[] = []
  #dueMs: number | undefined

  constructor(periodMs: number) {
    this.#periodMs = periodMs
    this.#intervalMs = Math.min(periodMs, longestIntervalMs)
    this.checkMs = this.#intervalMs / looksPerInterval
  }

  look(nowMs: number, revision: number): number | undefined {
    this.#dueMs ??= nowMs + this.#periodMs
    this.#seen.push({ atMs: nowMs, revision })
    while ((this.#seen[1]?.atMs ?? nowMs) <= nowMs - this.#periodMs) this.#seen.shift()
    return nowMs < this.#dueMs ? undefined : this.#seen[0]?.revision
  }

  done(nowMs: number): void {
    this.#dueMs = nowMs + this.#intervalMs
  }
}

/** Keeps the last revisions, so many of them. */
function revisionSchedule(kept: number): CompactionSchedule {
  return {
    checkMs: revisionCheckMs,
    look: (_nowMs, revision) => (revision > kept ? revision - kept : undefined),
    done: () => {},
  }
}

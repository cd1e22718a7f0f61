import type { Clock, Timer } from '../../base/clock.js'
import { hasCode } from '../../base/errors.js'
import type { LeaderDuties } from '../leadership.js'
import type { CompactionSchedule } from './auto-compaction-schedule.js'

export interface AutoCompactorOptions {
  readonly clock: Clock
  readonly schedule: CompactionSchedule
  readonly revision: () => number
  readonly compactedRevision: () => number
  readonly compact: (revision: number) => Promise<unknown>
  /** Hears why a compaction failed; the next look tries again. */
  readonly onFailure: (error: unknown) => void
}

/** Compacts by a schedule while this member leads. Members that do not lead keep looking. */
export class AutoCompactor implements LeaderDuties {
  readonly #options: AutoCompactorOptions
  #timer: Timer | undefined
  #leads = false
  #busy = false
  #closed = false

  constructor(options: AutoCompactorOptions) {
    this.#options = options
    this.#look()
  }

  promote(): void {
    this.#leads = true
  }

  demote(): void {
    this.#leads = false
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true
    this.#timer?.cancel()
  }

  #look(): void {
    const { clock, schedule, revision, compactedRevision } = this.#options
    this.#timer = clock.schedule(schedule.checkMs, () => this.#look())
    const target = schedule.look(clock.nowMs(), revision())
    if (target === undefined || this.#busy || !this.#leads) return
    if (target <= compactedRevision()) schedule.done(clock.nowMs())
    else void this.#compact(target)
  }

  async #compact(target: number): Promise<void> {
    const { clock, schedule, compact, onFailure } = this.#options
    this.#busy = true
    try {
      await compact(target)
      schedule.done(clock.nowMs())
    } catch (error) {
      if (hasCode(error, 'compacted')) {
        schedule.done(clock.nowMs())
      } else if (!this.#closed) onFailure(error)
    } finally {
      this.#busy = false
    }
  }
}

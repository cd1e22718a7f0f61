import type { Clock, Timer } from '../../base/clock.js'
import { type Expiring, ExpiryQueue } from './expiry-queue.js'

/** Longer delays overflow the platform's timers; waking early does no harm. */
const longestTimerMs = 24 * 60 * 60 * 1000
/** How many items that are due later than queued one turn looks at for each that it may take. */
const looksPerItem = 8

export interface Pace {
  /** The most items of one batch. */
  readonly maxBatch: number
  /** Left to other work between the end of a batch and the next (ms). */
  readonly pauseMs: number
  /** How long to wait after a failure instead (ms). */
  readonly retryDelayMs: number
}

export interface DueBatchesOptions<Item extends Expiring> {
  readonly clock: Clock
  readonly pace: Pace
  /** When an item is really due: the queue may hold an earlier time, never a later one. */
  readonly dueMs: (item: Item) => number
  /** Settles when the batch has taken effect or has failed. */
  readonly carryOut: (batch: readonly Item[]) => Promise<void>
  /** When an item whose batch is over, and that nobody has queued since, is due again. */
  readonly againMs: (item: Item, succeeded: boolean) => number | undefined
  /** Hears why a batch failed. */
  readonly onError: ((error: unknown) => void) | undefined
}

/**
 * Carries out what is due, in bounded batches, one under way at a time and with a pause after each,
 * so that any number of items that fall due together hold up nobody else for longer than one batch.
 */
export class DueBatches<Item extends Expiring> {
  private readonly queue = new ExpiryQueue<Item>()
  private timer: Timer | undefined
  private timerDueMs = 0
  private active = false
  /** Counts starts and stops, so that a batch that ends late is told from the one under way. */
  private reign = 0
  private underWay = false
  /** Before this time no batch begins. */
  private notBeforeMs = 0

  constructor(private readonly options: DueBatchesOptions<Item>) {}

  /** Begins anew with these items, in linear time. They carry their `dueMs`. */
  start(items: Iterable<Item>): void {
    this.stop()
    this.active = true
    this.queue.rebuild(items)
    this.arm()
  }

  /** Forgets all items; the batch under way, if any, counts no more. Idempotent. */
  stop(): void {
    this.active = false
    this.reign++
    this.underWay = false
    this.notBeforeMs = 0
    this.timer?.cancel()
    this.timer = undefined
    this.queue.clear()
  }

  /** `item` must not be queued. Does nothing before {@link start} and after {@link stop}. */
  add(item: Item, dueMs: number): void {
    if (!this.active) return
    this.queue.add(item, dueMs)
    this.arm()
  }

  /** Removing what is not queued does nothing. */
  remove(item: Item): void {
    this.queue.remove(item)
  }

  /** Sees to it that the timer fires when the first item is due. */
  private arm(): void {
    const first = this.queue.first()
    if (first === undefined || this.underWay || !this.active) return
    const { clock } = this.options
    const dueMs = Math.max(first.dueMs, this.notBeforeMs)
    if (this.timer !== undefined && this.timerDueMs <= dueMs) return
    this.timer?.cancel()
    this.timerDueMs = dueMs
    const delayMs = Math.min(longestTimerMs, Math.max(0, dueMs - clock.nowMs()))
    this.timer = clock.schedule(delayMs, () => {
      this.timer = undefined
      void this.carryOutDue()
    })
  }

  private async carryOutDue(): Promise<void> {
    const { reign } = this
    const batch = this.takeDue()
    if (batch.length > 0) {
      this.underWay = true
      const succeeded = await this.carryOut(batch)
      if (this.reign !== reign) return
      this.underWay = false
      this.requeue(batch, succeeded)
      const { pauseMs, retryDelayMs } = this.options.pace
      this.notBeforeMs = this.options.clock.nowMs() + (succeeded ? pauseMs : retryDelayMs)
    }
    this.arm()
  }

  private async carryOut(batch: readonly Item[]): Promise<boolean> {
    try {
      await this.options.carryOut(batch)
      return true
    } catch (error) {
      this.options.onError?.(error)
      return false
    }
  }

  private requeue(batch: readonly Item[], succeeded: boolean): void {
    for (const item of batch) {
      if (item.place >= 0) continue
      const dueMs = this.options.againMs(item, succeeded)
      if (dueMs !== undefined) this.queue.add(item, dueMs)
    }
  }

  /** Takes out at most a batch of what is due, and puts back what turns out to be due later. */
  private takeDue(): Item[] {
    const { maxBatch } = this.options.pace
    const nowMs = this.options.clock.nowMs()
    const batch: Item[] = []
    for (let looks = 0; batch.length < maxBatch && looks < maxBatch * looksPerItem; looks++) {
      const item = this.queue.first()
      if (item === undefined || item.dueMs > nowMs) break
      const dueMs = this.options.dueMs(item)
      if (dueMs > nowMs) {
        this.queue.postpone(item, dueMs)
      } else {
        this.queue.remove(item)
        batch.push(item)
      }
    }
    return batch
  }
}

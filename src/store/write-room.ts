import type { Clock, Timer } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import type { Engine } from '../engine/index.js'

/** How often those that wait look for room. */
const lookMs = 5
/** Writes let in at one look: less than the engine's disk takes in that time, so that it does not fill up again at once. */
const letInBytes = 256 * 1024
/** What waits is bounded, and so is how long. */
const maxWaiting = 5_000
const maxWaitingBytes = 16 * 1024 * 1024
const patienceMs = 5_000

interface Waiter {
  readonly bytes: number
  readonly sinceMs: number
  letIn(): void
  refuse(error: MetastoreError): void
}

/**
 * Has writes wait while the engine holds as much as it may that is not on the disk yet. What waits comes in order, as
 * fast as the disk takes it, so that whoever writes faster is slowed down and not refused.
 */
export class WriteRoom {
  readonly #engine: Pick<Engine, 'congested' | 'failure'>
  readonly #clock: Clock
  #waiting: Waiter[] = []
  #waitingBytes = 0
  #timer: Timer | undefined

  constructor(engine: Pick<Engine, 'congested' | 'failure'>, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  /** False: a write has to {@link wait}. */
  get isOpen(): boolean {
    return this.#waiting.length === 0 && !this.#engine.congested
  }

  /**
   * Resolves when a write of `bytes` may be proposed.
   * @throws MetastoreError `too-many-requests` when too much waits, or after 5 s; `server-stopped`; the engine's failure
   */
  wait(bytes: number): Promise<void> {
    const isFull =
      this.#waiting.length >= maxWaiting || this.#waitingBytes + bytes > maxWaitingBytes
    if (isFull) return Promise.reject(new MetastoreError('too-many-requests'))
    this.#waitingBytes += bytes
    this.#timer ??= this.#clock.schedule(lookMs, () => this.#look())
    return new Promise((letIn, refuse) => {
      this.#waiting.push({ bytes, sinceMs: this.#clock.nowMs(), letIn, refuse })
    })
  }

  /** Refuses what waits. Idempotent. */
  close(): void {
    this.#refuse(this.#waiting.length, new MetastoreError('server-stopped'))
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #look(): void {
    this.#timer = undefined
    const { failure } = this.#engine
    if (failure !== undefined) this.#refuse(this.#waiting.length, failure)
    if (!this.#engine.congested) this.#letIn()
    const latestMs = this.#clock.nowMs() - patienceMs
    const late = this.#waiting.findIndex(({ sinceMs }) => sinceMs > latestMs)
    const count = late < 0 ? this.#waiting.length : late
    this.#refuse(count, new MetastoreError('too-many-requests'))
    if (this.#waiting.length > 0) this.#timer = this.#clock.schedule(lookMs, () => this.#look())
  }

  #letIn(): void {
    let bytes = 0
    let count = 0
    for (const waiter of this.#waiting) {
      if (count > 0 && bytes + waiter.bytes > letInBytes) break
      bytes += waiter.bytes
      count++
    }
    for (const waiter of this.#take(count)) waiter.letIn()
  }

  #refuse(count: number, error: MetastoreError): void {
    for (const waiter of this.#take(count)) waiter.refuse(error)
  }

  #take(count: number): Waiter[] {
    const taken = this.#waiting.splice(0, count)
    for (const { bytes } of taken) this.#waitingBytes -= bytes
    return taken
  }
}

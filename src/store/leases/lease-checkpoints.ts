import type { Clock } from '../../base/clock.js'
import { DueBatches, type Pace } from './due-batches.js'
import type { Expiring } from './expiry-queue.js'

/** How long a lease runs before what is left of it is noted, in milliseconds; etcd's own measure. */
const intervalMs = 5 * 60 * 1000

/** 100,000 leases of one age are noted within some seconds, a few milliseconds of work at a time. */
const pace: Pace = { maxBatch: 200, pauseMs: 20, retryDelayMs: 500 }

/** What checkpoints need to know of a lease. */
export interface TimedLease {
  readonly id: bigint
  readonly ttlSeconds: number
  /** What the log says is left; undefined: the whole of it. */
  readonly remainingSeconds: number | undefined
  /** Only while this member leads. */
  readonly deadlineMs: number
}

export interface LeaseRemainder {
  readonly id: bigint
  /** 0: the whole time again. */
  readonly remainingSeconds: number
}

export interface LeaseCheckpointsOptions {
  readonly clock: Clock
  /** Whether remainders are noted, and given by the next leader; else every change gives all time. */
  readonly enabled: boolean
  /**
   * Proposes, as leader of the current term, and settles when that has been applied or has failed.
   * What is proposed earlier must be applied earlier.
   */
  readonly propose: (remainders: readonly LeaseRemainder[]) => Promise<void>
  /** Hears why a batch failed. */
  readonly onError: ((error: unknown) => void) | undefined
}

interface Entry extends Expiring {
  readonly lease: TimedLease
}

/**
 * Notes in the log what is left of long leases, so that a change of leader does not give them all of
 * their time again, and takes it back when they are renewed.
 */
export class LeaseCheckpoints {
  private readonly due: DueBatches<Entry>
  private readonly entries = new Map<TimedLease, Entry>()
  /** A checkpoint is under way, or failed and may still come: what the log holds is not known. */
  private readonly unsure = new Set<TimedLease>()
  private readonly clearing = new Map<TimedLease, Promise<void>>()
  private leading = false

  constructor(private readonly options: LeaseCheckpointsOptions) {
    const { clock, onError } = options
    this.due = new DueBatches<Entry>({
      clock,
      pace,
      dueMs: ({ lease }) => this.dueMs(lease),
      carryOut: (batch) => this.note(batch.map(({ lease }) => lease)),
      againMs: (entry, succeeded) => {
        const again = !succeeded && this.entries.get(entry.lease) === entry
        return again ? clock.nowMs() + pace.retryDelayMs : undefined
      },
      onError,
    })
  }

  /** What a new leader gives a lease. */
  secondsLeft({ remainingSeconds, ttlSeconds }: TimedLease): number {
    return this.options.enabled ? (remainingSeconds ?? ttlSeconds) : ttlSeconds
  }

  /** This member leads, and knows all that former leaders have noted. */
  start(leases: Iterable<TimedLease>): void {
    this.stop()
    if (!this.options.enabled) return
    this.leading = true
    for (const lease of leases) this.enter(lease)
    this.due.start(this.entries.values())
  }

  stop(): void {
    this.leading = false
    this.due.stop()
    this.entries.clear()
    this.unsure.clear()
    this.clearing.clear()
  }

  /** A lease is new, or what is noted of it has changed. */
  changed(lease: TimedLease): void {
    if (!this.leading) return
    this.leave(lease)
    const entry = this.enter(lease)
    if (entry !== undefined) this.due.add(entry, entry.dueMs)
  }

  gone(lease: TimedLease): void {
    this.leave(lease)
    this.unsure.delete(lease)
    this.clearing.delete(lease)
  }

  /** Whether a lease that is renewed needs {@link clear}. */
  mustClear(lease: TimedLease): boolean {
    return lease.remainingSeconds !== undefined || this.unsure.has(lease)
  }

  /** Resolves when the log holds no remainder of the lease. Renewals of one lease share one entry. */
  clear(lease: TimedLease): Promise<void> {
    const underWay = this.clearing.get(lease)
    if (underWay !== undefined) return underWay
    const clearing = this.forget(lease).finally(() => {
      if (this.clearing.get(lease) !== clearing) return
      this.clearing.delete(lease)
      this.changed(lease)
    })
    this.clearing.set(lease, clearing)
    return clearing
  }

  /** A lease that runs out within the interval is let run out. */
  private enter(lease: TimedLease): Entry | undefined {
    const nowMs = this.options.clock.nowMs()
    if (lease.deadlineMs - nowMs <= intervalMs) return undefined
    const dueMs = Math.min(this.notedMs(lease), nowMs) + intervalMs
    const entry: Entry = { lease, dueMs, place: -1 }
    this.entries.set(lease, entry)
    return entry
  }

  private leave(lease: TimedLease): void {
    const entry = this.entries.get(lease)
    if (entry !== undefined) this.due.remove(entry)
    this.entries.delete(lease)
  }

  private async forget(lease: TimedLease): Promise<void> {
    await this.options.propose([{ id: lease.id, remainingSeconds: 0 }])
    this.unsure.delete(lease)
  }

  private async note(leases: readonly TimedLease[]): Promise<void> {
    const nowMs = this.options.clock.nowMs()
    // A remainder noted behind a renewal's back would outlive it.
    const noted = leases.filter(
      (lease) => lease.deadlineMs > nowMs && !this.clearing.has(lease) && this.entries.has(lease),
    )
    if (noted.length === 0) return
    for (const lease of noted) this.unsure.add(lease)
    await this.options.propose(
      noted.map((lease) => ({
        id: lease.id,
        remainingSeconds: Math.ceil((lease.deadlineMs - nowMs) / 1000),
      })),
    )
    for (const lease of noted) this.unsure.delete(lease)
  }

  /** When what is noted was true: the deadline tells. */
  private notedMs(lease: TimedLease): number {
    return lease.deadlineMs - (lease.remainingSeconds ?? lease.ttlSeconds) * 1000
  }

  /** At once for a lease of which less is noted than there is, as when a renewal could not clear it. */
  private dueMs(lease: TimedLease): number {
    const nowMs = this.options.clock.nowMs()
    const notedMs = this.notedMs(lease)
    return notedMs > nowMs ? nowMs : notedMs + intervalMs
  }
}

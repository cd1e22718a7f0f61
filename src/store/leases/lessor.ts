import type { CancelSignal } from '../../base/cancel-signal.js'
import type { Clock } from '../../base/clock.js'
import { MetastoreError } from '../../base/errors.js'
import { unlessCanceled } from '../unless-canceled.js'
import { DueBatches, type Pace } from './due-batches.js'
import type { Expiring } from './expiry-queue.js'
import { LateRenewals } from './late-renewals.js'
import { LeaseCheckpoints, type LeaseRemainder } from './lease-checkpoints.js'

export interface LessorOptions {
  readonly clock: Clock
  /**
   * Proposes to revoke leases, and settles when that has been applied or has failed. It must propose
   * as leader of the current term and never pass the proposal on to another member: whether a lease
   * has run out is for the leader of the term to say.
   */
  readonly expire: (ids: readonly bigint[]) => Promise<void>
  /** How leases that have run out are proposed. */
  readonly pace: Pace
  /**
   * Notes in the log what is left of leases; as `expire`, and in the order of the calls. 0 takes
   * back what was noted.
   */
  readonly checkpoint: (remainders: readonly LeaseRemainder[]) => Promise<void>
  /** Whether to note what is left, and to give a lease no more than that on a change of leader. */
  readonly checkpoints: boolean
  /** How long a renewal that came too late waits for its lease to be gone. */
  readonly lateRenewalTimeoutMs: number
  /** Hears why a call of `expire` failed, or one of `checkpoint` that no renewal waits for. */
  readonly onError?: (what: string, error: unknown) => void
}

interface Lease extends Expiring {
  readonly id: bigint
  readonly ttlSeconds: number
  /** What was left at the last checkpoint; undefined: the whole of it. */
  remainingSeconds: number | undefined
  /** Only while this member leads. The queue may look at the lease earlier, never later. */
  deadlineMs: number
  lateRenewals: LateRenewals | undefined
}

/**
 * The deadlines of leases, which only the leader keeps: a member that does not lead just knows the
 * leases. A lease whose time is over is proposed for revocation, at most once at a time, in bounded
 * batches with pauses, until the log says that it is gone. Nothing here waits for a renewal, so
 * expiry and renewals cannot block each other.
 */
export class Lessor {
  private readonly leases = new Map<bigint, Lease>()
  private readonly expiry: DueBatches<Lease>
  private readonly checkpoints: LeaseCheckpoints
  private leading = false
  private closed = false

  constructor(private readonly options: LessorOptions) {
    const { clock, pace, onError } = options
    this.expiry = new DueBatches<Lease>({
      clock,
      pace,
      dueMs: ({ deadlineMs }) => deadlineMs,
      carryOut: (batch) => options.expire(batch.map(({ id }) => id)),
      againMs: (lease) => {
        const stays = this.leases.get(lease.id) === lease
        return stays ? clock.nowMs() + pace.retryDelayMs : undefined
      },
      onError: (error) => onError?.('revoking expired leases', error),
    })
    this.checkpoints = new LeaseCheckpoints({
      clock,
      enabled: options.checkpoints,
      propose: options.checkpoint,
      onError: (error) => onError?.('noting what is left of leases', error),
    })
  }

  /** Whether this member leads, and has been promoted here. */
  get leads(): boolean {
    return this.leading
  }

  get size(): number {
    return this.leases.size
  }

  /**
   * To be called from apply on every member, and for every lease found at start and after a
   * snapshot. `remainingSeconds`: from a checkpoint, what the next promotion gives instead of the
   * whole time. `id` is not known yet.
   */
  granted(id: bigint, ttlSeconds: number, remainingSeconds?: number): void {
    const deadlineMs = this.nowMs() + ttlSeconds * 1000
    const lease: Lease = {
      id,
      ttlSeconds,
      remainingSeconds,
      deadlineMs,
      lateRenewals: undefined,
      dueMs: deadlineMs,
      place: -1,
    }
    this.leases.set(id, lease)
    this.expiry.add(lease, deadlineMs)
    this.checkpoints.changed(lease)
  }

  /** To be called from apply on every member; undefined: nothing is noted any more. */
  checkpointed(id: bigint, remainingSeconds: number | undefined): void {
    const lease = this.leases.get(id)
    if (lease === undefined) return
    lease.remainingSeconds = remainingSeconds
    this.checkpoints.changed(lease)
  }

  /** To be called from apply on every member. An unknown id is passed over. */
  revoked(id: bigint): void {
    const lease = this.leases.get(id)
    if (lease === undefined) return
    this.leases.delete(id)
    this.expiry.remove(lease)
    this.checkpoints.gone(lease)
    lease.lateRenewals?.gone()
  }

  /** Forgets all leases, before those of a snapshot are granted. */
  clear(): void {
    for (const id of [...this.leases.keys()]) this.revoked(id)
  }

  /**
   * This member leads: every lease gets its whole time (or what its checkpoint left) and `extraMs`,
   * an election timeout. To be called when the first entry of the term has been applied, so that
   * everything former leaders decided, revocations included, is known. Linear in the number of
   * leases, without any I/O. Twice in a row starts the time anew.
   */
  promote(extraMs: number): void {
    if (this.closed) return
    this.leading = true
    const startMs = this.nowMs() + extraMs
    for (const lease of this.leases.values()) {
      lease.deadlineMs = startMs + this.checkpoints.secondsLeft(lease) * 1000
      lease.dueMs = lease.deadlineMs
    }
    this.expiry.start(this.leases.values())
    this.checkpoints.start(this.leases.values())
  }

  /** This member leads no longer: no lease runs out here. Renewals that wait are told. */
  demote(): void {
    if (!this.leading) return
    this.leading = false
    this.expiry.stop()
    this.checkpoints.stop()
    for (const lease of this.leases.values()) {
      lease.lateRenewals?.fail(new MetastoreError('not-leader'))
      lease.lateRenewals = undefined
    }
  }

  /**
   * Gives a lease its whole time again. Answers that time, or undefined for a lease that is unknown.
   * A lease that has run out never comes back: as in etcd, the answer is undefined, and it comes
   * when the lease and its keys are gone. What a checkpoint noted is taken back before the answer.
   * The caller has made sure that this member still leads.
   * @throws MetastoreError `not-leader` when this member does not lead, or ceases to while the
   * answer waits; `request-canceled` when `signal` aborts; `request-timed-out`; what `checkpoint` fails with
   */
  async renew(
    id: bigint,
    { signal }: { readonly signal?: CancelSignal } = {},
  ): Promise<number | undefined> {
    this.checkLeading()
    const lease = this.leases.get(id)
    if (lease === undefined) return undefined
    const nowMs = this.nowMs()
    if (lease.deadlineMs <= nowMs) {
      lease.lateRenewals ??= new LateRenewals(this.options)
      await lease.lateRenewals.wait(signal)
      return undefined
    }
    // The queue finds the new deadline when the old one comes, so that a renewal moves nothing.
    lease.deadlineMs = nowMs + lease.ttlSeconds * 1000
    if (this.checkpoints.mustClear(lease)) {
      await unlessCanceled(this.checkpoints.clear(lease), signal)
      if (this.leases.get(id) !== lease) return undefined
    }
    return lease.ttlSeconds
  }

  /**
   * Whole seconds until the lease runs out, 0 once it has; undefined: unknown.
   * @throws MetastoreError `not-leader`
   */
  remainingSeconds(id: bigint): number | undefined {
    this.checkLeading()
    const lease = this.leases.get(id)
    if (lease === undefined) return undefined
    return Math.max(0, Math.floor((lease.deadlineMs - this.nowMs()) / 1000))
  }

  /** All leases, the next to run out first; on a member that does not lead, as they were granted. */
  idsByExpiry(): bigint[] {
    const leases = [...this.leases.values()]
    if (this.leading) leases.sort((left, right) => left.deadlineMs - right.deadlineMs)
    return leases.map((lease) => lease.id)
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return
    this.demote()
    this.closed = true
  }

  private checkLeading(): void {
    if (!this.leading) throw new MetastoreError('not-leader')
  }

  private nowMs(): number {
    return this.options.clock.nowMs()
  }
}

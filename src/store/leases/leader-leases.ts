import { type CancelSignal, CancelSource } from '../../base/cancel-signal.js'
import { MetastoreError } from '../../base/errors.js'
import type { RaftNode } from '../../node/index.js'
import {
  LeaderQuestion,
  type LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseStatus,
  type LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../../wire/index.js'
import type { ReplicatedState } from '../replicated-state.js'
import type { CallOptions } from '../store.js'
import { unlessCanceled } from '../unless-canceled.js'
import type { Lessor } from './lessor.js'

export interface LeaderLeasesParts {
  readonly node: Pick<RaftNode, 'status' | 'readIndex' | 'onRoleChange'>
  readonly state: ReplicatedState
  readonly lessor: Lessor
}

/**
 * What only the leader can say of leases, because time lives with it. Its answers have no header; each is given
 * after a round that shows that this member has led without a break since the call, or is `not-leader`.
 */
export class LeaderLeases {
  readonly #parts: LeaderLeasesParts
  readonly #release: () => void
  /** From one change of role to the next. */
  #reign = new CancelSource()
  /** The round that may still be joined. */
  #round: Promise<void> | undefined

  constructor(parts: LeaderLeasesParts) {
    this.#parts = parts
    this.#release = parts.node.onRoleChange(() => {
      this.#endReign()
      this.#reign = new CancelSource()
    })
  }

  /** Idempotent. */
  close(): void {
    this.#release()
    this.#endReign()
  }

  /** Answers another member. @throws MetastoreError `malformed-message`, `unimplemented` */
  async answer(question: Buffer, signal: CancelSignal): Promise<Buffer> {
    const { leaseKeepAlive, leaseTimeToLive, leaseLeases } = LeaderQuestion.decode(question)
    const options = { signal }
    if (leaseKeepAlive !== undefined) {
      return LeaseKeepAliveResponse.encode(await this.keepAlive(leaseKeepAlive, options))
    }
    if (leaseTimeToLive !== undefined) {
      return LeaseTimeToLiveResponse.encode(await this.timeToLive(leaseTimeToLive, options))
    }
    if (leaseLeases !== undefined) return LeaseLeasesResponse.encode(await this.list(options))
    throw new MetastoreError('unimplemented', 'a member asks what this program does not know')
  }

  /** An unknown lease answers TTL 0. */
  async keepAlive(
    { id }: LeaseKeepAliveRequest,
    options?: CallOptions,
  ): Promise<LeaseKeepAliveResponse> {
    await this.#confirm(options)
    const ttl = (await this.#parts.lessor.renew(id, options)) ?? 0
    return LeaseKeepAliveResponse.create({ id, ttl })
  }

  /** An unknown lease answers TTL -1. */
  async timeToLive(
    { id, keys }: LeaseTimeToLiveRequest,
    options?: CallOptions,
  ): Promise<LeaseTimeToLiveResponse> {
    await this.#confirm(options)
    const { keyValues } = this.#parts.state
    const lease = keyValues.leases.get(id)
    const ttl = this.#parts.lessor.remainingSeconds(id)
    if (lease === undefined || ttl === undefined) {
      return LeaseTimeToLiveResponse.create({ id, ttl: -1 })
    }
    return LeaseTimeToLiveResponse.create({
      id,
      ttl,
      grantedTtl: lease.ttlSeconds,
      keys: keys ? await this.#keysOf(id, options?.signal) : [],
    })
  }

  /** The soonest to expire first. */
  async list(options?: CallOptions): Promise<LeaseLeasesResponse> {
    await this.#confirm(options)
    const leases = this.#parts.lessor.idsByExpiry().map((id) => LeaseStatus.create({ id }))
    return LeaseLeasesResponse.create({ leases })
  }

  #keysOf(id: bigint, signal: CancelSignal | undefined): Promise<Buffer[]> {
    return unlessCanceled(this.#parts.state.keyValues.attachedKeys(id, signal), signal)
  }

  #endReign(): void {
    this.#reign.abort(new MetastoreError('not-leader'))
  }

  /**
   * Those who ask in one turn share a round, which the end of the reign cuts short. A round that began before
   * the promotion may end before it; the next one ends after it.
   */
  async #confirm(options: CallOptions | undefined): Promise<void> {
    const { lessor } = this.#parts
    for (let round = 1; round <= 2; round++) {
      this.#round ??= this.#beginRound()
      await unlessCanceled(this.#round, options?.signal)
      if (lessor.leads) return
    }
    throw new MetastoreError('not-leader')
  }

  async #beginRound(): Promise<void> {
    const { node } = this.#parts
    const reign = this.#reign
    queueMicrotask(() => {
      this.#round = undefined
    })
    if (node.status().state !== 'leader') throw new MetastoreError('not-leader')
    await node.readIndex({ signal: reign })
    // It may have been confirmed by the next leader, who may have revoked what is known here.
    if (reign.aborted || node.status().state !== 'leader') throw new MetastoreError('not-leader')
  }
}

import type { CancelSignal } from '../base/cancel-signal.js'
import { MetastoreError } from '../base/errors.js'
import { type Random, randomPositiveId } from '../base/random.js'
import {
  LeaseGrantRequest,
  type LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  type LeaseRevokeResponse,
  LeaseStatus,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../wire/index.js'
import type { Headers } from './headers.js'
import type { Lessor } from './lessor.js'
import type { Proposer } from './proposer.js'
import type { ReplicatedState } from './replicated-state.js'
import type { CallOptions } from './store.js'
import { unlessCanceled } from './unless-canceled.js'

/** The largest time to live a lease can be granted (seconds), as etcd bounds it. */
const maxTtlSeconds = 9_000_000_000

export interface LeaseServiceParts {
  readonly state: ReplicatedState
  readonly lessor: Lessor
  readonly random: Random
  /** Shorter asks are raised to this (seconds). */
  readonly minTtlSeconds: number
  readonly proposer: Proposer
  /** Resolves once this member is known to lead and to have applied what was acknowledged. */
  readonly confirmLeadership: (options: CallOptions | undefined) => Promise<void>
  readonly headers: Headers
  /** Ends hearing of leadership. */
  readonly release: () => void
}

/** The five lease calls. Grants and revokes go through the log; time itself lives with the leader. */
export class LeaseService {
  readonly #parts: LeaseServiceParts

  constructor(parts: LeaseServiceParts) {
    this.#parts = parts
  }

  async grant(
    init: Partial<LeaseGrantRequest>,
    options?: CallOptions,
  ): Promise<LeaseGrantResponse> {
    const asked = LeaseGrantRequest.create(init)
    if (asked.ttl > maxTtlSeconds) throw new MetastoreError('lease-ttl-too-large')
    const leaseGrant = LeaseGrantRequest.create({
      id: asked.id === 0n ? this.#unusedId() : asked.id,
      ttl: Math.max(asked.ttl, this.#parts.minTtlSeconds),
    })
    return this.#parts.proposer.propose({ leaseGrant }, options)
  }

  async revoke(
    init: Partial<LeaseRevokeRequest>,
    options?: CallOptions,
  ): Promise<LeaseRevokeResponse> {
    return this.#parts.proposer.propose({ leaseRevoke: LeaseRevokeRequest.create(init) }, options)
  }

  /** An unknown lease answers TTL 0. */
  async keepAlive(
    init: Partial<LeaseKeepAliveRequest>,
    options?: CallOptions,
  ): Promise<LeaseKeepAliveResponse> {
    const { id } = LeaseKeepAliveRequest.create(init)
    await this.#parts.confirmLeadership(options)
    const ttl = (await this.#parts.lessor.renew(id, options)) ?? 0
    return LeaseKeepAliveResponse.create({ header: this.#parts.headers.now(), id, ttl })
  }

  /** An unknown lease answers TTL -1. */
  async timeToLive(
    init: Partial<LeaseTimeToLiveRequest>,
    options?: CallOptions,
  ): Promise<LeaseTimeToLiveResponse> {
    const { id, keys } = LeaseTimeToLiveRequest.create(init)
    await this.#parts.confirmLeadership(options)
    const { keyValues } = this.#parts.state
    const lease = keyValues.leases.get(id)
    const ttl = this.#parts.lessor.remainingSeconds(id)
    if (lease === undefined || ttl === undefined) {
      return LeaseTimeToLiveResponse.create({ header: this.#parts.headers.now(), id, ttl: -1 })
    }
    return LeaseTimeToLiveResponse.create({
      header: this.#parts.headers.now(),
      id,
      ttl,
      grantedTtl: lease.ttlSeconds,
      keys: keys ? await this.#keysOf(id, options?.signal) : [],
    })
  }

  #keysOf(id: bigint, signal: CancelSignal | undefined): Promise<Buffer[]> {
    return unlessCanceled(this.#parts.state.keyValues.attachedKeys(id, signal), signal)
  }

  /** The soonest to expire first. */
  async list(options?: CallOptions): Promise<LeaseLeasesResponse> {
    await this.#parts.confirmLeadership(options)
    const leases = this.#parts.lessor.idsByExpiry().map((id) => LeaseStatus.create({ id }))
    return LeaseLeasesResponse.create({ header: this.#parts.headers.now(), leases })
  }

  /** Stops the deadlines. Idempotent. */
  close(): void {
    this.#parts.release()
    this.#parts.lessor.close()
  }

  #unusedId(): bigint {
    const { leases } = this.#parts.state.keyValues
    for (;;) {
      const id = randomPositiveId(this.#parts.random)
      if (leases.get(id) === undefined) return id
    }
  }
}

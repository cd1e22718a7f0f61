import type { CancelSignal } from '../../base/cancel-signal.js'
import type { Clock } from '../../base/clock.js'
import type { Codec } from '../../base/codec.js'
import { hasCode, MetastoreError } from '../../base/errors.js'
import { type Random, randomPositiveId } from '../../base/random.js'
import type { RaftNode } from '../../node/index.js'
import {
  LeaderQuestion,
  LeaseGrantRequest,
  type LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesRequest,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  type LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  type ResponseHeader,
} from '../../wire/index.js'
import type { Headers } from '../headers.js'
import type { Proposer } from '../proposer.js'
import type { CallOptions } from '../store.js'
import type { LeaderLeases } from './leader-leases.js'
import type { Lessor } from './lessor.js'

/** The largest time to live a lease can be granted (seconds), as etcd bounds it. */
const maxTtlSeconds = 9_000_000_000

/** The way to whoever leads. */
export type LeaderLine = Pick<RaftNode, 'status' | 'askLeader'>

export interface LeaseServiceParts {
  readonly lessor: Lessor
  readonly leaderLeases: LeaderLeases
  readonly node: LeaderLine
  readonly clock: Clock
  readonly random: Random
  /** Shorter asks are raised to this (seconds). */
  readonly minTtlSeconds: number
  /** How long the leader may take to answer, elections included. */
  readonly timeoutMs: number
  readonly proposer: Proposer
  readonly headers: Headers
  /** Ends hearing of leadership. */
  readonly release: () => void
}

interface LeaderCall<Response> {
  readonly question: Partial<LeaderQuestion>
  readonly codec: Codec<Response>
  /** The answer when this member leads. */
  readonly own: () => Promise<Response>
}

/**
 * The five lease calls, on any member. Grants and revokes go through the log; what needs to know the
 * time, whoever leads answers.
 */
export class LeaseService {
  readonly #parts: LeaseServiceParts

  constructor(parts: LeaseServiceParts) {
    this.#parts = parts
  }

  /** As in etcd, whether an id that is drawn here is taken already, only the log says. */
  grant(init: Partial<LeaseGrantRequest>, options?: CallOptions): Promise<LeaseGrantResponse> {
    const { random, minTtlSeconds, proposer } = this.#parts
    try {
      const { id, ttl } = LeaseGrantRequest.create(init)
      if (ttl > maxTtlSeconds) throw new MetastoreError('lease-ttl-too-large')
      const leaseGrant = LeaseGrantRequest.create({
        id: id === 0n ? randomPositiveId(random) : id,
        ttl: Math.max(ttl, minTtlSeconds),
      })
      return proposer.propose({ leaseGrant }, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async revoke(
    init: Partial<LeaseRevokeRequest>,
    options?: CallOptions,
  ): Promise<LeaseRevokeResponse> {
    return this.#parts.proposer.propose({ leaseRevoke: LeaseRevokeRequest.create(init) }, options)
  }

  keepAlive(
    init: Partial<LeaseKeepAliveRequest>,
    options?: CallOptions,
  ): Promise<LeaseKeepAliveResponse> {
    const leaseKeepAlive = LeaseKeepAliveRequest.create(init)
    return this.#fromLeader(options?.signal, {
      question: { leaseKeepAlive },
      codec: LeaseKeepAliveResponse,
      own: () => this.#parts.leaderLeases.keepAlive(leaseKeepAlive, options),
    })
  }

  timeToLive(
    init: Partial<LeaseTimeToLiveRequest>,
    options?: CallOptions,
  ): Promise<LeaseTimeToLiveResponse> {
    const leaseTimeToLive = LeaseTimeToLiveRequest.create(init)
    return this.#fromLeader(options?.signal, {
      question: { leaseTimeToLive },
      codec: LeaseTimeToLiveResponse,
      own: () => this.#parts.leaderLeases.timeToLive(leaseTimeToLive, options),
    })
  }

  list(options?: CallOptions): Promise<LeaseLeasesResponse> {
    return this.#fromLeader(options?.signal, {
      question: { leaseLeases: LeaseLeasesRequest.create() },
      codec: LeaseLeasesResponse,
      own: () => this.#parts.leaderLeases.list(options),
    })
  }

  /** Stops the deadlines. Idempotent. */
  close(): void {
    this.#parts.release()
    this.#parts.leaderLeases.close()
    this.#parts.lessor.close()
  }

  /** The header is this member's, as in etcd. A member that leads no longer asks the next leader. */
  async #fromLeader<Response extends { header: ResponseHeader | undefined }>(
    signal: CancelSignal | undefined,
    call: LeaderCall<Response>,
  ): Promise<Response> {
    const { clock, timeoutMs, headers } = this.#parts
    const deadlineMs = clock.nowMs() + timeoutMs
    const own = await this.#ifLeading(call.own)
    const response = own ?? (await this.#ask(signal, call, deadlineMs - clock.nowMs()))
    response.header = headers.now()
    return response
  }

  async #ifLeading<Response>(own: () => Promise<Response>): Promise<Response | undefined> {
    if (this.#parts.node.status().state !== 'leader') return undefined
    try {
      return await own()
    } catch (error) {
      if (hasCode(error, 'not-leader')) return undefined
      throw error
    }
  }

  async #ask<Response>(
    signal: CancelSignal | undefined,
    { question, codec }: LeaderCall<Response>,
    timeoutMs: number,
  ): Promise<Response> {
    const encoded = LeaderQuestion.encode(LeaderQuestion.create(question))
    return codec.decode(await this.#parts.node.askLeader(encoded, { signal, timeoutMs }))
  }
}

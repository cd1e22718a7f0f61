import type { Clock } from '../../base/clock.js'
import { hasCode } from '../../base/errors.js'
import type { Random } from '../../base/random.js'
import type { RaftNode } from '../../node/index.js'
import { LeaseCheckpoint, LeaseCheckpointRequest, LeaseRevokeRequest } from '../../wire/index.js'
import type { Headers } from '../headers.js'
import { followLeadership } from '../leadership.js'
import type { Proposer } from '../proposer.js'
import type { ReplicatedState } from '../replicated-state.js'
import type { Pace } from './due-batches.js'
import { LeaderLeases } from './leader-leases.js'
import type { LeaseRemainder } from './lease-checkpoints.js'
import { LeaseService } from './lease-service.js'
import { Lessor } from './lessor.js'

/**
 * A put waits for at most one batch of revocations before it, some milliseconds of work, and finds
 * every other moment free: 100,000 leases that run out together are gone in tens of seconds.
 */
const expiryPace: Pace = { maxBatch: 25, pauseMs: 4, retryDelayMs: 500 }

export interface LeasesOptions {
  readonly state: ReplicatedState
  readonly node: RaftNode
  readonly headers: Headers
  readonly proposer: Proposer
  readonly clock: Clock
  readonly random: Random
  readonly electionTimeoutMs: number
  /** Whether what is left of leases is noted in the log; without, a change of leader gives all time. */
  readonly leaseCheckpoints?: boolean | undefined
  /** How long whoever leads may take to answer a call about leases. */
  readonly requestTimeoutMs: number
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Brings the leases to life: their deadlines follow the leadership of `node`. */
export function startLeases(options: LeasesOptions): LeaseService {
  const { clock, state, node, headers, proposer, random, electionTimeoutMs, onTrouble } = options
  let term = 0
  const lessor = new Lessor({
    clock,
    expire: (ids) => revokeExpired(proposer, ids, term),
    pace: expiryPace,
    checkpoint: (remainders) => noteRemainders(proposer, remainders, term),
    checkpoints: options.leaseCheckpoints === true,
    lateRenewalTimeoutMs: options.requestTimeoutMs,
    onError: (what, error) => {
      if (!tellsOfNextLeader(error)) onTrouble(what, error)
    },
  })
  state.onLeases(lessor)
  const release = followLeadership(node, clock, {
    promote: (ledTerm) => {
      term = ledTerm
      lessor.promote(electionTimeoutMs)
    },
    demote: () => lessor.demote(),
  })
  const leaderLeases = new LeaderLeases({ node, state, lessor })
  node.onQuestion((question, signal) => leaderLeases.answer(question, signal))
  return new LeaseService({
    ...{ lessor, leaderLeases, node, clock, random, proposer, headers, release },
    minTtlSeconds: Math.ceil((1.5 * electionTimeoutMs) / 1000),
    timeoutMs: options.requestTimeoutMs,
  })
}

/** Whoever leads next gives leases their time anew. */
function tellsOfNextLeader(error: unknown): boolean {
  return hasCode(error, 'not-leader', 'leader-changed', 'leader-failed')
}

/** A lease that is gone already was revoked by its owner meanwhile. */
async function revokeExpired(
  proposer: Proposer,
  ids: readonly bigint[],
  term: number,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    ids.map((id) => proposer.propose({ leaseRevoke: LeaseRevokeRequest.create({ id }) }, { term })),
  )
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue
    const { reason } = outcome
    if (!hasCode(reason, 'lease-not-found')) throw reason
  }
}

async function noteRemainders(
  proposer: Proposer,
  remainders: readonly LeaseRemainder[],
  term: number,
): Promise<void> {
  const checkpoints = remainders.map(({ id, remainingSeconds }) =>
    LeaseCheckpoint.create({ id, remainingTtl: remainingSeconds }),
  )
  const leaseCheckpoint = LeaseCheckpointRequest.create({ checkpoints })
  await proposer.propose({ leaseCheckpoint }, { term })
}

import { invariant } from '../base/errors.js'
import type { Configuration, MemberId } from './types.js'

export type VoteOutcome = 'won' | 'lost' | 'open'

/**
 * The largest number that a quorum has reached, where `reached` tells it of one voter. A quorum is a
 * majority of the voters, and in joint consensus of the outgoing ones as well.
 */
export function reachedByQuorum(
  configuration: Configuration,
  reached: (voter: MemberId) => number,
): number {
  const incoming = reachedByMajority(configuration.voters, reached)
  if (configuration.votersOutgoing.length === 0) return incoming
  return Math.min(incoming, reachedByMajority(configuration.votersOutgoing, reached))
}

/** `votes`: who has answered, and whether with yes. Answers of others than voters do not count. */
export function countVotes(
  configuration: Configuration,
  votes: ReadonlyMap<MemberId, boolean>,
): VoteOutcome {
  const yes = reachedByQuorum(configuration, (voter) => (votes.get(voter) === true ? 1 : 0))
  if (yes === 1) return 'won'
  const possible = reachedByQuorum(configuration, (voter) => (votes.get(voter) === false ? 0 : 1))
  return possible === 1 ? 'open' : 'lost'
}

export function isVoter(configuration: Configuration, id: MemberId): boolean {
  return configuration.voters.includes(id) || configuration.votersOutgoing.includes(id)
}

export function takesPart(configuration: Configuration, id: MemberId): boolean {
  const { learners, learnersNext } = configuration
  return isVoter(configuration, id) || learners.includes(id) || learnersNext.includes(id)
}

/** Everyone who takes part, each once. */
export function membersOf(configuration: Configuration): MemberId[] {
  const { voters, votersOutgoing, learners, learnersNext } = configuration
  return [...new Set([...voters, ...votersOutgoing, ...learners, ...learnersNext])]
}

function reachedByMajority(
  voters: readonly MemberId[],
  reached: (voter: MemberId) => number,
): number {
  const [first] = voters
  invariant(first !== undefined, 'a configuration has a voter')
  if (voters.length === 1) return reached(first)
  const sorted = voters.map(reached).sort((left, right) => right - left)
  return sorted[Math.floor(voters.length / 2)] ?? 0
}

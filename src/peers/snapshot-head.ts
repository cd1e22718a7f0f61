import type { SnapshotRequest } from '../node/index.js'
import { type Configuration, type MemberId, membersOf } from '../raft/index.js'
import { PeerSnapshotHead, PeerSnapshotMember } from '../wire/index.js'
import { isCount } from './from-wire.js'

export function headOf(request: SnapshotRequest, groupId: bigint): PeerSnapshotHead {
  const { index, term, configuration } = request.snapshot
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = configuration
  return PeerSnapshotHead.create({
    groupId,
    term: request.term,
    snapshotIndex: index,
    snapshotTerm: term,
    autoLeave,
    members: membersOf(configuration).map((memberId) =>
      PeerSnapshotMember.create({
        memberId,
        voter: voters.includes(memberId),
        voterOutgoing: votersOutgoing.includes(memberId),
        learner: learners.includes(memberId),
        learnerNext: learnersNext.includes(memberId),
      }),
    ),
  })
}

/** The request that `head` stands for; undefined when it cannot be true. */
export function requestOf(
  head: PeerSnapshotHead,
  from: MemberId,
  to: MemberId,
): SnapshotRequest | undefined {
  const { term, snapshotIndex, snapshotTerm } = head
  if (![term, snapshotIndex, snapshotTerm].every(isCount)) return undefined
  const configuration = configurationIn(head)
  if (snapshotTerm > term || configuration.voters.length === 0) return undefined
  const snapshot = { index: snapshotIndex, term: snapshotTerm, configuration }
  return { type: 'snapshot-request', from, to, term, snapshot }
}

function configurationIn({ members, autoLeave }: PeerSnapshotHead): Configuration {
  const idsOf = (has: (member: PeerSnapshotMember) => boolean): MemberId[] =>
    members.filter(has).map(({ memberId }) => memberId)
  return {
    voters: idsOf(({ voter }) => voter),
    votersOutgoing: idsOf(({ voterOutgoing }) => voterOutgoing),
    learners: idsOf(({ learner }) => learner),
    learnersNext: idsOf(({ learnerNext }) => learnerNext),
    autoLeave,
  }
}

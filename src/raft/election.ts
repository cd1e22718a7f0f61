import { emptyBuffer } from '../base/bytes.js'
import type { Member } from './member.js'
import { countVotes, isVoter } from './quorum.js'
import type { MemberId, Message } from './types.js'
import { noMember } from './types.js'

type VoteRequest = Extract<Message, { type: 'vote-request' }>
type VoteResponse = Extract<Message, { type: 'vote-response' }>

/** Asks every voter for its vote, this member too: its own vote counts once it is durable, as the others' do. */
export function campaign(member: Member): void {
  if (member.role === 'leader' || !isVoter(member.configuration, member.id)) return
  member.becomeCandidate()
  const { voters, votersOutgoing } = member.configuration
  for (const voter of new Set([...voters, ...votersOutgoing])) {
    if (voter === member.id) answer(member, voter, false)
    else askForVote(member, voter)
  }
}

/** A vote goes to the first candidate of the term whose log holds all that can be committed (figure 2). */
export function handleVoteRequest(member: Member, message: VoteRequest): void {
  const free = member.vote === noMember && member.leaderId === noMember
  const granted =
    (free || member.vote === message.from) &&
    member.log.isCoveredBy(message.lastIndex, message.lastTerm)
  if (granted) member.voteFor(message.from)
  answer(member, message.from, !granted)
}

export function handleVoteResponse(member: Member, message: VoteResponse): void {
  if (member.role !== 'candidate') return
  member.noteVote(message.from, !message.reject)
  const outcome = countVotes(member.configuration, member.votes)
  if (outcome === 'won') lead(member)
  if (outcome === 'lost') member.becomeFollower(member.term, noMember)
}

/** Entries of earlier terms are committed only along with one of this term, so a term opens with one. */
function lead(member: Member): void {
  const { tracker } = member.becomeLeader()
  tracker.own.accepted(member.log.stable)
  member.log.append({
    index: member.log.lastIndex + 1,
    term: member.term,
    kind: 'normal',
    data: emptyBuffer,
  })
}

function askForVote(member: Member, to: MemberId): void {
  const { lastIndex, lastTerm } = member.log
  member.outbox.send({
    type: 'vote-request',
    from: member.id,
    to,
    term: member.term,
    lastIndex,
    lastTerm,
  })
}

function answer(member: Member, to: MemberId, reject: boolean): void {
  member.outbox.send({ type: 'vote-response', from: member.id, to, term: member.term, reject })
}

import { emptyBuffer } from '../base/bytes.js'
import type { Member } from './member.js'
import { countVotes, isVoter } from './quorum.js'
import type { MemberId, Message } from './types.js'
import { noMember } from './types.js'

type VoteRequest = Extract<Message, { type: 'vote-request' }>
type VoteResponse = Extract<Message, { type: 'vote-response' }>
type PreVoteRequest = Extract<Message, { type: 'pre-vote-request' }>
type PreVoteResponse = Extract<Message, { type: 'pre-vote-response' }>

/** Stands for election; with PreVote asks first whether that would lead anywhere. */
export function campaign(member: Member): void {
  if (!mayCampaign(member)) return
  if (member.preVote) askWhetherElectable(member)
  else standForElection(member, false)
}

/** The leader hands over to this member. */
export function campaignAtOnce(member: Member): void {
  if (mayCampaign(member)) standForElection(member, true)
}

/**
 * A request of a higher term that must not even make its term known, for a leader was heard of. The sender,
 * when it really is ahead, ends that leader's term with its answer to the next heartbeat.
 */
export function isOutOfPlace(member: Member, message: Message): boolean {
  if (!member.hearsLeader) return false
  if (message.type === 'pre-vote-request') return true
  return message.type === 'vote-request' && member.checkQuorum && !message.transfer
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

/** The next term is free to vote in, so only the log counts, and whether there is a leader. */
export function handlePreVoteRequest(member: Member, message: PreVoteRequest): void {
  const granted = !member.hearsLeader && member.log.isCoveredBy(message.lastIndex, message.lastTerm)
  member.outbox.send({
    type: 'pre-vote-response',
    from: member.id,
    to: message.from,
    term: member.term,
    reject: !granted,
  })
}

export function handlePreVoteResponse(member: Member, message: PreVoteResponse): void {
  if (member.role !== 'pre-candidate') return
  member.noteVote(message.from, !message.reject)
  decidePreElection(member)
}

/** Whoever has a membership change to apply may count a quorum that is none any more. */
function mayCampaign(member: Member): boolean {
  if (member.role === 'leader' || !isVoter(member.configuration, member.id)) return false
  return !member.log.hasUnappliedChange
}

/** Its own vote counts once it is durable, as the others' do. */
function standForElection(member: Member, transfer: boolean): void {
  member.becomeCandidate()
  for (const voter of votersOf(member)) {
    if (voter === member.id) answer(member, voter, false)
    else member.outbox.send({ ...request(member, voter), type: 'vote-request', transfer })
  }
}

function askWhetherElectable(member: Member): void {
  member.becomePreCandidate()
  member.noteVote(member.id, true)
  for (const voter of votersOf(member)) {
    if (voter === member.id) continue
    member.outbox.send({ ...request(member, voter), type: 'pre-vote-request' })
  }
  decidePreElection(member)
}

function decidePreElection(member: Member): void {
  const outcome = countVotes(member.configuration, member.votes)
  if (outcome === 'won') standForElection(member, false)
  if (outcome === 'lost') member.becomeFollower(member.term, noMember)
}

/** Entries of earlier terms are committed only along with one of this term, so a term opens with one. */
function lead(member: Member): void {
  const { tracker } = member.becomeLeader()
  tracker.stored(member.log.stable)
  member.log.append({
    index: member.log.lastIndex + 1,
    term: member.term,
    kind: 'normal',
    data: emptyBuffer,
  })
}

function votersOf(member: Member): Set<MemberId> {
  const { voters, votersOutgoing } = member.configuration
  return new Set([...voters, ...votersOutgoing])
}

function request({ id: from, term, log }: Member, to: MemberId) {
  return { from, to, term, lastIndex: log.lastIndex, lastTerm: log.lastTerm }
}

function answer(member: Member, to: MemberId, reject: boolean): void {
  member.outbox.send({ type: 'vote-response', from: member.id, to, term: member.term, reject })
}

import { decodeChange } from './change-codec.js'
import type { Member } from './member.js'
import { takesPart } from './quorum.js'
import { type Entry, type Message, noMember } from './types.js'

type AppendRequest = Extract<Message, { type: 'append-request' }>
type ForLeader = Extract<Message, { type: 'append-response' | 'heartbeat-response' }>
type HeartbeatRequest = Extract<Message, { type: 'heartbeat-request' }>

/** Leaves room above for all terms and indexes that are still to come. */
const largestNumber = 2 ** 52

/** Elections that no group holds between two messages: a single wrong number must not use up all terms. */
const longestTermStep = 2 ** 32

const outOfRange = 'it is out of range'

/**
 * Why no member that works could have sent this message to `member`, as its log and role are now; undefined:
 * one could. To take such a message would break what {@link Member} and log hold to.
 */
export function problemOf(member: Member, message: Message): string | undefined {
  if (message.to !== member.id) return 'it is for another member'
  if (message.from === member.id) return 'it claims to come from its receiver'
  if (message.from === noMember) return 'it has no sender'
  if (!areCounts(message.term)) return 'its term is out of range'
  if (message.term - member.term > longestTermStep) return 'its term is out of reach'
  switch (message.type) {
    case 'vote-request':
    case 'pre-vote-request':
      return areCounts(message.lastIndex, message.lastTerm) ? undefined : outOfRange
    case 'vote-response':
    case 'pre-vote-response':
      return problemOfAnswer(member, message)
    case 'append-response':
      if (!areCounts(message.index, message.hintIndex, message.hintTerm)) return outOfRange
      return problemOfAnswer(member, message) ?? problemOfEcho(member, message)
    case 'heartbeat-response':
      if (!areCounts(message.readRound)) return outOfRange
      return problemOfAnswer(member, message) ?? problemOfEcho(member, message)
    case 'append-request':
      return problemOfLeader(member, message) ?? problemOfAppend(member, message)
    case 'heartbeat-request':
      if (!areCounts(message.commit, message.readRound)) return outOfRange
      return problemOfLeader(member, message) ?? problemOfCommit(member, message)
    case 'snapshot-request':
      return problemOfLeader(member, message) ?? problemOfSnapshot(message)
    case 'timeout-now':
      return problemOfLeader(member, message)
    default:
      return 'its type is unknown'
  }
}

/** Whoever leads may be unknown here, when this member lags behind (Raft thesis 4.1); who answers is known. */
function problemOfAnswer({ configuration }: Member, { from }: Message): string | undefined {
  return takesPart(configuration, from) ? undefined : 'its sender is no member'
}

function problemOfEcho(member: Member, message: ForLeader): string | undefined {
  const { leadership, log, term } = member
  if (leadership === undefined || message.term !== term) return undefined
  const sent =
    message.type === 'append-response'
      ? message.index <= log.lastIndex
      : message.readRound <= leadership.newestRound
  return sent ? undefined : 'it answers what was never sent'
}

function problemOfLeader(member: Member, { from, term }: Message): string | undefined {
  const { leaderId } = member
  if (term !== member.term || leaderId === noMember || leaderId === from) return undefined
  return 'another member leads its term'
}

function problemOfCommit(member: Member, { term, commit }: HeartbeatRequest): string | undefined {
  const beyond = term >= member.term && commit > member.log.lastIndex
  return beyond ? 'it commits what this member has never had' : undefined
}

function problemOfAppend(member: Member, message: AppendRequest): string | undefined {
  const { previousIndex, previousTerm, entries, commit, term } = message
  if (!areCounts(previousIndex, previousTerm, commit)) return outOfRange
  if (previousTerm > term) return 'its entries are of a later term'
  let index = previousIndex
  let lastTerm = previousTerm
  for (const entry of entries) {
    index += 1
    if (entry.index !== index) return 'its entries have a gap'
    if (!areCounts(entry.term) || entry.term < lastTerm) return 'its entries go back in term'
    if (entry.term > term) return 'its entries are of a later term'
    if (entry.kind === 'configuration' && !isReadable(entry)) return 'its change cannot be read'
    lastTerm = entry.term
  }
  return term < member.term ? undefined : problemOfFresh(member, message)
}

/** The leader of a term that is not over has all that is committed. */
function problemOfFresh({ log }: Member, { previousIndex, entries }: AppendRequest) {
  const firstFresh = entries[log.commit - previousIndex]
  const committedTerm = log.termAt(log.commit) ?? 0
  const goesBack = firstFresh !== undefined && firstFresh.term < committedTerm
  return goesBack ? 'its entries go back behind what is committed' : undefined
}

function problemOfSnapshot(message: Extract<Message, { type: 'snapshot-request' }>) {
  const { index, term, configuration } = message.snapshot
  if (!areCounts(index, term) || index === 0) return outOfRange
  if (term > message.term) return 'its snapshot is of a later term'
  return configuration.voters.length === 0 ? 'its snapshot has no voters' : undefined
}

function isReadable(entry: Entry): boolean {
  try {
    decodeChange(entry.data)
    return true
  } catch {
    return false
  }
}

function areCounts(...values: readonly number[]): boolean {
  return values.every(
    (value) => Number.isSafeInteger(value) && value >= 0 && value <= largestNumber,
  )
}

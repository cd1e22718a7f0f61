import { invariant } from '../base/errors.js'
import type { Leadership } from './leadership.js'
import type { Member } from './member.js'
import type { Progress } from './progress.js'
import type { Entry, MemberId, Message } from './types.js'

type AppendRequest = Extract<Message, { type: 'append-request' }>
type AppendResponse = Extract<Message, { type: 'append-response' }>
type HeartbeatRequest = Extract<Message, { type: 'heartbeat-request' }>
type HeartbeatResponse = Extract<Message, { type: 'heartbeat-response' }>

export function appendsDue(member: Member, leadership: Leadership): boolean {
  return appendsDueAt(member, leadership, leadership.commitNews.upTo(member.log.commit))
}

/** Whether appends would be due if the others were to hear of all that is committed. */
export function commitHeld(member: Member, leadership: Leadership): boolean {
  const { commit } = member.log
  return leadership.commitNews.upTo(commit) < commit && appendsDueAt(member, leadership, commit)
}

function appendsDueAt(member: Member, leadership: Leadership, commit: number): boolean {
  const { lastIndex } = member.log
  for (const [, progress] of leadership.tracker.others()) {
    if (progress.wantsAppend(lastIndex, commit)) return true
  }
  return false
}

/** At most one append to each member: what came together goes together, the rest follows the answer. */
export function sendAppends(member: Member, leadership: Leadership): void {
  const { lastIndex } = member.log
  const commit = leadership.commitNews.upTo(member.log.commit)
  leadership.commitNews.tell(commit)
  for (const [id, progress] of leadership.tracker.others()) {
    if (progress.wantsAppend(lastIndex, commit)) sendAppend(member, id, progress)
  }
}

export function sendHeartbeats(member: Member, leadership: Leadership): void {
  leadership.ticksSinceHeartbeat = 0
  const readRound = leadership.readRounds.length > 0 ? leadership.newestRound : 0
  for (const [to, progress] of leadership.tracker.others()) {
    member.outbox.send({
      type: 'heartbeat-request',
      from: member.id,
      to,
      term: member.term,
      commit: Math.min(member.log.commit, progress.match),
      readRound,
    })
  }
}

/**
 * Commits what is durable on a quorum. Only an entry of the leader's own term is counted: one of an
 * earlier term may be on a quorum and still be replaced (figure 8), unless a later one holds it down.
 */
export function advanceCommit(member: Member, leadership: Leadership): void {
  const index = leadership.tracker.matchedByQuorum()
  invariant(index <= member.log.lastIndex, 'members match no more than the leader has')
  if (index > member.log.commit && index >= leadership.firstIndex) member.log.commitTo(index)
}

export function handleAppendRequest(member: Member, message: AppendRequest): void {
  member.hearLeader(message.from)
  const { log } = member
  const last = message.previousIndex + message.entries.length
  if (last <= log.commit) {
    answer(member, message.from, { index: log.commit })
    return
  }
  const matches =
    message.previousIndex < log.commit || log.matches(message.previousIndex, message.previousTerm)
  if (!matches) {
    const fitting = log.lastFitting(message.previousIndex, message.previousTerm)
    const refusal = { index: message.previousIndex, fitting }
    answer(member, message.from, refusal)
    return
  }
  log.merge(uncommitted(message, log.commit))
  log.commitTo(Math.min(message.commit, last))
  answer(member, message.from, { index: last })
}

export function handleAppendResponse(
  member: Member,
  leadership: Leadership,
  message: AppendResponse,
  progress: Progress,
): void {
  invariant(message.index <= member.log.lastIndex, 'a member answers only what the leader sent')
  if (message.reject) {
    const fitting = member.log.lastFitting(message.hintIndex, message.hintTerm)
    progress.refused(message.index, fitting.index, member.log.firstIndex)
    return
  }
  progress.accepted(message.index, member.log.firstIndex)
  advanceCommit(member, leadership)
}

export function handleHeartbeatRequest(member: Member, message: HeartbeatRequest): void {
  member.hearLeader(message.from)
  member.log.commitTo(message.commit)
  member.outbox.send({
    type: 'heartbeat-response',
    from: member.id,
    to: message.from,
    term: member.term,
    readRound: message.readRound,
  })
}

/** Confirms the ReadIndex rounds up to the one the answer names. */
export function handleHeartbeatResponse(
  member: Member,
  leadership: Leadership,
  message: HeartbeatResponse,
  progress: Progress,
): void {
  invariant(
    message.readRound <= leadership.newestRound,
    'a member answers only what the leader sent',
  )
  progress.answeredHeartbeat(member.log.lastIndex)
  progress.confirmedRound = Math.max(progress.confirmedRound, message.readRound)
}

function sendAppend(member: Member, to: MemberId, progress: Progress): void {
  const { log } = member
  progress.compacted(log.firstIndex)
  const previousIndex = progress.next - 1
  const previousTerm = log.termAt(previousIndex)
  invariant(previousTerm !== undefined, 'only what the log holds is sent')
  const last = progress.takesEntries ? log.lastIndex : previousIndex
  const entries = log.read(progress.next, last, member.limits.maxAppendBytes)
  member.outbox.send({
    type: 'append-request',
    from: member.id,
    to,
    term: member.term,
    previousIndex,
    previousTerm,
    entries,
    commit: log.commit,
  })
  let bytes = 0
  for (const entry of entries) bytes += entry.data.byteLength
  progress.sent(progress.next + entries.length, bytes, log.commit)
}

/** The committed part of a message is here already; it may even be compacted. Attachments stay at home. */
function uncommitted(message: AppendRequest, commit: number): Entry[] {
  const fresh: Entry[] = []
  for (const entry of message.entries) {
    if (entry.index <= commit) continue
    const { index, term, kind, data, attachment } = entry
    fresh.push(attachment === undefined ? entry : { index, term, kind, data })
  }
  return fresh
}

interface AppendAnswer {
  readonly index: number
  /** Present on a refusal. */
  readonly fitting?: { readonly index: number; readonly term: number }
}

function answer(member: Member, to: MemberId, { index, fitting }: AppendAnswer): void {
  member.outbox.send({
    type: 'append-response',
    from: member.id,
    to,
    term: member.term,
    index,
    reject: fitting !== undefined,
    hintIndex: fitting?.index ?? 0,
    hintTerm: fitting?.term ?? 0,
  })
}

import { invariant } from '../base/errors.js'
import type { Leadership } from './leadership.js'
import type { Member } from './member.js'
import type { MemberId, Message, SnapshotMetadata } from './types.js'

type SnapshotRequest = Extract<Message, { type: 'snapshot-request' }>

/** Members whose next entries have been compacted, each once for every time it comes to that. */
export function takeSnapshotsWanted({ tracker }: Leadership): MemberId[] {
  const wanted: MemberId[] = []
  for (const [id, progress] of tracker.others()) {
    if (!progress.snapshotWanted) continue
    progress.snapshotWanted = false
    wanted.push(id)
  }
  return wanted
}

export function snapshotsWanted({ tracker }: Leadership): boolean {
  for (const [, progress] of tracker.others()) if (progress.snapshotWanted) return true
  return false
}

/** Does nothing when the member needs none any more. */
export function sendSnapshot(
  member: Member,
  { tracker }: Leadership,
  to: MemberId,
  snapshot: SnapshotMetadata,
): void {
  const progress = tracker.of(to)
  if (progress?.state !== 'snapshot') return
  const { log, id: from, term } = member
  invariant(snapshot.index <= log.applied, 'a snapshot holds what is applied')
  const known = log.termAt(snapshot.index)
  invariant(known === undefined || known === snapshot.term, 'a snapshot fits the log')
  progress.snapshotSent(snapshot.index)
  member.outbox.send({ type: 'snapshot-request', from, to, term, snapshot })
}

/**
 * The leader's log begins behind this member's end: state and log are replaced by the leader's snapshot. Its
 * rows travel beside the core; the answer leaves when they are durable.
 */
export function handleSnapshotRequest(member: Member, message: SnapshotRequest): void {
  member.hearLeader(message.from)
  const { log } = member
  const { index, term, configuration } = message.snapshot
  if (index > log.commit) {
    if (log.matches(index, term)) {
      log.commitTo(index)
    } else {
      log.restore(message.snapshot)
      member.configure(configuration, index)
    }
  }
  member.outbox.send({
    type: 'append-response',
    from: member.id,
    to: message.from,
    term: member.term,
    index: log.commit,
    reject: false,
    hintIndex: 0,
    hintTerm: 0,
  })
}

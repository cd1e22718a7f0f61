import type { Member } from './member.js'
import type { Message } from './types.js'

type SnapshotRequest = Extract<Message, { type: 'snapshot-request' }>

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
      member.configuration = configuration
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

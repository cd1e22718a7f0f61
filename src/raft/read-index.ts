import type { Leadership } from './leadership.js'
import type { Member } from './member.js'
import { sendHeartbeats } from './replication.js'

/**
 * ReadIndex (Raft thesis 6.4): a leader that a quorum still follows after a read came in cannot have missed
 * a write that was acknowledged before. All reads that came since the last Ready share a round; a round's
 * number is never used twice, so an answer to an old heartbeat confirms no new read.
 */
export function addRead(member: Member, leadership: Leadership, requestId: number): boolean {
  if (leadership.waitingReads >= member.limits.maxWaitingReads) return false
  leadership.newReads.push(requestId)
  leadership.waitingReads += 1
  return true
}

/** Before a term's first entry is committed, the leader does not know how far the terms before had come. */
export function readRoundDue(member: Member, leadership: Leadership): boolean {
  return leadership.newReads.length > 0 && member.log.commit >= leadership.firstIndex
}

export function beginReadRound(member: Member, leadership: Leadership): void {
  leadership.newestRound += 1
  leadership.readRounds.push({
    round: leadership.newestRound,
    index: member.log.commit,
    requestIds: leadership.newReads,
  })
  leadership.newReads = []
  leadership.tracker.own.confirmedRound = leadership.newestRound
  sendHeartbeats(member, leadership)
  confirmReads(member, leadership)
}

/** Hands out the reads of all rounds that a quorum has confirmed. */
export function confirmReads(member: Member, leadership: Leadership): void {
  const confirmed = leadership.tracker.roundOfQuorum()
  while (true) {
    const [oldest] = leadership.readRounds
    if (oldest === undefined || oldest.round > confirmed) return
    leadership.readRounds.shift()
    leadership.waitingReads -= oldest.requestIds.length
    for (const requestId of oldest.requestIds) {
      member.outbox.confirmRead({ requestId, index: oldest.index })
    }
  }
}

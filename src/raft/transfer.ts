import type { Leadership } from './leadership.js'
import type { Member } from './member.js'
import { isVoter } from './quorum.js'
import type { MemberId } from './types.js'

/** `no-leader`: this member does not lead. `no-voter`: the target has no vote. */
export type TransferResult = 'started' | 'done' | 'no-leader' | 'no-voter'

/**
 * Hands leadership over (Raft thesis 3.10): proposals are held off, the target is brought up to date and told
 * to campaign at once. A transfer under way to another target is given up for the new one.
 */
export function transfer(member: Member, leadership: Leadership, to: MemberId): TransferResult {
  if (to === member.id) return 'done'
  if (!isVoter(member.configuration, to)) return 'no-voter'
  if (leadership.transfer?.to === to) return 'started'
  leadership.transfer = { to, ticks: 0 }
  const progress = leadership.tracker.of(to)
  if (progress !== undefined) progress.inDoubt ||= progress.match < member.log.lastIndex
  continueTransfer(member, leadership)
  return 'started'
}

/** Once the target holds all there is, it cannot but win. */
export function continueTransfer(member: Member, { tracker, transfer }: Leadership): void {
  if (transfer === undefined) return
  if (tracker.of(transfer.to)?.match !== member.log.lastIndex) return
  const { id: from, term } = member
  member.outbox.send({ type: 'timeout-now', from, to: transfer.to, term })
}

/** A transfer that takes longer than an election has failed; proposals are taken again. */
export function tickTransfer(member: Member, leadership: Leadership): void {
  const { transfer } = leadership
  if (transfer === undefined) return
  transfer.ticks += 1
  if (transfer.ticks >= member.electionTicks) leadership.transfer = undefined
}

import type { Member } from './member.js'
import { isVoter } from './quorum.js'
import type { ProposalRefusal, ProposeResult } from './results.js'
import type { Proposal } from './types.js'

/** Why proposals of `sizeBytes` cannot be taken now; undefined: they can. */
export function proposalRefusal(member: Member, sizeBytes: number): ProposalRefusal | undefined {
  const { log, limits, leadership } = member
  // A leader that was removed only sees to the others until one of them leads.
  if (leadership === undefined || !isVoter(member.configuration, member.id)) {
    return { outcome: 'no-leader' }
  }
  if (leadership.transfer !== undefined) return { outcome: 'leaving' }
  if (log.uncommittedBytes > 0 && log.uncommittedBytes + sizeBytes > limits.maxUncommittedBytes) {
    return { outcome: 'too-much-uncommitted' }
  }
  return undefined
}

/** `awaited`: another member waits for them. */
export function propose(
  member: Member,
  proposals: readonly Proposal[],
  awaited: boolean,
): ProposeResult {
  let sizeBytes = 0
  for (const proposal of proposals) sizeBytes += proposal.data.byteLength
  const refusal = proposalRefusal(member, sizeBytes)
  if (refusal !== undefined) return refusal
  const { log, term, leadership } = member
  const firstIndex = log.lastIndex + 1
  let index = firstIndex
  for (const { data, attachment } of proposals) {
    log.append({ index, term, kind: 'normal', data, attachment })
    index += 1
  }
  if (awaited) leadership?.commitNews.awaited(firstIndex, log.lastIndex)
  return { outcome: 'accepted', firstIndex, term }
}

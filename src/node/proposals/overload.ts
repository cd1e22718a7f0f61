import type { LogExtent } from '../../raft/index.js'
import type { ProposalLimits } from '../options.js'

/** Entries that may be committed and not applied; etcd's bound, which its clients know. */
const maxUnappliedEntries = 5_000

/**
 * Whether so much is on its way that nothing more may be proposed. What callers gave up waiting for
 * is no longer pending and still in the log, so the log itself is looked at.
 */
export function isOverloaded(extent: LogExtent, limits: ProposalLimits): boolean {
  const { lastIndex, commit, applied } = extent
  if (commit - applied > maxUnappliedEntries || lastIndex - commit >= limits.count) return true
  return isFallingBehind(extent, limits)
}

/**
 * Whether applying is so far behind that more entries of the leader would only fill memory. They are dropped, and
 * the leader, which sees no answer, sends them again at the pace of its heartbeats.
 */
export function isFallingBehind({ unappliedBytes }: LogExtent, { bytes }: ProposalLimits): boolean {
  return unappliedBytes > bytes
}

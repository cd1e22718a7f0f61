import type { ProposalLimits } from './options.js'

/** Entries that may be committed and not applied; etcd's bound, which its clients know. */
const maxUnappliedEntries = 5_000

interface Progress {
  readonly lastIndex: number
  readonly commit: number
  readonly applied: number
}

/**
 * Whether so much is on its way that nothing more may be proposed. What callers gave up waiting for
 * is no longer pending and still in the log, so the log itself is looked at.
 */
export function isOverloaded({ lastIndex, commit, applied }: Progress, limits: ProposalLimits) {
  return commit - applied > maxUnappliedEntries || lastIndex - commit >= limits.count
}

import { MetastoreError } from '../base/errors.js'
import type { RaftNode } from '../node/index.js'

/** Who acts while this member leads and rests while it does not. */
export interface LeaderDuties {
  /** `term`: the term this member leads. */
  promote(term: number): void
  demote(): void
}

/**
 * Calls `promote` when this member leads and has applied the first entry of its term, so that it
 * knows all that former leaders decided; `demote` as soon as it leads no longer. Returns what ends it.
 */
export function followLeadership(node: RaftNode, duties: LeaderDuties): () => void {
  let reign = 0
  return node.onRoleChange((role, term) => {
    reign++
    duties.demote()
    if (role !== 'leader') return
    const current = reign
    void promoteWhenReady(
      node,
      () => duties.promote(term),
      () => reign === current,
    )
  })
}

/** A round that fails while the reign lasts, as when applying takes long, is tried again. */
async function promoteWhenReady(
  node: RaftNode,
  promote: () => void,
  stillLeads: () => boolean,
): Promise<void> {
  while (stillLeads()) {
    try {
      await node.readIndex()
      if (stillLeads()) promote()
      return
    } catch (error) {
      const timedOut = error instanceof MetastoreError && error.code === 'request-timed-out'
      if (!timedOut) return
    }
  }
}

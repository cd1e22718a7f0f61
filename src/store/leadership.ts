import type { RaftNode } from '../node/index.js'

/** Who acts while this member leads and rests while it does not. */
export interface LeaderDuties {
  promote(): void
  demote(): void
}

/**
 * Calls `promote` when this member leads and has applied the first entry of its term, so that it
 * knows all that former leaders decided; `demote` as soon as it leads no longer. Returns what ends it.
 */
export function followLeadership(node: RaftNode, duties: LeaderDuties): () => void {
  let reign = 0
  return node.onRoleChange((role) => {
    reign++
    duties.demote()
    if (role !== 'leader') return
    const current = reign
    node.readIndex().then(
      () => {
        if (reign === current) duties.promote()
      },
      () => {
        // The term ended before its first entry was applied; the next role change says more.
      },
    )
  })
}

import { CancelSource } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { pause } from '../base/pause.js'
import type { RaftNode } from '../node/index.js'

const retryDelayMs = 100

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
export function followLeadership(
  node: Pick<RaftNode, 'onRoleChange' | 'readIndex'>,
  clock: Clock,
  duties: LeaderDuties,
): () => void {
  let reign = new CancelSource()
  const endReign = () => reign.abort(new MetastoreError('not-leader'))
  const release = node.onRoleChange((role, term) => {
    endReign()
    duties.demote()
    if (role !== 'leader') return
    reign = new CancelSource()
    void promoteWhenReady(node, clock, () => duties.promote(term), reign)
  })
  return () => {
    release()
    endReign()
  }
}

/**
 * Tries again while the reign lasts, whatever a round failed with: too many reads before it, or slow applying.
 * A leader that never came into its duties would let leases live for ever.
 */
async function promoteWhenReady(
  node: Pick<RaftNode, 'readIndex'>,
  clock: Clock,
  promote: () => void,
  reign: CancelSource,
): Promise<void> {
  while (!reign.aborted) {
    try {
      await node.readIndex({ signal: reign })
      if (!reign.aborted) promote()
      return
    } catch {
      await pause(clock, retryDelayMs, reign)
    }
  }
}

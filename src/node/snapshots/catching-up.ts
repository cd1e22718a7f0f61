import type { MemberId, Raft } from '../../raft/index.js'

/** Longest time in which a member takes in nothing and is still waited for. */
const stallLimitMs = 10_000

interface Behind {
  /** What it is known to hold. */
  heldIndex: number
  movedAtMs: number
  /** Where the log ended at the last tick. */
  goalIndex: number
}

/**
 * Members that hold a snapshot and not yet what was written while it was on its way. That may be more than is kept
 * for others; without it each snapshot would only lead to the next.
 */
export class CatchingUp {
  private readonly members = new Map<MemberId, Behind>()

  constructor(private readonly raft: Raft) {}

  /** The oldest index that one of them goes on from; Infinity: there are none. */
  get oldestIndex(): number {
    let oldest = Number.POSITIVE_INFINITY
    if (this.members.size === 0) return oldest
    for (const { id, match } of this.raft.progress()) {
      const behind = this.members.get(id)
      if (behind === undefined || match >= behind.goalIndex) continue
      oldest = Math.min(oldest, Math.max(match, behind.heldIndex))
    }
    return oldest
  }

  add(member: MemberId, heldIndex: number, nowMs: number): void {
    const goalIndex = this.raft.status().lastIndex
    this.members.set(member, { heldIndex, movedAtMs: nowMs, goalIndex })
  }

  /** Who holds all that was there a tick ago has caught up; who does not move, or needs a snapshot again, is let go. */
  tick(nowMs: number): void {
    if (this.members.size === 0) return
    const { lastIndex } = this.raft.status()
    const progress = new Map(this.raft.progress().map((one) => [one.id, one]))
    for (const [id, behind] of this.members) {
      const { match = 0, state = 'snapshot' } = progress.get(id) ?? {}
      if (match > behind.heldIndex) {
        behind.heldIndex = match
        behind.movedAtMs = nowMs
      }
      const stalled = nowMs - behind.movedAtMs >= stallLimitMs
      if (state === 'snapshot' || stalled || match >= behind.goalIndex) this.members.delete(id)
      behind.goalIndex = lastIndex
    }
  }

  clear(): void {
    this.members.clear()
  }
}

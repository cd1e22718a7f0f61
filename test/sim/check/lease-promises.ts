import type { Chronicle, Deed } from './chronicle.js'
import { demand } from './violation.js'

interface Granted {
  readonly id: bigint
  /** It may not run out before. */
  aliveUntilMs: number
  /** A client has asked to revoke it: then it may go at any time. */
  givenUp: boolean
}

/**
 * What a lease promises its owner: no end before its time since the last renewal that was answered, unless
 * the owner revokes it; and an end within bounds when nobody renews it any more.
 */
export class LeasePromises {
  private readonly granted = new Map<bigint, Granted>()

  constructor(private readonly nowMs: () => number) {}

  /** Leases that ended because their time was over. */
  expired = 0

  /** A grant or a renewal, asked for at `calledMs`, was answered with `ttlSeconds`. */
  promised(id: bigint, calledMs: number, ttlSeconds: number): void {
    const untilMs = calledMs + ttlSeconds * 1000
    const lease = this.granted.get(id)
    if (lease === undefined) {
      this.granted.set(id, { id, aliveUntilMs: untilMs, givenUp: false })
    } else lease.aliveUntilMs = Math.max(lease.aliveUntilMs, untilMs)
  }

  revokeAsked(id: bigint): void {
    const lease = this.granted.get(id)
    if (lease !== undefined) lease.givenUp = true
  }

  /** The log holds another command. */
  happened({ command, answer, index }: Deed): void {
    const { leaseRevoke } = command
    if (leaseRevoke === undefined || answer !== 'revoked') return
    const lease = this.granted.get(leaseRevoke.id)
    if (lease === undefined || lease.givenUp) return
    this.expired++
    const early = lease.aliveUntilMs - this.nowMs()
    demand(early <= 0, `lease ${lease.id} dies at ${index}, ${early.toFixed(0)} ms before its time`)
  }

  checkGone({ state }: Chronicle): void {
    const left = [...state.leases.keys()]
    demand(left.length === 0, `leases ${left.join(', ')} live on without renewals`)
  }
}

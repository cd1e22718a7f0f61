import type { ErrorCode } from '../../base/error-catalogue.js'
import { MetastoreError } from '../../base/errors.js'
import type { PendingProposal } from './pending-proposal.js'

/** Proposals handed over that the log brings back, if at all, without telling whose they are. */
export class Claims {
  private readonly byCounter = new Map<number, PendingProposal>()
  /** Those of a leader that was this member, in the order of the places they had. */
  private orphans: PendingProposal[] = []

  get isEmpty(): boolean {
    return this.byCounter.size === 0
  }

  get(counter: number): PendingProposal | undefined {
    return this.byCounter.get(counter)
  }

  add(proposal: PendingProposal): void {
    this.byCounter.set(proposal.counter, proposal)
  }

  /** Proposals in the log of this member, which leads no longer. */
  addOrphans(proposals: readonly PendingProposal[]): void {
    for (const proposal of proposals) this.add(proposal)
    const open = this.orphans.filter(({ settled }) => !settled)
    this.orphans = open.concat(proposals).sort((left, right) => left.index - right.index)
  }

  delete(proposal: PendingProposal): void {
    if (this.byCounter.get(proposal.counter) === proposal) this.byCounter.delete(proposal.counter)
  }

  /** Whoever's place has been taken by something else is lost: it never had another. */
  appliedTo(index: number): void {
    this.refuseOrphans(index, 'leader-changed')
  }

  /** A snapshot stands for all places up to `index`: what was in them is not known any more. */
  skippedTo(index: number): void {
    this.refuseOrphans(index, 'request-timed-out')
  }

  private refuseOrphans(index: number, code: ErrorCode): void {
    while (true) {
      const [oldest] = this.orphans
      if (oldest === undefined || oldest.index > index) return
      this.orphans.shift()
      oldest.refuse(new MetastoreError(code))
    }
  }
}

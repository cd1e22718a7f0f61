import type { Random } from '../../../src/base/random.js'

/** Rows that become durable together. */
export interface Batch {
  readonly changes: Map<string, Buffer | undefined>
  position: number
}

/** What a {@link SimulatedEngine} has on its disk; outlives the processes that use it. */
export class EngineDisk {
  readonly rows = new Map<string, Buffer>()
  position = 0
  private underWay: Batch[] = []

  begin(batch: Batch): void {
    this.underWay.push(batch)
  }

  finish(batch: Batch): void {
    this.underWay = this.underWay.filter((other) => other !== batch)
    for (const [key, value] of batch.changes) {
      if (value === undefined) this.rows.delete(key)
      else this.rows.set(key, value)
    }
    this.position = batch.position
  }

  /** Each batch under way persists whole or not at all. */
  crash(random: Random): void {
    for (const batch of this.underWay) if (random.below(2) === 0) this.finish(batch)
    this.underWay = []
  }
}

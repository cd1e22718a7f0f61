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
  private replacement: Batch | undefined

  begin(batch: Batch): void {
    this.underWay.push(batch)
  }

  /** False: the state the batch belongs to has been replaced meanwhile. */
  finish(batch: Batch): boolean {
    if (!this.underWay.includes(batch)) return false
    this.underWay = this.underWay.filter((other) => other !== batch)
    for (const [key, value] of batch.changes) {
      if (value === undefined) this.rows.delete(key)
      else this.rows.set(key, value)
    }
    this.position = batch.position
    return true
  }

  beginReplacement(whole: Batch): void {
    this.replacement = whole
  }

  finishReplacement(): void {
    const whole = this.replacement
    if (whole === undefined) return
    this.replacement = undefined
    this.rows.clear()
    this.underWay = [whole]
    this.finish(whole)
  }

  /** Each batch under way persists whole or not at all; so does a replacement. */
  crash(random: Random): void {
    for (const batch of [...this.underWay]) if (random.below(2) === 0) this.finish(batch)
    this.underWay = []
    if (random.below(2) === 0) this.finishReplacement()
    this.replacement = undefined
  }
}

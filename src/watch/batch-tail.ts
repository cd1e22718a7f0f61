import type { RevisionEvents } from '../mvcc/reads/history.js'

const maxEvents = 1024
const maxBytes = 4 * 1024 * 1024

/**
 * What was published while a piece of history was being read, so that whoever is caught up to the
 * start of the reading can join at its end, however steadily new revisions come. Bounded; when it
 * overflows, history is read again instead.
 */
export class BatchTail {
  private kept: RevisionEvents[] | undefined = []
  private eventCount = 0
  private sizeBytes = 0

  /** Every revision since the reading began; undefined: too much came. */
  get batches(): readonly RevisionEvents[] | undefined {
    return this.kept
  }

  add(batch: RevisionEvents): void {
    if (this.kept === undefined) return
    this.eventCount += batch.events.length
    if (this.eventCount <= maxEvents) this.sizeBytes += sizeOf(batch)
    if (this.eventCount > maxEvents || this.sizeBytes > maxBytes) this.kept = undefined
    else this.kept.push(batch)
  }

  /** Revisions passed that were not published. */
  drop(): void {
    this.kept = undefined
  }
}

/** The bytes of the events' keys and values, previous ones included; an estimate. */
export function sizeOf(batch: RevisionEvents): number {
  let sizeBytes = 0
  for (const event of batch.events) sizeBytes += event.sizeBytes
  return sizeBytes
}

import { MetastoreError } from '../../src/base/errors.js'
import type {
  History,
  HistoryChunk,
  HistoryReadOptions,
  RevisionEvents,
} from '../../src/mvcc/reads/history.js'
import { Event, EventType, KeyValue } from '../../src/wire/index.js'

export type Change = { readonly put: string; readonly value: string } | { readonly delete: string }

interface ModelRead extends HistoryReadOptions {
  readonly from: number
  readonly rows: number
}

/** A key-value store that remembers every event, small enough to be evidently right. */
export class ModelHistory implements History {
  revision = 1
  compactedRevision = -1
  readonly reads: ModelRead[] = []
  readonly batches: RevisionEvents[] = []
  private readonly current = new Map<string, KeyValue>()
  private gate: Promise<void> | undefined
  private openGate = () => {}
  private failure: Error | undefined

  /** All changes in one revision; deletes of what is not there change nothing. */
  change(...changes: readonly Change[]): RevisionEvents | undefined {
    const revision = this.revision + 1
    const events: Event[] = []
    const before = new Map<string, KeyValue | undefined>()
    for (const change of changes) {
      const key = 'put' in change ? change.put : change.delete
      const previous = this.current.get(key)
      if (!before.has(key)) before.set(key, previous)
      if ('put' in change) {
        const kv = keyValue(key, change.value, revision, previous)
        this.current.set(key, kv)
        events.push(new Event(EventType.PUT, kv, before.get(key)))
      } else if (previous !== undefined) {
        this.current.delete(key)
        events.push(new Event(EventType.DELETE, tombstone(key, revision), before.get(key)))
      }
    }
    if (events.length === 0) return undefined
    this.revision = revision
    const batch = { revision, events }
    this.batches.push(batch)
    return batch
  }

  compact(revision: number): void {
    this.compactedRevision = revision
  }

  /** Until {@link release}, reads that begin do not answer. */
  hold(): void {
    this.gate ??= new Promise((resolve) => {
      this.openGate = resolve
    })
  }

  release(): void {
    this.gate = undefined
    this.openGate()
  }

  failReads(failure: Error | undefined): void {
    this.failure = failure
  }

  async read(from: number, to: number, options: HistoryReadOptions): Promise<HistoryChunk> {
    if (from > to || to > this.revision) throw new Error(`nobody may read ${from} to ${to}`)
    const chunk = this.chunk(from, to, options)
    const rows = chunk.batches.reduce((sum, { events }) => sum + events.length, 0)
    this.reads.push({ ...options, from, rows })
    await this.gate
    if (this.failure !== undefined) throw this.failure
    if (from < this.compactedRevision) throw new MetastoreError('compacted')
    return chunk
  }

  /** The events as a watch with `prevKv` sees them in history. */
  private chunk(
    from: number,
    to: number,
    { withPrevious, maxRows }: HistoryReadOptions,
  ): HistoryChunk {
    const batches: RevisionEvents[] = []
    let rows = 0
    for (const { revision, events } of this.batches) {
      if (revision < from || revision > to) continue
      if (rows >= maxRows) return { batches, nextRevision: revision }
      rows += events.length
      const hasPrevious = withPrevious && revision - 1 >= this.compactedRevision
      batches.push({
        revision,
        events: events.map(
          ({ type, kv, prevKv }) => new Event(type, kv, hasPrevious ? prevKv : undefined),
        ),
      })
    }
    return { batches, nextRevision: to + 1 }
  }
}

function keyValue(key: string, value: string, revision: number, previous: KeyValue | undefined) {
  return KeyValue.of({
    key: Buffer.from(key, 'latin1'),
    value: Buffer.from(value),
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
    version: (previous?.version ?? 0) + 1,
    lease: 0n,
  })
}

function tombstone(key: string, revision: number): KeyValue {
  return KeyValue.of({
    key: Buffer.from(key, 'latin1'),
    value: Buffer.alloc(0),
    createRevision: 0,
    modRevision: revision,
    version: 0,
    lease: 0n,
  })
}

import type { RevisionEvents } from '../mvcc/reads/history.js'
import { type Event, type ResponseHeader, SharedEvents } from '../wire/index.js'
import { selectEvents } from './event-selection.js'
import { responseBytesOf, splitByBytes, splitIntoFragments } from './responses.js'
import type { Watcher } from './watcher.js'

/** One response, or the fragments of it, with the events of whole revisions. */
export interface ResponseShare {
  readonly firstRevision: number
  readonly sizeBytes: number
  readonly parts: readonly SharedEvents[]
}

export interface EventRunOptions {
  /** About the largest response, where revisions and what watchers asked for allow cutting. */
  readonly fragmentBytes: number
  readonly header: (revision: number) => ResponseHeader
}

/**
 * Events of consecutive revisions that watchers of one interval are owed. Watchers that want the
 * same of them share their responses.
 */
export class EventRun {
  private readonly batches: RevisionEvents[]
  private cachedFrom = 0
  private cached: (readonly ResponseShare[] | undefined)[] = []
  /** Everything up to here is in the run, though the last revisions may have no events for it. */
  private coveredRevision: number

  constructor(
    private readonly options: EventRunOptions,
    first: RevisionEvents,
  ) {
    this.batches = [first]
    this.coveredRevision = first.revision
  }

  get firstRevision(): number {
    return (this.batches[0] as RevisionEvents).revision
  }

  /** Only before the first watcher is served. */
  add(batch: RevisionEvents): void {
    this.batches.push(batch)
    this.coveredRevision = batch.revision
  }

  /** Only before the first watcher is served. */
  covers(revision: number): void {
    this.coveredRevision = revision
  }

  /**
   * What the watcher is owed. The header of each response carries the last revision it covers, not
   * the current one: clients that resume from the header's revision lose nothing.
   */
  sharesFor(watcher: Watcher): readonly ResponseShare[] {
    if (watcher.nextRevision > this.coveredRevision) return []
    const from = this.positionOf(watcher.nextRevision)
    if (from !== this.cachedFrom) {
      this.cachedFrom = from
      this.cached = []
    }
    const variant = watcher.selection * 2 + (watcher.fragment ? 1 : 0)
    const known = this.cached[variant]
    if (known !== undefined) return known
    const shares = this.prepare(from, watcher)
    this.cached[variant] = shares
    return shares
  }

  private positionOf(revision: number): number {
    if (revision <= this.firstRevision) return 0
    const position = this.batches.findIndex((batch) => batch.revision >= revision)
    return position < 0 ? this.batches.length : position
  }

  private prepare(from: number, { selection, fragment }: Watcher): readonly ResponseShare[] {
    const { fragmentBytes, header } = this.options
    const selected: RevisionEvents[] = []
    for (let position = from; position < this.batches.length; position++) {
      const { revision, events } = this.batches[position] as RevisionEvents
      const wanted = selectEvents(events, selection)
      if (wanted.length > 0) selected.push({ revision, events: wanted })
    }
    const shares = splitByBytes(selected, fragmentBytes)
    return shares.map(({ firstRevision, lastRevision, events }, index) => {
      const isLast = index === shares.length - 1
      const shareHeader = header(isLast ? this.coveredRevision : lastRevision)
      const fragments = fragment ? splitIntoFragments(events, fragmentBytes) : [events]
      const parts = fragments.map(
        (part, number) => new SharedEvents(shareHeader, part, number < fragments.length - 1),
      )
      return { firstRevision, sizeBytes: bytesOf(events), parts }
    })
  }
}

function bytesOf(events: readonly Event[]): number {
  return events.reduce((sum, event) => sum + responseBytesOf(event), 0)
}

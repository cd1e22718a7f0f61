import type { RevisionEvents } from '../mvcc/history.js'
import type { Event, ResponseHeader } from '../wire/index.js'
import { selectEvents } from './event-selection.js'
import { IntervalIndex, type Matched } from './interval-index.js'
import { sendEvents } from './responses.js'
import type { Watcher } from './watcher.js'

/** The watchers that are up to date: each batch goes to them as it is published. */
export class LiveWatchers {
  private readonly index = new IntervalIndex<Watcher>()

  /** `fallBehind` is called, after removal from here, for who cannot take what is published. */
  constructor(
    private readonly fragmentBytes: number,
    private readonly fallBehind: (watcher: Watcher) => void,
  ) {}

  add(watcher: Watcher): void {
    watcher.phase = 'live'
    this.index.add(watcher)
  }

  delete(watcher: Watcher): void {
    this.index.delete(watcher)
  }

  publish(
    { revision, events }: RevisionEvents,
    header: (revision: number) => ResponseHeader,
  ): void {
    const matches = this.index.match(events)
    if (matches.length === 0) return
    const sharedHeader = header(revision)
    for (const matched of matches) this.publishTo(matched, revision, sharedHeader)
  }

  /** Hands over everyone who is owed revisions from `nextRevision` to `revision`. */
  fallBehindFrom(nextRevision: number, revision: number): void {
    for (const watcher of [...this.index.members()]) {
      const needed = Math.max(watcher.nextRevision, nextRevision)
      if (needed <= revision) this.leaveBehind(watcher, needed)
    }
  }

  private publishTo(matched: Matched<Watcher>, revision: number, header: ResponseHeader): void {
    const selections: (readonly Event[] | undefined)[] = []
    for (const watcher of matched.members) {
      if (watcher.nextRevision > revision) continue
      const { selection } = watcher
      const known = selections[selection]
      const events = known ?? selectEvents(matched.events, selection)
      if (known === undefined) selections[selection] = events
      if (events.length === 0) continue
      if (watcher.outlet.paused) this.leaveBehind(watcher, revision)
      else sendEvents(watcher, header, events, this.fragmentBytes)
    }
  }

  private leaveBehind(watcher: Watcher, nextRevision: number): void {
    this.index.delete(watcher)
    watcher.nextRevision = nextRevision
    this.fallBehind(watcher)
  }
}

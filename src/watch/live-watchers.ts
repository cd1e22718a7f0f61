import type { RevisionEvents } from '../mvcc/reads/history.js'
import { FanOut, type FanOutOptions } from './fan-out.js'
import { IntervalIndex } from './interval-index.js'
import type { Watcher } from './watcher.js'

export interface LiveWatchersOptions extends Omit<FanOutOptions, 'leaveBehind'> {
  /** Called, after removal from here, for who cannot take what is published. */
  readonly fallBehind: (watcher: Watcher) => void
}

/** The watchers that are up to date: each batch goes to them as it is published. */
export class LiveWatchers {
  private readonly index = new IntervalIndex<Watcher>()
  private readonly fanOut: FanOut

  constructor(private readonly options: LiveWatchersOptions) {
    const leaveBehind = (watcher: Watcher, nextRevision: number) =>
      this.leaveBehind(watcher, nextRevision)
    this.fanOut = new FanOut({ ...options, leaveBehind })
  }

  add(watcher: Watcher): void {
    watcher.phase = 'live'
    this.index.add(watcher)
  }

  delete(watcher: Watcher): void {
    this.index.delete(watcher)
  }

  publish(batch: RevisionEvents): void {
    // Events may be made only when they are asked for.
    const matched = this.index.size === 0 ? [] : this.index.match(batch.events)
    this.fanOut.publish(matched, batch.revision)
  }

  /** Whether events for the watcher's keys are on their way to some who watch them. */
  isUnderWay(watcher: Watcher): boolean {
    return this.fanOut.isUnderWay(this.index.groupOf(watcher))
  }

  /** Hands over everyone who is owed revisions from `nextRevision` to `revision`. */
  fallBehindFrom(nextRevision: number, revision: number): void {
    this.fanOut.handOver()
    for (const watcher of [...this.index.members()]) {
      const needed = Math.max(watcher.nextRevision, nextRevision)
      if (needed <= revision) this.leaveBehind(watcher, needed)
    }
  }

  private leaveBehind(watcher: Watcher, nextRevision: number): void {
    this.index.delete(watcher)
    watcher.nextRevision = nextRevision
    this.options.fallBehind(watcher)
  }
}

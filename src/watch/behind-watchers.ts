import { wantsPrevious } from './event-selection.js'
import { IntervalIndex } from './interval-index.js'
import type { Outlet, Watcher } from './watcher.js'

/** Watchers of one outlet that come in together after they waited for its reader. */
const maxAdmitted = 256

/** Where the next piece of history should begin, and whether anyone who needs it wants `prevKv`. */
export interface NextRead {
  readonly fromRevision: number
  readonly withPrevious: boolean
}

/**
 * The watchers that are owed events of the past. Those whose reader is known to be behind wait
 * outside, at no cost to the others, until it has caught up.
 */
export class BehindWatchers {
  private readonly readyIndex = new IntervalIndex<Watcher>()
  /** The longest unserved first. */
  private readonly ready = new Set<Watcher>()
  private readonly waiting = new Map<Outlet, Set<Watcher>>()
  private waitingCount = 0
  /** Outlets that can take more, with watchers that still wait outside. */
  private readonly admitting = new Set<Outlet>()
  private smallestFirst = false

  get size(): number {
    return this.ready.size + this.waitingCount
  }

  get index(): IntervalIndex<Watcher> {
    return this.readyIndex
  }

  get readyWatchers(): ReadonlySet<Watcher> {
    return this.ready
  }

  get hasReady(): boolean {
    return this.ready.size > 0
  }

  isReady(watcher: Watcher): boolean {
    return this.ready.has(watcher)
  }

  /** A watcher that is ready goes to the end of the queue. */
  add(watcher: Watcher): void {
    watcher.phase = 'behind'
    if (watcher.outlet.paused) {
      this.wait(watcher)
    } else {
      this.ready.add(watcher)
      this.readyIndex.add(watcher)
    }
  }

  delete(watcher: Watcher): void {
    if (this.ready.delete(watcher)) {
      this.readyIndex.delete(watcher)
      return
    }
    const waiting = this.waiting.get(watcher.outlet)
    if (!waiting?.delete(watcher)) return
    this.waitingCount--
    if (waiting.size > 0) return
    this.waiting.delete(watcher.outlet)
    this.admitting.delete(watcher.outlet)
  }

  /** After being served: those that were not come first. */
  moveToEnd(watcher: Watcher): void {
    this.ready.delete(watcher)
    this.ready.add(watcher)
  }

  drained(outlet: Outlet): void {
    if (!this.waiting.has(outlet)) return
    this.admitting.add(outlet)
    this.admit()
  }

  /**
   * Lets in a few of each outlet that can take more: of thousands of watchers of one stream, most
   * would only find the reader behind again.
   */
  admit(): void {
    for (const outlet of this.admitting) {
      const waiting = this.waiting.get(outlet)
      if (waiting === undefined || outlet.paused) {
        this.admitting.delete(outlet)
        continue
      }
      let admitted = 0
      for (const watcher of waiting) {
        if (admitted++ >= maxAdmitted) break
        this.delete(watcher)
        this.add(watcher)
      }
    }
  }

  /**
   * By turns the smallest revision anyone needs, so that watchers meet and share what is read from
   * there on, and the need of who was not served longest, so that a watcher that reads all of
   * history holds up nobody who is almost there. Undefined: nobody is ready.
   */
  nextRead(): NextRead | undefined {
    this.smallestFirst = !this.smallestFirst
    let fromRevision: number | undefined
    let withPrevious = false
    for (const watcher of this.ready) {
      withPrevious ||= wantsPrevious(watcher.selection)
      if (
        fromRevision === undefined ||
        (this.smallestFirst && watcher.nextRevision < fromRevision)
      ) {
        fromRevision = watcher.nextRevision
      }
    }
    return fromRevision === undefined ? undefined : { fromRevision, withPrevious }
  }

  private wait(watcher: Watcher): void {
    this.waitingCount++
    const waiting = this.waiting.get(watcher.outlet)
    if (waiting === undefined) this.waiting.set(watcher.outlet, new Set([watcher]))
    else waiting.add(watcher)
  }
}

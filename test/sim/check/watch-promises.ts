import { type Event, EventType, type WatchResponse } from '../../../src/wire/index.js'
import type { Chronicle } from './chronicle.js'
import { describeValue, modelValue } from './describe.js'
import { containsOf, type ModelEvent, type RangeAsked } from './model-values.js'
import { demand } from './violation.js'

interface Expected {
  readonly revision: number
  readonly event: ModelEvent
}

interface WatchPromisesOptions {
  readonly what: string
  readonly asked: RangeAsked
  readonly prevKv: boolean
  /** The first revision it is to see; 0: from now on. */
  readonly startRevision: number
}

/**
 * One watch, held against the chronicle: every event of its range from its start on, once, in order, whole
 * revisions at a time, with the right content; and when it is told that it has seen all up to a revision, it has.
 */
export class WatchPromises {
  /** All events below have been seen; 0: it does not know yet where it begins. */
  nextRevision: number
  /** It has been ended by a compaction; a new one may begin there. */
  compactedAt: number | undefined
  seen = 0
  private headerRevision = 0
  /** Of a revision that comes in fragments: what has come of it. */
  private partial: { readonly revision: number; readonly count: number } | undefined
  private readonly contains: (key: string) => boolean

  constructor(
    private readonly chronicle: Chronicle,
    private readonly options: WatchPromisesOptions,
  ) {
    this.nextRevision = options.startRevision
    this.contains = containsOf(options.asked)
  }

  take(response: WatchResponse): void {
    const { what } = this.options
    const revision = response.header?.revision ?? 0
    if (response.canceled) {
      this.canceled(response)
      return
    }
    if (response.created) {
      if (this.nextRevision === 0) this.nextRevision = revision + 1
      return
    }
    const before = this.headerRevision
    demand(revision >= before, `${what}: time goes back from ${before} to ${revision}`)
    this.headerRevision = revision
    if (response.events.length === 0) this.progress(revision)
    else this.events(response.events, response.fragment)
  }

  /** What it has still to see of all that has happened. */
  get owed(): boolean {
    return this.expected(this.chronicle.state.revision).length > 0
  }

  private canceled({ compactRevision, cancelReason }: WatchResponse): void {
    const { what } = this.options
    demand(compactRevision > 0, `${what} is cancelled without need: ${cancelReason}`)
    const { compacted } = this.chronicle.state
    const wrong = `${what} at ${this.nextRevision} is cancelled for ${compactRevision}`
    demand(compactRevision <= compacted && this.nextRevision < compactRevision, wrong)
    this.compactedAt = compactRevision
  }

  private progress(revision: number): void {
    const { what } = this.options
    demand(this.partial === undefined, `${what}: a revision ends in the middle`)
    const [missed] = this.expected(revision)
    demand(missed === undefined, `${what} is told ${revision} and has not seen ${missed?.revision}`)
    this.nextRevision = Math.max(this.nextRevision, revision + 1)
  }

  private events(events: readonly Event[], moreFollows: boolean): void {
    const { what } = this.options
    const last = events.at(-1)?.kv.modRevision ?? 0
    const skipped = this.partial?.count ?? 0
    const expected = this.expected(last).slice(skipped)
    for (const [at, event] of events.entries()) {
      const next = expected[at]
      const found = `${what}: ${event.kv.key.toString('latin1')} at ${event.kv.modRevision}`
      demand(next !== undefined, `${found} comes where nothing follows ${this.nextRevision - 1}`)
      this.compare(event, next)
      this.seen++
    }
    if (moreFollows) {
      const count = expected.slice(0, events.length).filter((each) => each.revision === last).length
      const before = this.partial?.revision === last ? skipped : 0
      this.partial = { revision: last, count: count + before }
      this.nextRevision = last
      return
    }
    this.partial = undefined
    demand(expected.length === events.length, `${what}: revision ${last} comes in parts`)
    this.nextRevision = last + 1
  }

  private compare(event: Event, { revision, event: expected }: Expected): void {
    const { what, prevKv } = this.options
    const type = event.type === EventType.DELETE ? 'delete' : 'put'
    const found = `${type} ${describeValue(modelValue(event.kv))}`
    const wanted = `${expected.type} ${describeValue(expected.value)}`
    demand(found === wanted, `${what}: "${found}" comes in place of "${wanted}" of ${revision}`)
    if (!prevKv) {
      demand(event.prevKv === undefined, `${what}: an event tells unasked what was before`)
      return
    }
    // What was before may have been compacted.
    if (event.prevKv === undefined && revision <= this.chronicle.state.compacted) return
    const before = describeValue(event.prevKv && modelValue(event.prevKv))
    const previous = describeValue(expected.previous)
    demand(before === previous, `${what}: before ${revision} stood "${previous}", not "${before}"`)
  }

  private expected(lastRevision: number): Expected[] {
    const found: Expected[] = []
    if (this.nextRevision === 0) return found
    for (let revision = this.nextRevision; revision <= lastRevision; revision++) {
      for (const event of this.chronicle.events[revision] ?? []) {
        if (this.contains(event.value.key)) found.push({ revision, event })
      }
    }
    return found
  }
}

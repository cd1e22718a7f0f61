import type { ByteString } from '../base/bytes.js'
import type { Event } from '../wire/index.js'
import { RangeTable } from './range-table.js'

/** Above every key, so that it can stand as the end of a range that goes on to the last key. */
export const afterAllKeys: ByteString = '\u0100'

/** The keys from `start` to `end`, which is excluded; `end` undefined: the one key `start`. */
export interface KeyInterval {
  readonly start: ByteString
  readonly end: ByteString | undefined
}

/** All who share one interval, with those of the events asked about that lie in it. */
export interface Matched<Member> {
  readonly members: ReadonlySet<Member>
  readonly events: readonly Event[]
}

interface Group<Member> {
  readonly start: ByteString
  readonly end: ByteString
  readonly members: Set<Member>
  events: Event[]
}

/**
 * Finds whose intervals hold a key. Those who share an interval share a group, so that an event
 * costs one look-up for single keys, a logarithmic search for ranges, and then only its members.
 */
export class IntervalIndex<Member extends { readonly interval: KeyInterval }> {
  private readonly keys = new Map<ByteString, Group<Member>>()
  private readonly ranges = new Map<ByteString, Group<Member>>()
  private readonly rangeTable = new RangeTable<Member, Group<Member>>()
  private count = 0

  get size(): number {
    return this.count
  }

  *members(): Iterable<Member> {
    for (const group of this.keys.values()) yield* group.members
    for (const group of this.ranges.values()) yield* group.members
  }

  /** All who share the member's interval; the same set for all of them. */
  groupOf(member: Member): ReadonlySet<Member> | undefined {
    const { start, end } = member.interval
    const group = end === undefined ? this.keys.get(start) : this.ranges.get(rangeName(start, end))
    return group?.members
  }

  /** `member` must not be in the index yet. */
  add(member: Member): void {
    const { start, end } = member.interval
    if (end === undefined) this.addToKey(start, member)
    else this.addToRange(start, end, member)
    this.count++
  }

  /** Removing who is not there does nothing. */
  delete(member: Member): void {
    const { start, end } = member.interval
    const groups = end === undefined ? this.keys : this.ranges
    const name = end === undefined ? start : rangeName(start, end)
    const group = groups.get(name)
    if (!group?.members.delete(member)) return
    this.count--
    if (group.members.size > 0) return
    groups.delete(name)
    if (end !== undefined) this.rangeTable.desert()
  }

  /** Each group that any of `events` touches, once, with its events in their order. */
  match(events: readonly Event[]): readonly Matched<Member>[] {
    const touched: Group<Member>[] = []
    if (this.count === 0) return touched
    const found: Group<Member>[] = []
    for (const event of events) {
      const key = event.kv.byteKey
      const exact = this.keys.get(key)
      if (exact !== undefined) found.push(exact)
      if (this.ranges.size > 0) this.rangeTable.collect(key, found)
      for (const group of found) {
        if (group.events.length === 0) touched.push(group)
        group.events.push(event)
      }
      found.length = 0
    }
    return touched.map(takeEvents)
  }

  private addToKey(key: ByteString, member: Member): void {
    const known = this.keys.get(key)
    if (known === undefined) this.keys.set(key, newGroup(key, key, member))
    else known.members.add(member)
  }

  private addToRange(start: ByteString, end: ByteString, member: Member): void {
    const name = rangeName(start, end)
    const known = this.ranges.get(name)
    if (known !== undefined) {
      known.members.add(member)
      return
    }
    const group = newGroup(start, end, member)
    this.ranges.set(name, group)
    this.rangeTable.add(group)
  }
}

function newGroup<Member>(start: ByteString, end: ByteString, member: Member): Group<Member> {
  return { start, end, members: new Set([member]), events: [] }
}

function rangeName(start: ByteString, end: ByteString): string {
  return `${start.length}:${start}${end}`
}

function takeEvents<Member>(group: Group<Member>): Matched<Member> {
  const events = group.events
  group.events = []
  return { members: group.members, events }
}

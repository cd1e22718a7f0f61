import type { ByteString } from '../../base/bytes.js'
import { Event, type KeyValue } from '../../wire/index.js'
import { keyValueOf } from '../rows/record.js'
import type { RowReader } from '../rows/row-reader.js'
import { historyRow, type Revision } from '../rows/rows.js'
import type { DeletedKeys } from './deleted-keys.js'

/** Keys deleted together, from change number `from` on. */
interface Deletion {
  readonly from: number
  readonly deleted: DeletedKeys
}

/** A put of which it has not been looked up what the key held before. */
interface LonePut {
  readonly record: Buffer
  readonly previous: Revision
  readonly reader: RowReader
}

const noDeletions: readonly Deletion[] = []

/**
 * The changes of one request, in order. The events of deletions and lone puts are made when somebody asks for them,
 * which is often nobody. (Its fields are not `#private`: there is one for every put, and making those takes longer.)
 */
export class EventLog {
  private readonly base: number
  private deletions = noDeletions
  private lonePut: LonePut | undefined = undefined
  /** Not there: the event of a deletion that has not been made yet. */
  private made: (Event | undefined)[] = []
  private areMade = true

  /** `base`: the revision before the request. */
  constructor(base: number) {
    this.base = base
  }

  get size(): number {
    return this.made.length
  }

  add(event: Event): void {
    // Most requests make one change, and an array that grows from nothing has room for seventeen.
    if (this.made.length === 0) this.made = [event]
    else this.made.push(event)
  }

  /** The only change of its request; `previous`: where the history has what the key held before. */
  addLonePut(put: LonePut): void {
    this.lonePut = put
    this.made = [undefined]
    this.areMade = false
  }

  addDeleted(deleted: DeletedKeys): void {
    this.deletions = [...this.deletions, { from: this.size, deleted }]
    this.made.length += deleted.size
    this.areMade = false
  }

  /** What the key held before the request, which has changed it. */
  valueBefore(key: ByteString): KeyValue | undefined {
    const at = this.made.findIndex((event) => event?.kv.byteKey === key)
    for (const { from, deleted } of this.deletions) {
      const index = deleted.indexOf(key)
      if (index >= 0 && (at < 0 || from + index <= at)) return deleted.keyValues()[index]
    }
    return this.made[at]?.prevKv
  }

  /** The sub-revision of the last change of the key; -1: there is none. */
  lastPlaceOf(key: ByteString): number {
    if (this.size === 0) return -1
    let last = this.made.findLastIndex((event) => event?.kv.byteKey === key)
    for (const { from, deleted } of this.deletions) {
      const index = deleted.indexOf(key)
      if (index >= 0) last = Math.max(last, from + index)
    }
    return last
  }

  /** All of them. */
  events(): readonly Event[] {
    if (!this.areMade) this.make()
    return this.made as Event[]
  }

  private make(): void {
    if (this.lonePut !== undefined) this.made[0] = eventOf(this.lonePut)
    const main = this.base + 1
    for (const { from, deleted } of this.deletions) {
      for (const [index, before] of deleted.keyValues().entries()) {
        const isOfRequest = deleted.modRevisionAt(index) > this.base
        const previous = isOfRequest ? this.valueBefore(deleted.keyAt(index)) : before
        this.made[from + index] ??= Event.deletion(before, main, previous)
      }
    }
    this.areMade = true
  }
}

/** Found until a compaction has removed it, like that of an event which is read from the history. */
function eventOf({ record: put, previous: { main, sub }, reader }: LonePut): Event {
  return Event.putOver(keyValueOf(put), () => {
    const record = reader.get(historyRow(main, sub))
    return record && keyValueOf(record)
  })
}

import type { ByteString } from '../base/bytes.js'
import { Event, type KeyValue } from '../wire/index.js'
import type { DeletedKeys } from './deleted-keys.js'

/** Keys deleted together, from change number `from` on. */
interface Deletion {
  readonly from: number
  readonly deleted: DeletedKeys
}

/**
 * The changes of one request, in order. The events of deletions are made when somebody asks for them, which is often
 * nobody.
 */
export class EventLog {
  readonly #base: number
  readonly #deletions: Deletion[] = []
  /** Not there: the event of a deletion that has not been made yet. */
  readonly #events: (Event | undefined)[] = []
  #areMade = true

  /** `base`: the revision before the request. */
  constructor(base: number) {
    this.#base = base
  }

  get size(): number {
    return this.#events.length
  }

  add(event: Event): void {
    this.#events.push(event)
  }

  addDeleted(deleted: DeletedKeys): void {
    this.#deletions.push({ from: this.size, deleted })
    this.#events.length += deleted.size
    this.#areMade = false
  }

  /** What the key held before the request, which has changed it. */
  valueBefore(key: ByteString): KeyValue | undefined {
    const at = this.#events.findIndex((event) => event?.kv.byteKey === key)
    for (const { from, deleted } of this.#deletions) {
      const index = deleted.indexOf(key)
      if (index >= 0 && (at < 0 || from + index <= at)) return deleted.keyValues()[index]
    }
    return this.#events[at]?.prevKv
  }

  /** The sub-revision of the last change of the key; -1: there is none. */
  lastPlaceOf(key: ByteString): number {
    let last = this.#events.findLastIndex((event) => event?.kv.byteKey === key)
    for (const { from, deleted } of this.#deletions) {
      const index = deleted.indexOf(key)
      if (index >= 0) last = Math.max(last, from + index)
    }
    return last
  }

  /** All of them. */
  events(): readonly Event[] {
    if (!this.#areMade) this.#make()
    return this.#events as Event[]
  }

  #make(): void {
    const main = this.#base + 1
    for (const { from, deleted } of this.#deletions) {
      for (const [index, before] of deleted.keyValues().entries()) {
        const isOfRequest = deleted.modRevisionAt(index) > this.#base
        const previous = isOfRequest ? this.valueBefore(deleted.keyAt(index)) : before
        this.#events[from + index] ??= Event.deletion(before, main, previous)
      }
    }
    this.#areMade = true
  }
}

import { invariant } from '../base/errors.js'
import type { Entry } from './types.js'

const smallestCapacity = 64

/**
 * Entries with consecutive indexes in a circular array. Adding at the end and dropping at either end
 * cost the same however many entries are held; dropped entries are let go of at once.
 */
export class EntryRing {
  #slots: (Entry | undefined)[] = emptySlots(smallestCapacity)
  /** The slot of the first entry. */
  #start = 0
  #length = 0
  #firstIndex: number

  /** `firstIndex`: the index the first entry will have. */
  constructor(firstIndex: number) {
    this.#firstIndex = firstIndex
  }

  get length(): number {
    return this.#length
  }

  /** One less than the next entry's index. */
  get lastIndex(): number {
    return this.#firstIndex + this.#length - 1
  }

  /** `index` lies within what is held. */
  at(index: number): Entry {
    const offset = index - this.#firstIndex
    invariant(offset >= 0 && offset < this.#length, 'an entry asked for is held')
    return this.#slots[(this.#start + offset) & (this.#slots.length - 1)] as Entry
  }

  push(entry: Entry): void {
    invariant(entry.index === this.lastIndex + 1, 'indexes of the log have no gap')
    if (this.#length === this.#slots.length) this.#resize(this.#slots.length * 2)
    this.#slots[(this.#start + this.#length) & (this.#slots.length - 1)] = entry
    this.#length += 1
  }

  /** Drops everything before `index`. */
  dropBefore(index: number): void {
    invariant(index <= this.lastIndex + 1, 'no more is dropped than is held')
    const mask = this.#slots.length - 1
    for (; this.#firstIndex < index; this.#firstIndex++) {
      this.#slots[this.#start] = undefined
      this.#start = (this.#start + 1) & mask
      this.#length -= 1
    }
    this.#shrink()
  }

  /** Drops `index` and everything behind it. */
  dropFrom(index: number): void {
    invariant(index >= this.#firstIndex, 'no more is dropped than is held')
    const mask = this.#slots.length - 1
    while (this.lastIndex >= index) {
      this.#length -= 1
      this.#slots[(this.#start + this.#length) & mask] = undefined
    }
  }

  /** Drops everything; the next entry will have `firstIndex`. */
  reset(firstIndex: number): void {
    this.#slots = emptySlots(smallestCapacity)
    this.#start = 0
    this.#length = 0
    this.#firstIndex = firstIndex
  }

  /** Half of a half-empty array would be grown again at once, so it shrinks only at an eighth. */
  #shrink(): void {
    const capacity = this.#slots.length
    if (capacity > smallestCapacity && this.#length * 8 <= capacity) this.#resize(capacity / 2)
  }

  #resize(capacity: number): void {
    const slots = emptySlots(capacity)
    const mask = this.#slots.length - 1
    for (let offset = 0; offset < this.#length; offset++) {
      slots[offset] = this.#slots[(this.#start + offset) & mask]
    }
    this.#slots = slots
    this.#start = 0
  }
}

function emptySlots(capacity: number): (Entry | undefined)[] {
  return new Array<Entry | undefined>(capacity).fill(undefined)
}

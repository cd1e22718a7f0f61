import { invariant } from './errors.js'

/** What a {@link LinkedSet} keeps in each of its items. Nobody else touches it. */
export interface Linked {
  linkedBefore: Linked | undefined
  linkedAfter: Linked | undefined
}

/**
 * A set, in the order in which items came, for those that come and go all the time. A `Set` makes a new table
 * every so many changes, and each table goes on pointing to the one after it: as soon as V8's garbage collector
 * has moved one of them out of the young generation, all later ones follow it with what they held, and pauses
 * grow until the old generation is collected. Here what has gone points to nothing. An item is in one such
 * set at most.
 */
export class LinkedSet<Item extends Linked> {
  /** Before the first and behind the last. */
  readonly #ends: Linked = { linkedBefore: undefined, linkedAfter: undefined }
  #size = 0

  constructor() {
    this.#ends.linkedBefore = this.#ends
    this.#ends.linkedAfter = this.#ends
  }

  get size(): number {
    return this.#size
  }

  /** Whether the item is in this set, or another one. */
  has(item: Item): boolean {
    return item.linkedAfter !== undefined
  }

  add(item: Item): void {
    invariant(!this.has(item), 'an item is in one set, once')
    const last = this.#ends.linkedBefore as Linked
    item.linkedBefore = last
    item.linkedAfter = this.#ends
    last.linkedAfter = item
    this.#ends.linkedBefore = item
    this.#size += 1
  }

  /** False: it is not there. */
  delete(item: Item): boolean {
    const { linkedBefore: before, linkedAfter: after } = item
    if (before === undefined || after === undefined) return false
    before.linkedAfter = after
    after.linkedBefore = before
    item.linkedBefore = undefined
    item.linkedAfter = undefined
    this.#size -= 1
    return true
  }

  /** The items there are now, whatever comes and goes meanwhile. */
  [Symbol.iterator](): Iterator<Item> {
    const items: Item[] = []
    let item = this.#ends.linkedAfter as Linked
    while (item !== this.#ends) {
      items.push(item as Item)
      item = item.linkedAfter as Linked
    }
    return items.values()
  }
}

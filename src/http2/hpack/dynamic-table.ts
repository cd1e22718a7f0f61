import { fieldBytes, type HeaderField } from './header-field.js'

const smallestCapacity = 16

/** What both sides take for granted before anybody says otherwise (RFC 9113, 6.5.2). */
export const defaultTableBytes = 4096

/**
 * The newest fields, as many as fit into `maxBytes`, in a circular array: inserting and evicting cost
 * the same however many there are.
 */
export class DynamicTable {
  #slots: (HeaderField | undefined)[] = emptySlots(smallestCapacity)
  /** The slot of the newest field. */
  #newest = 0
  #length = 0
  #bytes = 0
  #maxBytes: number
  #version = 0
  readonly #onEvicted: (field: HeaderField) => void

  constructor(maxBytes: number, onEvicted: (field: HeaderField) => void = () => {}) {
    this.#maxBytes = maxBytes
    this.#onEvicted = onEvicted
  }

  get length(): number {
    return this.#length
  }

  get maxBytes(): number {
    return this.#maxBytes
  }

  /** Moves with every change. */
  get version(): number {
    return this.#version
  }

  /** 0 is the newest; undefined beyond the oldest. */
  at(age: number): HeaderField | undefined {
    if (age >= this.#length) return undefined
    return this.#slots[(this.#newest - age) & (this.#slots.length - 1)]
  }

  /** A field that is larger than the whole table leaves it empty. */
  insert(field: HeaderField): void {
    const bytes = fieldBytes(field)
    this.#evictDownTo(this.#maxBytes - bytes)
    if (bytes > this.#maxBytes) return
    if (this.#length === this.#slots.length) this.#grow()
    this.#newest = (this.#newest + 1) & (this.#slots.length - 1)
    this.#slots[this.#newest] = field
    this.#length += 1
    this.#bytes += bytes
    this.#version += 1
  }

  resize(maxBytes: number): void {
    if (maxBytes === this.#maxBytes) return
    this.#maxBytes = maxBytes
    this.#version += 1
    this.#evictDownTo(maxBytes)
  }

  #evictDownTo(bytes: number): void {
    while (this.#length > 0 && this.#bytes > bytes) {
      const slot = (this.#newest - this.#length + 1) & (this.#slots.length - 1)
      const field = this.#slots[slot] as HeaderField
      this.#slots[slot] = undefined
      this.#length -= 1
      this.#bytes -= fieldBytes(field)
      this.#version += 1
      this.#onEvicted(field)
    }
  }

  #grow(): void {
    const slots = emptySlots(this.#slots.length * 2)
    for (let age = 0; age < this.#length; age++) slots[this.#length - 1 - age] = this.at(age)
    this.#slots = slots
    this.#newest = this.#length - 1
  }
}

function emptySlots(capacity: number): (HeaderField | undefined)[] {
  return new Array<HeaderField | undefined>(capacity).fill(undefined)
}

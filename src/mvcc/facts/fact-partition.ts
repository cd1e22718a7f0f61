import type { ByteString } from '../../base/bytes.js'
import { factBytes, type KeyFact, readFact, writeFact } from './key-fact.js'

/** Longer keys have no entry. */
export const longestKey = 255

const firstSlots = 16
const firstBytes = 256
/** A slot: where the entry is, and above that bits of the key's hash, so that most others are passed over unread. */
const offsetBits = 22
const largestOffset = 2 ** offsetBits - 1
const largestTag = 2 ** (32 - offsetBits) - 1
/** The bits of the hash from here on are those in the slot; the lowest ones find the slot. */
const tagShift = 14
/** Slots looked at. Keys that were made to hash alike are forgotten, and make the others no slower than this. */
const maxProbes = 128
const slotBytes = 4
/** As many as there are hashes beside those that choose the partition. */
const largestSlots = 2 ** 24
const prime = 0x01000193
/** Of an entry beside its key: the key's length, what is known, and the fact. */
const entryBytes = 2 + factBytes

/** What is known of a key: that it is there, but not more; that it is not there; and how it was put last. */
const present = 0
const gone = 1
const told = 2

/**
 * A hash table of keys and facts in memory of its own, where a million of them cost the garbage
 * collector nothing. Entries stand one behind the other, and are never moved alone.
 */
export class FactPartition {
  readonly #maxBytes: number
  #slots = new Uint32Array(firstSlots)
  #bytes = new Uint8Array(firstBytes)
  #view = new DataView(this.#bytes.buffer)
  #entries = 0
  #goneBytes = 0
  /** No entry stands at 0, which is a free slot. */
  #end = 1

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Memory it takes. */
  get sizeBytes(): number {
    return this.#slots.length * slotBytes + this.#bytes.length
  }

  /** Whether keys that are gone take much of the room. */
  get hasWaste(): boolean {
    return this.#goneBytes * 4 > this.#end
  }

  /** The fact of the key, null: there is no such key, undefined: that is not known. */
  recall(text: ByteString, start: number, hash: number): KeyFact | null | undefined {
    const place = this.#find(text, start, hash)
    if (place === 0) return undefined
    const at = place + 1 + text.length - start
    const kind = this.#bytes[at]
    if (kind === told) return readFact(this.#view, at + 1)
    return kind === gone ? null : undefined
  }

  has(text: ByteString, start: number, hash: number): boolean {
    return this.#find(text, start, hash) !== 0
  }

  /**
   * Notes a fact, that the key is gone (null), or that it is there (undefined). False: there is no room
   * for it, and the key is unknown as before.
   */
  note(text: ByteString, start: number, hash: number, fact: KeyFact | null | undefined): boolean {
    const place = this.#find(text, start, hash) || this.#append(text, start, hash)
    if (place === 0) return false
    const length = text.length - start
    const at = place + 1 + length
    const bytes = this.#bytes
    if (bytes[at] === gone) this.#goneBytes -= length + entryBytes
    if (fact === null) this.#goneBytes += length + entryBytes
    bytes[at] = fact === null ? gone : fact === undefined ? present : told
    if (fact) writeFact(this.#view, at + 1, fact)
    return true
  }

  /** Makes all keys unknown. */
  forgetAll(): void {
    this.#slots.fill(0)
    this.#entries = 0
    this.#goneBytes = 0
    this.#end = 1
  }

  /** Makes keys unknown that are gone. False: others could not be kept either, so that all are unknown. */
  forgetGone(): boolean {
    const bytes = this.#bytes
    const end = this.#end
    this.forgetAll()
    for (let from = 1; from < end; ) {
      const size = (bytes[from] as number) + entryBytes
      const isGone = bytes[from + size - entryBytes + 1] === gone
      if (!isGone) {
        bytes.copyWithin(this.#end, from, from + size)
        this.#entries++
        this.#end += size
      }
      from += size
    }
    return this.#pointAgain(this.#slots.length)
  }

  /** Where the entry of the key is, which stands in `text` from `start` on; 0: nowhere. */
  #find(text: ByteString, start: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const tag = (hash >>> tagShift) & largestTag
    for (let probe = 0; probe < maxProbes; probe++) {
      const slot = slots[(hash + probe) & mask] as number
      if (slot === 0) return 0
      const place = slot & largestOffset
      if (slot >>> offsetBits === tag && this.#isKeyAt(place, text, start)) return place
    }
    return 0
  }

  #isKeyAt(place: number, text: ByteString, start: number): boolean {
    const bytes = this.#bytes
    const length = text.length - start
    if (bytes[place] !== length) return false
    for (let index = 0; index < length; index++) {
      if (bytes[place + 1 + index] !== text.charCodeAt(start + index)) return false
    }
    return true
  }

  #append(text: ByteString, start: number, hash: number): number {
    const length = text.length - start
    if (!this.#makeRoom(length + entryBytes)) return 0
    const place = this.#end
    if (!this.#point(hash, place) && !(this.#doubleSlots() && this.#point(hash, place))) return 0
    const bytes = this.#bytes
    bytes[place] = length
    for (let index = 0; index < length; index++) {
      bytes[place + 1 + index] = text.charCodeAt(start + index)
    }
    bytes[place + 1 + length] = present
    this.#end += length + entryBytes
    this.#entries++
    return place
  }

  /** Lets a free slot point at the place. False: there is none near where the hash leads. */
  #point(hash: number, place: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 1
    const tag = (hash >>> tagShift) & largestTag
    for (let probe = 0; probe < maxProbes; probe++) {
      const at = (hash + probe) & mask
      if (slots[at] !== 0) continue
      slots[at] = (tag << offsetBits) | place
      return true
    }
    return false
  }

  /** At least a quarter of the slots stays free. */
  #makeRoom(sizeBytes: number): boolean {
    if ((this.#entries + 1) * 4 > this.#slots.length * 3 && !this.#doubleSlots()) return false
    const needed = this.#end + sizeBytes
    if (needed <= this.#bytes.length) return true
    const most = Math.min(this.#maxBytes - this.#slots.length * slotBytes, largestOffset)
    const size = Math.min(most, Math.ceil(needed * 1.2))
    if (size < needed) return false
    const bytes = new Uint8Array(size)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
    return true
  }

  #doubleSlots(): boolean {
    const count = this.#slots.length * 2
    if (count > largestSlots || this.sizeBytes + this.#slots.length * slotBytes > this.#maxBytes) {
      return false
    }
    return this.#pointAgain(count)
  }

  /** Takes so many slots. False: they do not do, so that all keys are unknown. */
  #pointAgain(count: number): boolean {
    const bytes = this.#bytes
    this.#slots = new Uint32Array(count)
    for (let place = 1; place < this.#end; place += (bytes[place] as number) + entryBytes) {
      if (this.#point(hashOfBytes(bytes, place + 1, bytes[place] as number), place)) continue
      this.forgetAll()
      return false
    }
    return true
  }
}

/** 32 bits, of the key that stands in `text` from `start` on. */
export function hashOfKey(text: ByteString, start: number): number {
  let hash = text.length - start
  for (let index = start; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), prime)
  }
  return mixed(hash)
}

function hashOfBytes(bytes: Uint8Array, start: number, length: number): number {
  let hash = length
  for (let index = start; index < start + length; index++) {
    hash = Math.imul(hash ^ (bytes[index] as number), prime)
  }
  return mixed(hash)
}

/** The upper bits are as good as the lower ones. */
function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  const second = Math.imul(first ^ (first >>> 15), 0x846ca68b)
  return (second ^ (second >>> 16)) >>> 0
}

import type { ByteString } from '../../base/bytes.js'

/** Keys differ at their ends. */
const maxHashedUnits = 64

/**
 * Remembers, in memory of a fixed size, which ranges have been asked lately. It may forget one and mistake one for
 * another.
 */
export class AskedBefore {
  readonly #hashes: Uint32Array

  /** `slots`: about how many it remembers; a power of two, at most 2^20. */
  constructor(slots: number) {
    this.#hashes = new Uint32Array(slots)
  }

  /** Whether the range is remembered; from here on it is. */
  ask(start: ByteString, end: ByteString): boolean {
    const hash = hashOfRange(start, end)
    const slot = this.#slotOf(hash)
    if (this.#hashes[slot] === hash) return true
    this.#hashes[slot] = hash
    return false
  }

  /** Whether the range is remembered. */
  remembers(start: ByteString, end: ByteString): boolean {
    const hash = hashOfRange(start, end)
    return this.#hashes[this.#slotOf(hash)] === hash
  }

  #slotOf(hash: number): number {
    return (hash >>> 12) & (this.#hashes.length - 1)
  }
}

/** Never 0, which marks an empty slot. */
function hashOfRange(start: ByteString, end: ByteString): number {
  return (hashOf(hashOf(0x811c9dc5, start), end) | 1) >>> 0
}

/** FNV-1a over the last units and the length. */
function hashOf(seed: number, text: ByteString): number {
  let hash = Math.imul(seed ^ text.length, 0x01000193)
  for (let at = Math.max(0, text.length - maxHashedUnits); at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash
}

import type { ByteString } from '../../base/bytes.js'

/** A power of two. */
const slots = 4096
/** Keys differ at their ends. */
const maxHashedUnits = 64

/**
 * Remembers, in memory of a fixed size, which ranges have been asked lately. It may forget one and mistake one for
 * another.
 */
export class AskedBefore {
  readonly #hashes = new Uint32Array(slots)

  /** Whether the range is remembered; from here on it is. */
  ask(start: ByteString, end: ByteString): boolean {
    // 0 marks an empty slot.
    const hash = (hashOf(hashOf(0x811c9dc5, start), end) | 1) >>> 0
    const slot = (hash >>> 12) & (slots - 1)
    if (this.#hashes[slot] === hash) return true
    this.#hashes[slot] = hash
    return false
  }
}

/** FNV-1a over the last units and the length. */
function hashOf(seed: number, text: ByteString): number {
  let hash = Math.imul(seed ^ text.length, 0x01000193)
  for (let at = Math.max(0, text.length - maxHashedUnits); at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash
}

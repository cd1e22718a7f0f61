import type { ByteString } from '../../base/bytes.js'
import type { KeyValueBlock } from '../../wire/index.js'

/** Keys that have changed in one run; with more it is read anew. */
export const maxChangedKeys = 16
/** Of a run, and of a changed key, beside its bytes; estimates. */
const runOverheadBytes = 256
const changedKeyOverheadBytes = 96

/** Above every key: the end of a range without an end. */
export const aboveAllKeys: ByteString = '\u0100'

/** Where the block of a run lies on a file. */
export interface Place {
  readonly run: Run
  /** Grows for ever: the file is written again from its start. */
  readonly at: number
  readonly length: number
  readonly count: number
  /** Of the length, what the encoded keys take. They come first. */
  readonly fieldBytes: number
  readonly checksum: number
}

/** All keys that there are from `start` on, before `end`, as they were before the changed ones changed. */
export class Run {
  readonly start: ByteString
  readonly end: ByteString
  /** False: the table has given it up. */
  isHeld = true
  /** Where its block lies on a file, if it does. */
  place: Place | undefined
  #block: KeyValueBlock | undefined
  #changedKeys: Set<ByteString> | undefined
  #changedBytes = 0

  constructor(start: ByteString, end: ByteString, block: KeyValueBlock) {
    this.start = start
    this.end = end
    this.#block = block
  }

  /** Undefined: it is on the file alone. */
  get block(): KeyValueBlock | undefined {
    return this.#block
  }

  /** Keys, as they were before the changed ones changed. */
  get count(): number {
    return (this.#block ?? this.place)?.count ?? 0
  }

  /** What the run takes of memory; an estimate. */
  get memoryBytes(): number {
    const bounds = this.start.length + this.end.length
    return (this.#block?.memoryBytes ?? 0) + bounds + this.#changedBytes + runOverheadBytes
  }

  get changedCount(): number {
    return this.#changedKeys?.size ?? 0
  }

  /** Changed since the block was made, in order. */
  changedKeys(): ByteString[] {
    return this.#changedKeys === undefined ? [] : [...this.#changedKeys].sort()
  }

  /** So many keys have changed that the run is not worth keeping. */
  get isWornOut(): boolean {
    return this.changedCount > maxChangedKeys
  }

  /** `key` has come, gone or changed. Answers what that takes of memory. */
  noteChange(key: ByteString): number {
    this.#changedKeys ??= new Set()
    if (this.#changedKeys.has(key)) return 0
    this.#changedKeys.add(key)
    const bytes = key.length + changedKeyOverheadBytes
    this.#changedBytes += bytes
    return bytes
  }

  /** `block` is the run as it is now. */
  renew(block: KeyValueBlock): void {
    this.#block = block
    this.#changedKeys = undefined
    this.#changedBytes = 0
  }

  /** `block` is what lies on the file; undefined: it stays there alone. */
  hold(block: KeyValueBlock | undefined): void {
    this.#block = block
  }
}

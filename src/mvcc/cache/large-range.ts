import { type BlockPart, EncodedKeyValues } from '../../wire/index.js'
import type { RangeResult } from '../reads/range.js'
import type { Place } from './run.js'
import type { RunFile } from './run-file.js'

/** Read from the file in one step: a quarter of a millisecond. */
const stepBytes = 256 * 1024

/** All keys of a run whose block lies on the file alone. */
export interface FiledPart {
  readonly place: Place
}

export type KnownPart = BlockPart | FiledPart

export function isFiled(part: KnownPart): part is FiledPart {
  return 'place' in part
}

export function keyCountOf(parts: readonly KnownPart[]): number {
  let count = 0
  for (const part of parts) count += isFiled(part) ? part.place.count : part.to - part.from
  return count
}

/** An answer of many keys, as it was when it was found, which is read from the file step by step. */
export class LargeRange {
  /** The revision that it shows. */
  readonly revision: number
  readonly #file: RunFile
  #parts: readonly KnownPart[]
  readonly #keyCount: number
  readonly #count: number
  #fields: Buffer[] = []
  #filedBytes = 0
  #readBytes = 0
  #next = 0

  /** `count`: of all keys of the range, of which the first may be all that it holds. */
  constructor(file: RunFile, parts: readonly KnownPart[], count: number, revision: number) {
    this.#file = file
    this.#parts = parts
    this.revision = revision
    this.#keyCount = keyCountOf(parts)
    this.#count = count
    for (const part of parts) if (isFiled(part)) this.#filedBytes += part.place.length
  }

  /** What it takes of memory until it is handed off. */
  get sizeBytes(): number {
    let bytes = this.#filedBytes
    for (const part of this.#parts) {
      if (!isFiled(part)) bytes += part.block.sizeOf(part.from, part.to)
    }
    return bytes
  }

  /** Read from the file so far. */
  get readBytes(): number {
    return this.#readBytes
  }

  /** It is not wanted any more, and holds nothing from here on. */
  drop(): void {
    this.#parts = []
    this.#fields = []
    this.#filedBytes = 0
  }

  /** Takes the next step. `lost`: what is to be read is there no longer, or cannot be had now. */
  read(): 'more' | 'done' | 'lost' {
    const length = Math.min(this.#filedBytes, stepBytes)
    let room: Buffer | undefined
    let from = 0
    let to = 0
    for (; this.#next < this.#parts.length; this.#next++) {
      const part = this.#parts[this.#next] as KnownPart
      if (!isFiled(part)) {
        if (room !== undefined && to > from) this.#fields.push(room.subarray(from, to))
        from = to
        this.#fields.push(part.block.fields(part.from, part.to))
        continue
      }
      const { place } = part
      room ??= Buffer.allocUnsafeSlow(Math.max(length, place.length))
      if (to + place.length > room.length) break
      const bytes = room.subarray(to, to + place.length)
      if (!this.#file.readBytes(place, bytes)) return 'lost'
      // What follows in the block is not of the answer: the next fields take its place.
      to += place.fieldBytes
      this.#filedBytes -= place.length
      this.#readBytes += place.length
    }
    if (room !== undefined && to > from) this.#fields.push(room.subarray(from, to))
    return this.#next < this.#parts.length ? 'more' : 'done'
  }

  /** After the last step. */
  get result(): RangeResult {
    const encoded = new EncodedKeyValues(this.#fields, this.#keyCount)
    return new CachedRange(encoded, this.#count > this.#keyCount, this.#count)
  }
}

/** An answer whose keys are encoded already. */
export class CachedRange implements RangeResult {
  constructor(
    readonly encoded: EncodedKeyValues,
    readonly more: boolean,
    readonly count: number,
  ) {}

  get keyValues() {
    return this.encoded.keyValues
  }
}

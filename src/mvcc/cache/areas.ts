import type { ByteString } from '../../base/bytes.js'
import type { BucketTable } from '../counts/bucket-table.js'
import { AskedBefore } from './asked-before.js'
import { aboveAllKeys } from './run.js'
import type { Span } from './run-table.js'

/** A power of two. */
const slots = 65_536
/** When the file is full, this part of the areas is read that are asked for: who asks for all in turn would drive out all. */
const partOfFull = 1 / 8
/** Areas are read two at a time: who asks goes first. */
const maxFillings = 2

/**
 * Parts of the key space, each with some hundred keys, in which ranges are asked again and again, if not the same
 * ones: such a part is worth reading as a whole.
 */
export class Areas {
  readonly #asked = new AskedBefore(slots)
  /** Those that were read for nothing. */
  readonly #barren = new AskedBefore(slots)
  readonly #isFull: () => boolean
  #fillings = 0
  #due = 0

  /** `isFull`: what comes takes the place of what is there. */
  constructor(isFull: () => boolean) {
    this.#isFull = isFull
  }

  /** The area in which `span` begins, with all of `span`, if it has been asked before and another may be read. */
  ask(span: Span, table: BucketTable): Span | undefined {
    const { bucket, end } = table.bucketOf(span.start)
    const { start } = bucket
    if (!this.#asked.ask(start, '') || this.#barren.remembers(start, '')) return undefined
    this.#due += this.#isFull() ? partOfFull : 1
    if (this.#due < 1) return undefined
    this.#due = 0
    const areaEnd = end ?? aboveAllKeys
    return { start, end: areaEnd > span.end ? areaEnd : span.end }
  }

  /** Whether one more may be read now; {@link end} has to follow. */
  begin(): boolean {
    if (this.#fillings >= maxFillings) return false
    this.#fillings++
    return true
  }

  end(): void {
    this.#fillings--
  }

  /** The area that begins at `start` holds nothing that can be kept. */
  noteBarren(start: ByteString): void {
    this.#barren.ask(start, '')
  }
}

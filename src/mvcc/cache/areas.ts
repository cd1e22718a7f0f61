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
/** From so many areas that were asked for again, all are expected to be. */
const manyAreas = 64
/** Read at once when all areas are expected to be asked for. */
const bucketsAhead = 8
/** Read of each bucket, of some hundred keys, at most. */
const maxBucketBytes = 128 * 1024

/** What is to be read as a whole. */
export interface Area extends Span {
  /** Where it ends is not reached if what is there takes more. */
  readonly maxBytes: number
}

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
  /** Counts for as long as the process runs: who has once asked for all will again. */
  #askedAgain = 0

  /** `isFull`: what comes takes the place of what is there. */
  constructor(isFull: () => boolean) {
    this.#isFull = isFull
  }

  /**
   * The area in which `span` begins, with all of `span`, if it is worth reading: it has been asked before, or so many
   * others have that this one will be, and there is room for all.
   */
  ask(span: Span, table: BucketTable): Area | undefined {
    const { bucket, end } = table.bucketOf(span.start)
    const { start } = bucket
    const isAskedAgain = this.#asked.ask(start, '')
    if (this.#barren.remembers(start, '')) return undefined
    const isFull = this.#isFull()
    if (!isFull && this.#askedAgain >= manyAreas) {
      return areaOf(start, span.end, endOfBuckets(table, end, bucketsAhead - 1), bucketsAhead)
    }
    if (!isAskedAgain) return undefined
    this.#due += isFull ? partOfFull : 1
    if (this.#due < 1) return undefined
    this.#due = 0
    this.#askedAgain++
    return areaOf(start, span.end, end, 1)
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

function areaOf(
  start: ByteString,
  least: ByteString,
  end: ByteString | undefined,
  buckets: number,
): Area {
  const areaEnd = end ?? aboveAllKeys
  return { start, end: areaEnd > least ? areaEnd : least, maxBytes: buckets * maxBucketBytes }
}

/** Where the `count` buckets from `start` on end; undefined: behind all keys. */
function endOfBuckets(
  table: BucketTable,
  start: ByteString | undefined,
  count: number,
): ByteString | undefined {
  let end = start
  for (let passed = 0; passed < count && end !== undefined; passed++) end = table.bucketOf(end).end
  return end
}

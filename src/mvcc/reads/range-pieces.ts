import type { ByteString } from '../../base/bytes.js'
import type { Row } from '../../engine/engine.js'
import type { KeyValue, RangeRequest } from '../../wire/index.js'
import { type KeyRange, keyRange } from '../rows/key-range.js'
import type { KeyView } from '../rows/key-view.js'
import { runSteps, type Steps } from '../steps.js'
import {
  checkedRevision,
  executeRange,
  keysOnly,
  type RangeResult,
  type Readable,
} from './range.js'
import {
  currentValue,
  eachCurrent,
  eachPast,
  type Found,
  pastValue,
  readCurrent,
  readPast,
} from './reading.js'

/** How much one piece of a range may hold. */
export interface PieceSize {
  readonly maxKeys: number
  /** One key and value may be larger. */
  readonly maxBytes: number
}

/** Some keys of a range, and with the last of them what is said of the whole. */
export interface RangePiece {
  readonly keyValues: readonly KeyValue[]
  /** undefined: more pieces follow. */
  readonly end: { readonly more: boolean; readonly count: number } | undefined
}

/**
 * A range in key order, read piece by piece over one view, so that it holds a piece at a time
 * however many keys there are, and all pieces show the same moment. Sort and filters are not for it.
 */
export class RangePieces {
  readonly #view: KeyView
  readonly #readable: Readable
  readonly #request: RangeRequest
  readonly #size: PieceSize
  /** undefined: the present. */
  readonly #pastRevision: number | undefined
  /** What is not read yet; undefined: the range is answered at once, or done. */
  #rest: KeyRange | undefined
  #taken = 0
  #done = false

  /**
   * Takes the view over, also when it throws.
   * @throws MetastoreError `future-revision`, `compacted`
   */
  constructor(view: KeyView, readable: Readable, request: RangeRequest, size: PieceSize) {
    this.#view = view
    this.#readable = readable
    this.#request = request
    this.#size = size
    try {
      const revision = checkedRevision(request.revision, readable)
      this.#pastRevision = revision < readable.revision ? revision : undefined
    } catch (error) {
      view.close()
      throw error
    }
    const range = keyRange(request.key, request.rangeEnd)
    const several = !('single' in range) && !request.countOnly
    if (several && (range.end === undefined || range.start < range.end)) this.#rest = range
  }

  /** The revision of the state that is read from. */
  get revision(): number {
    return this.#readable.revision
  }

  /** The next piece; undefined after the last one. One call at a time. */
  async next(): Promise<RangePiece | undefined> {
    if (this.#done) return undefined
    const rest = this.#rest
    const piece = await runSteps(rest === undefined ? this.#whole() : this.#piece(rest))
    this.#done = piece.end !== undefined
    return piece
  }

  /** Idempotent. */
  close(): void {
    this.#done = true
    this.#view.close()
  }

  *#whole(): Steps<RangePiece> {
    const result: RangeResult = yield* executeRange(this.#view, this.#readable, this.#request)
    const { keyValues, more, count } = result
    return { keyValues, end: { more, count } }
  }

  *#piece(rest: KeyRange): Steps<RangePiece> {
    const { limit } = this.#request
    const { maxKeys, maxBytes } = this.#size
    const room = limit > 0 ? Math.min(maxKeys, limit - this.#taken) : maxKeys
    const keyValues: KeyValue[] = []
    let bytes = 0
    let next: ByteString | undefined
    yield* this.#each(rest, (row) => {
      const keyValue = this.#valueOf(row)
      bytes += keyValue.encoded.length
      const isFull = keyValues.length === room || (keyValues.length > 0 && bytes > maxBytes)
      if (isFull) next = keyValue.byteKey
      else keyValues.push(keyValue)
      return !isFull
    })
    this.#taken += keyValues.length
    if (next === undefined) return { keyValues, end: { more: false, count: this.#taken } }
    const following = { start: next, end: rest.end }
    if (limit <= 0 || this.#taken < limit) {
      this.#rest = following
      return { keyValues, end: undefined }
    }
    const { count } = yield* this.#count(following)
    return { keyValues, end: { more: true, count: this.#taken + count } }
  }

  *#each(range: KeyRange, visit: (row: Row) => boolean): Steps<void> {
    if (this.#pastRevision === undefined) yield* eachCurrent(this.#view, range, visit)
    else yield* eachPast(this.#view, range, this.#pastRevision, visit)
  }

  #valueOf(row: Row): KeyValue {
    const view = this.#view
    const past = this.#pastRevision !== undefined
    const keyValue = past ? pastValue(view, row) : currentValue(view, row)
    return this.#request.keysOnly ? keysOnly(this.#request)(keyValue) : keyValue
  }

  *#count(range: KeyRange): Steps<Found> {
    const take = { limit: 0, countOnly: true, reverse: false }
    return this.#pastRevision === undefined
      ? yield* readCurrent(this.#view, range, take)
      : yield* readPast(this.#view, range, this.#pastRevision, take)
  }
}

import type { ByteShare } from '../../base/byte-budget.js'
import type { ByteString } from '../../base/bytes.js'
import { firstIndex } from '../../base/first-index.js'
import type { RowChanges, RowRun, Scratch } from '../../engine/index.js'
import { type BlockPart, EncodedKeyValues, type KeyValue, KeyValueBlock } from '../../wire/index.js'
import type { BucketTable } from '../counts/bucket-table.js'
import type { RangeResult } from '../reads/range.js'
import { rowOverheadBytes } from '../reads/reading.js'
import type { KeyRange } from '../rows/key-range.js'
import { currentKey, isCurrentRow } from '../rows/rows.js'
import { type Area, Areas } from './areas.js'
import { AskedBefore } from './asked-before.js'
import { EdgeCounts, edgesOf } from './edge-counts.js'
import { AnswerFilling, AreaFilling, type Filling } from './filling.js'
import { KnownParts } from './known-parts.js'
import { CachedRange, isFiled, keyCountOf, LargeRange } from './large-range.js'
import type { Question } from './question.js'
import { aboveAllKeys, Run } from './run.js'
import { RunTable, type Span } from './run-table.js'

/** What a run is made to hold, unless one key holds more; keys that come to it may double it. */
const fullRunBytes = 16 * 1024
/** What a run may hold at most, and so a key. */
const largestRunBytes = 64 * 1024
/** Runs are small beside the bound, so that what goes first is chosen well. */
const runPart = 1 / 16
/** Answers above this part of the bound are not kept: they would drive out all others. */
const largestPart = 1 / 4
/** With a file, how large an answer may be in any case. */
const largestFiledBytes = 4 * 1024 * 1024
const maxFillings = 16
/** Of a range with a lower limit, no whole bucket is read. */
const leastAreaKeys = 128
/** A power of two. */
const rangeSlots = 4096

/** What is to be read and kept when a question was asked that the cache had no answer to. */
export interface Fillings {
  /** The question's own answer. */
  readonly answer: AnswerFilling | undefined
  /** Behind it, what of its area is not known. */
  readonly area: AreaFilling | undefined
}

/**
 * Holds parts of the key space, as of the last commit, in the encoding in which they are answered. What is asked twice
 * is kept, whatever has not been used for longest goes first. With a file, what leaves memory stays there, and areas in
 * which ranges are asked again and again are kept as a whole. Keys that change are noted, and looked up when they are
 * asked for.
 */
export class RangeCache {
  readonly #fullRunBytes: number
  readonly #largestRunBytes: number
  readonly #maxAnswerBytes: number
  readonly #runs: RunTable
  readonly #parts: KnownParts
  readonly #edges = new EdgeCounts()
  readonly #asked = new AskedBefore(rangeSlots)
  /** Undefined: there is no file, and no room for them. */
  readonly #areas: Areas | undefined
  readonly #fillings = new Set<Filling>()

  /** `read` answers what a key holds as of the last commit. */
  constructor(
    maxBytes: number,
    read: (key: ByteString) => KeyValue | undefined,
    scratch: Scratch | undefined,
  ) {
    this.#fullRunBytes = Math.min(maxBytes * runPart, fullRunBytes)
    this.#largestRunBytes = Math.min(maxBytes * runPart, largestRunBytes)
    this.#maxAnswerBytes = Math.max(
      maxBytes * largestPart,
      scratch === undefined ? 0 : largestFiledBytes,
    )
    this.#runs = new RunTable(maxBytes, scratch)
    this.#parts = new KnownParts(this.#runs, this.#largestRunBytes, read)
    const { file } = this.#runs
    this.#areas = file && new Areas(() => file.isFull)
  }

  /** What the runs take of memory; an estimate. */
  get memoryBytes(): number {
    return this.#runs.memoryBytes
  }

  /** To be called when changes become visible, before anything is asked. */
  committed(changes: RowChanges, runs: readonly RowRun[] = []): void {
    if (this.#runs.isEmpty && this.#fillings.size === 0) return
    for (const run of runs) this.#noteRun(run)
    for (const row of changes.keys()) this.#noteRow(row)
  }

  #noteRow(row: ByteString): void {
    if (!isCurrentRow(row)) return
    const key = currentKey(row)
    this.#runs.noteChange(key)
    for (const filling of this.#fillings) filling.noteChange(key)
  }

  #noteRun(run: RowRun): void {
    if (!isCurrentRow(run.keyAt(0))) return
    const keys = { size: run.size, keyAt: (index: number) => currentKey(run.keyAt(index)) }
    this.#runs.noteChanges(keys)
    for (const filling of this.#fillings) filling.noteChanges(keys)
  }

  /**
   * The answer, if all of it is known. `table`: the counts as of the last commit.
   * @throws MetastoreError as {@link ByteShare.take}
   */
  answer(
    question: Question,
    table: BucketTable,
    share: ByteShare | undefined,
  ): RangeResult | undefined {
    const { range, limit, countOnly } = question
    if (countOnly) {
      const count = this.#count(range, table)
      return count === undefined ? undefined : { keyValues: [], more: false, count }
    }
    const parts = this.#parts.of(range, limit, () => this.#isAskedAgain(range))
    return parts && this.#atOnce(question, parts, table, share)
  }

  /** As {@link answer}, but where that is much, of what is on the file it may be found only where. `revision`: the last commit's. */
  find(
    question: Question,
    table: BucketTable,
    share: ByteShare | undefined,
    revision: number,
  ): RangeResult | LargeRange | undefined {
    const { range, limit, countOnly } = question
    if (countOnly) return this.answer(question, table, share)
    const parts = this.#parts.inSteps(range, limit, () => this.#isAskedAgain(range))
    if (parts === undefined) return undefined
    const { file } = this.#runs
    if (file === undefined || !parts.some(isFiled)) {
      return this.#atOnce(question, parts as BlockPart[], table, share)
    }
    const keys = keyCountOf(parts)
    const count = limit > 0 && keys === limit ? this.#count(range, table) : keys
    return count === undefined ? undefined : new LargeRange(file, parts, count, revision)
  }

  #isAskedAgain(range: KeyRange): boolean {
    return this.#asked.ask(...boundsOf(range))
  }

  #atOnce(
    { range, limit }: Question,
    parts: readonly BlockPart[],
    table: BucketTable,
    share: ByteShare | undefined,
  ): RangeResult | undefined {
    const encoded = EncodedKeyValues.of(parts)
    const isCut = limit > 0 && encoded.count === limit
    const count = isCut ? this.#count(range, table) : encoded.count
    if (count === undefined) return undefined
    share?.take(encoded.sizeBytes + encoded.count * rowOverheadBytes)
    return new CachedRange(encoded, count > encoded.count, count)
  }

  /**
   * To be called in the turn in which the views are made that are read from; {@link finish}, {@link finishArea} or
   * {@link abandon} has to follow for each filling.
   */
  begin(question: Question, table: BucketTable): Fillings {
    const { range, limit, countOnly } = question
    const [start, end] = boundsOf(range)
    const edges = edgesOf(range, table)
    const isSmall = edges.whole === 0 || (limit > 0 && limit < leastAreaKeys)
    const isAskedAgain = this.#asked.ask(start, end)
    const hasFile = this.#runs.file?.isGivenUp === false
    const area = hasFile ? this.#areas?.ask({ start, end }, table) : undefined
    let answer: AnswerFilling | undefined
    if (isAskedAgain || (area !== undefined && !isSmall)) {
      const kept = isAskedAgain ? { start, end } : table.wholeBuckets({ start, end })
      answer = this.#begun(new AnswerFilling({ start, end }, question, edges, kept))
    }
    const isAreaRead = area !== undefined && isSmall && !countOnly
    return { answer, area: isAreaRead ? this.#beginArea(area, table) : undefined }
  }

  #beginArea(area: Area, table: BucketTable): AreaFilling | undefined {
    const gap = this.#runs.firstGapIn(area)
    if (gap === undefined || this.#areas?.begin() !== true) return undefined
    const filling = this.#begun(new AreaFilling(gap, area, table.bucketOf(gap.start).bucket.start))
    if (filling === undefined) this.#areas.end()
    return filling
  }

  #begun<Kind extends Filling>(filling: Kind): Kind | undefined {
    if (this.#fillings.size >= maxFillings) return undefined
    this.#fillings.add(filling)
    return filling
  }

  /** The question has been answered from the view. */
  finish(filling: AnswerFilling, { keyValues, more, count }: RangeResult): void {
    const { question, span, edges, kept } = filling
    this.#fillings.delete(filling)
    if (question.countOnly || more) this.#edges.note(question.range, edges, count)
    if (question.countOnly || !this.#isWorthKeeping(keyValues)) return
    const end = more ? behind(keyValues) : span.end
    this.#keep(filling, keyValues, { start: kept.start, end: end < kept.end ? end : kept.end })
  }

  /** The keys from the start of the filling's span on have been read; `isWhole`: all of them. */
  finishArea(filling: AreaFilling, keyValues: readonly KeyValue[], isWhole: boolean): void {
    this.#fillings.delete(filling)
    this.#areas?.end()
    const large = keyValues.findIndex(({ encoded }) => encoded.length > this.#largestRunBytes)
    if (large === 0) this.#areas?.noteBarren(filling.bucketStart)
    const kept = large < 0 ? keyValues : keyValues.slice(0, large)
    const isAll = isWhole && large < 0
    if (kept.length === 0 && !isAll) return
    const { start, end } = filling.span
    this.#keep(filling, kept, { start, end: isAll ? end : behind(kept) })
  }

  /** It has not been read. */
  abandon(filling: Filling): void {
    const isUnderWay = this.#fillings.delete(filling)
    if (isUnderWay && filling instanceof AreaFilling) this.#areas?.end()
  }

  #isWorthKeeping(keyValues: readonly KeyValue[]): boolean {
    let bytes = 0
    for (const { encoded } of keyValues) {
      if (encoded.length > this.#largestRunBytes) return false
      bytes += encoded.length
    }
    return bytes <= this.#maxAnswerBytes
  }

  /** Among `keyValues` are all keys of `span`, as they were when the filling began. */
  #keep(filling: Filling, keyValues: readonly KeyValue[], span: Span): void {
    if (filling.isTooOld) return
    for (const gap of this.#runs.gapsIn(span)) this.#fill(gap, keyValues)
    for (const key of filling.changedKeys) this.#runs.noteChange(key)
  }

  /** Makes runs of those of `keyValues` that lie in `gap`. */
  #fill(gap: Span, keyValues: readonly KeyValue[]): void {
    const to = firstNotBelow(keyValues, gap.end)
    let from = firstNotBelow(keyValues, gap.start)
    let { start } = gap
    do {
      let next = from
      for (let bytes = 0; next < to && (bytes === 0 || bytes < this.#fullRunBytes); next++) {
        bytes += (keyValues[next] as KeyValue).encoded.length
      }
      const end = next < to ? (keyValues[next] as KeyValue).byteKey : gap.end
      this.#runs.insert(new Run(start, end, KeyValueBlock.of(keyValues, from, next)))
      start = end
      from = next
    } while (from < to)
  }

  #count(range: KeyRange, table: BucketTable): number | undefined {
    const known = this.#edges.count(range, table)
    if (known !== undefined) return known
    const { whole, edges } = table.cover(range)
    let count = whole
    for (const edge of edges) {
      const parts = this.#parts.of(edge, 0, () => false)
      if (parts === undefined) return undefined
      for (const { from, to } of parts) count += to - from
    }
    return count
  }
}

function boundsOf({ start, end }: KeyRange): [ByteString, ByteString] {
  return [start, end ?? aboveAllKeys]
}

/** Nothing lies between a key and itself followed by a zero. */
function behind(keyValues: readonly KeyValue[]): ByteString {
  return `${(keyValues[keyValues.length - 1] as KeyValue).byteKey}\0`
}

/** The index of the first of `keyValues` whose key is not below `key`. */
function firstNotBelow(keyValues: readonly KeyValue[], key: ByteString): number {
  return firstIndex(keyValues.length, (at) => (keyValues[at] as KeyValue).byteKey >= key)
}

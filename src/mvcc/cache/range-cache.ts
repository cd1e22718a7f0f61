import type { ByteShare } from '../../base/byte-budget.js'
import type { ByteString } from '../../base/bytes.js'
import { firstIndex } from '../../base/first-index.js'
import type { RowChanges, RowRun } from '../../engine/engine.js'
import { type BlockPart, EncodedKeyValues, type KeyValue, KeyValueBlock } from '../../wire/index.js'
import type { BucketTable } from '../counts/bucket-table.js'
import type { RangeResult } from '../reads/range.js'
import { rowOverheadBytes } from '../reads/reading.js'
import type { KeyRange } from '../rows/key-range.js'
import { currentKey, isCurrentRow } from '../rows/rows.js'
import { AskedBefore } from './asked-before.js'
import { EdgeCounts, edgesOf } from './edge-counts.js'
import { Filling } from './filling.js'
import type { Question } from './question.js'
import { aboveAllKeys, Run } from './run.js'
import { RunTable, type Span } from './run-table.js'

/** What a run is made to hold at most; keys that come to it may double it. */
const largestRunBytes = 64 * 1024
/** Runs are small beside the bound, so that what goes first is chosen well. */
const runPart = 1 / 16
/** Answers above this part of the bound are not kept: they would drive out all others. */
const largestPart = 1 / 4
/** Changed keys that are looked up in one turn. */
const maxLookUps = 512
const maxFillings = 16

/** An answer whose keys are encoded already. */
class CachedRange implements RangeResult {
  constructor(
    readonly encoded: EncodedKeyValues,
    readonly more: boolean,
    readonly count: number,
  ) {}

  get keyValues(): readonly KeyValue[] {
    return this.encoded.keyValues
  }
}

/**
 * Holds parts of the key space, as of the last commit, in the encoding in which they are answered. What is asked twice
 * is kept, whatever has not been used for longest goes first. Keys that change are noted, and looked up when they are
 * asked for.
 */
export class RangeCache {
  readonly #runBytes: number
  readonly #maxAnswerBytes: number
  readonly #read: (key: ByteString) => KeyValue | undefined
  readonly #runs: RunTable
  readonly #edges = new EdgeCounts()
  readonly #asked = new AskedBefore()
  readonly #fillings = new Set<Filling>()

  /** `read` answers what a key holds as of the last commit. */
  constructor(maxBytes: number, read: (key: ByteString) => KeyValue | undefined) {
    this.#runBytes = Math.min(maxBytes * runPart, largestRunBytes)
    this.#maxAnswerBytes = maxBytes * largestPart
    this.#read = read
    this.#runs = new RunTable(maxBytes)
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

  /** Many keys, which often lie where nothing is held. */
  #noteRun(run: RowRun): void {
    const first = run.keyAt(0)
    const last = run.keyAt(run.size - 1)
    if (!isCurrentRow(first)) return
    const span = { start: currentKey(first), end: `${currentKey(last)}\0` }
    if (this.#fillings.size === 0 && !this.#runs.meets(span)) return
    for (let at = 0; at < run.size; at++) this.#noteRow(run.keyAt(at))
  }

  /**
   * The answer, if all of it is known. `table`: the counts as of the last commit.
   * @throws MetastoreError as {@link ByteShare.take}
   */
  answer(
    { range, limit, countOnly }: Question,
    table: BucketTable,
    share: ByteShare | undefined,
  ): RangeResult | undefined {
    if (countOnly) {
      const count = this.#count(range, table)
      return count === undefined ? undefined : { keyValues: [], more: false, count }
    }
    const parts = this.#partsOf(range, limit)
    if (parts === undefined) return undefined
    const encoded = new EncodedKeyValues(parts)
    const isCut = limit > 0 && encoded.count === limit
    const count = isCut ? this.#count(range, table) : encoded.count
    if (count === undefined) return undefined
    share?.take(encoded.sizeBytes + encoded.count * rowOverheadBytes)
    return new CachedRange(encoded, count > encoded.count, count)
  }

  /**
   * To be called in the turn in which the view is made that the question is read from; {@link finish} or
   * {@link abandon} has to follow. Undefined: the answer is not to be kept.
   */
  begin(question: Question, table: BucketTable): Filling | undefined {
    const { range } = question
    const span = { start: range.start, end: range.end ?? aboveAllKeys }
    if (!this.#asked.ask(span.start, span.end) || this.#fillings.size >= maxFillings)
      return undefined
    const filling = new Filling(question, span, edgesOf(range, table))
    this.#fillings.add(filling)
    return filling
  }

  /** The question has been answered from the view. */
  finish(filling: Filling, { keyValues, more, count }: RangeResult): void {
    const { question, span, edges, changedKeys } = filling
    this.#fillings.delete(filling)
    if (question.countOnly || more) this.#edges.note(question.range, edges, count)
    if (question.countOnly || filling.isTooOld || !this.#isWorthKeeping(keyValues)) return
    const last = keyValues.at(-1)
    // Nothing lies between a key and itself followed by a zero.
    const end = more && last !== undefined ? `${last.byteKey}\0` : span.end
    for (const gap of this.#runs.gapsIn({ start: span.start, end })) this.#fill(gap, keyValues)
    for (const key of changedKeys) this.#runs.noteChange(key)
  }

  /** The question was not answered. */
  abandon(filling: Filling): void {
    this.#fillings.delete(filling)
  }

  #isWorthKeeping(keyValues: readonly KeyValue[]): boolean {
    let bytes = 0
    for (const { encoded } of keyValues) {
      if (encoded.length > this.#runBytes) return false
      bytes += encoded.length
    }
    return bytes <= this.#maxAnswerBytes
  }

  /** Makes runs of those of `keyValues` that lie in `gap`. */
  #fill(gap: Span, keyValues: readonly KeyValue[]): void {
    const to = firstNotBelow(keyValues, gap.end)
    let from = firstNotBelow(keyValues, gap.start)
    let { start } = gap
    do {
      let next = from
      for (let bytes = 0; next < to && (bytes === 0 || bytes < this.#runBytes); next++) {
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
      const parts = this.#partsOf(edge, 0)
      if (parts === undefined) return undefined
      for (const { from, to } of parts) count += to - from
    }
    return count
  }

  /** The keys of the range, at most `limit` (0: all); undefined: not all of them are known. */
  #partsOf(range: KeyRange, limit: number): BlockPart[] | undefined {
    const end = range.end ?? aboveAllKeys
    const parts: BlockPart[] = []
    let room = limit === 0 ? Number.POSITIVE_INFINITY : limit
    let lookUps = 0
    let { start } = range
    for (let at = this.#runs.indexOf(start); ; at++) {
      const run = this.#runs.at(at)
      if (run === undefined || run.start > start || run.end <= start) return undefined
      this.#runs.used(run)
      lookUps += run.changedCount
      if (lookUps > maxLookUps || !this.#renew(run)) return undefined
      const { block } = run
      const from = run.start === start ? 0 : block.indexOf(start)
      const to = Math.min(run.end <= end ? block.count : block.indexOf(end), from + room)
      if (to > from) parts.push({ block, from, to })
      room -= to - from
      if (room === 0 || run.end >= end) return parts
      start = run.end
    }
  }

  /** Brings the run up to date. False: it has become too large. */
  #renew(run: Run): boolean {
    if (run.changedCount === 0) return true
    const changes = run.changedKeys().map((key) => ({ key, keyValue: this.#read(key) }))
    const isSmall = changes.every(
      ({ keyValue }) => (keyValue?.encoded.length ?? 0) <= this.#runBytes,
    )
    const block = isSmall ? run.block.changed(changes) : undefined
    if (block === undefined || block.memoryBytes > 2 * this.#runBytes) {
      this.#runs.remove(run)
      return false
    }
    this.#runs.renew(run, block)
    return true
  }
}

/** The index of the first of `keyValues` whose key is not below `key`. */
function firstNotBelow(keyValues: readonly KeyValue[], key: ByteString): number {
  return firstIndex(keyValues.length, (at) => (keyValues[at] as KeyValue).byteKey >= key)
}

import type { ByteShare } from '../../base/byte-budget.js'
import { MetastoreError } from '../../base/errors.js'
import type { Engine, RowChanges, RowRun, Scratch } from '../../engine/index.js'
import type { RangeRequest, TxnRequest, TxnResponse } from '../../wire/index.js'
import type { AnswerFilling, AreaFilling } from '../cache/filling.js'
import type { LargeRange } from '../cache/large-range.js'
import { type Question, questionOf } from '../cache/question.js'
import { RangeCache } from '../cache/range-cache.js'
import type { BucketTable } from '../counts/bucket-table.js'
import type { KeyCounts } from '../counts/key-counts.js'
import { KeyView } from '../rows/key-view.js'
import type { Meta } from '../rows/meta.js'
import { keyValueOf } from '../rows/record.js'
import type { KeyReader } from '../rows/row-reader.js'
import { runSteps, type Steps } from '../steps.js'
import { executeTxn } from '../writes/txn.js'
import { executeRange, type RangeResult } from './range.js'
import { type PieceSize, RangePieces } from './range-pieces.js'
import { currentRecord, readSome } from './reading.js'

export type InSteps = RangeResult | LargeRange

/** Answers reads from the committed state, as it is at the call. */
export class CommittedReader {
  readonly #engine: Engine
  readonly #counts: KeyCounts
  readonly #cache: RangeCache | undefined

  /** `cacheBytes`: memory for ranges that are asked again; 0: none. `scratch`: what leaves that memory goes there. */
  constructor(engine: Engine, counts: KeyCounts, cacheBytes: number, scratch?: Scratch) {
    this.#engine = engine
    this.#counts = counts
    if (cacheBytes === 0) return
    this.#cache = new RangeCache(
      cacheBytes,
      (key) => {
        const record = currentRecord(this.#pointReader, key)
        return record && keyValueOf(record)
      },
      scratch,
    )
  }

  /** To be called when changes become visible, before anything is read. */
  committed(changes: RowChanges, runs?: readonly RowRun[]): void {
    this.#cache?.committed(changes, runs)
  }

  /** See {@link KeyValueState.range}. */
  range(
    request: RangeRequest,
    meta: Meta,
    share: ByteShare | undefined,
  ): RangeResult | Promise<RangeResult> {
    return this.#range(request, meta, share, (cache, question, table) =>
      cache.answer(question, table, share),
    )
  }

  /** See {@link KeyValueState.rangeInSteps}. */
  rangeInSteps(
    request: RangeRequest,
    meta: Meta,
    share: ByteShare,
  ): InSteps | Promise<RangeResult> {
    return this.#range(request, meta, share, (cache, question, table) =>
      cache.find(question, table, share, meta.revision),
    )
  }

  /** See {@link KeyValueState.knownInSteps}. */
  knownInSteps(request: RangeRequest, meta: Meta, share: ByteShare): InSteps | undefined {
    const question = questionOf(request, meta.revision)
    return question && this.#cache?.find(question, this.#counts.committed, share, meta.revision)
  }

  #range<Known>(
    request: RangeRequest,
    meta: Meta,
    share: ByteShare | undefined,
    ask: (cache: RangeCache, question: Question, table: BucketTable) => Known | undefined,
  ): Known | RangeResult | Promise<RangeResult> {
    if (request.rangeEnd.length === 0 && request.revision <= 0) {
      return runSteps(executeRange(this.#pointReader, meta, request))
    }
    const cache = this.#cache
    const question = cache && questionOf(request, meta.revision)
    if (cache === undefined || question === undefined) {
      return this.#read((reader) => executeRange(reader, meta, request), share)
    }
    const table = this.#counts.committed
    const known = ask(cache, question, table)
    if (known !== undefined) return known
    const { answer, area } = cache.begin(question, table)
    try {
      return this.#read((reader) => {
        const steps = executeRange(reader, meta, request)
        return answer === undefined ? steps : filled(cache, answer, steps)
      }, share)
    } finally {
      if (area !== undefined) void this.#readArea(cache, area)
    }
  }

  /** Nobody waits for it. */
  async #readArea(cache: RangeCache, filling: AreaFilling): Promise<void> {
    try {
      const { keyValues, isWhole } = await this.#read(
        (reader) => readSome(reader, filling.span, filling.area.maxBytes),
        undefined,
      )
      cache.finishArea(filling, keyValues, isWhole)
    } catch {
      // Whoever asks for these keys hears why they cannot be read.
      cache.abandon(filling)
    }
  }

  /** See {@link KeyValueState.rangePieces}. */
  rangePieces(request: RangeRequest, meta: Meta, size: PieceSize): RangePieces {
    return new RangePieces(this.#view(), meta, request, size)
  }

  /** See {@link KeyValueState.readTxn}. */
  txn(
    request: TxnRequest,
    readable: Meta,
    share: ByteShare | undefined,
  ): TxnResponse | Promise<TxnResponse> {
    return this.#read(
      (reader) => executeTxn({ reader, readable, write: undefined }, request),
      share,
    )
  }

  /** Points need no view: one look-up is consistent in itself. */
  readonly #pointReader: KeyReader = {
    get: (key: string): Buffer | undefined => this.#engine.get(key),
    scan: pointReadScans,
    counts: { cover: pointReadScans },
  }

  #view(share?: ByteShare): KeyView {
    return new KeyView(this.#engine.view(), this.#counts.committed, share)
  }

  #read<Result>(
    execute: (reader: KeyReader) => Steps<Result>,
    share: ByteShare | undefined,
  ): Result | Promise<Result> {
    const view = this.#view(share)
    return runSteps(closing(view, execute(view)))
  }
}

/** Keeps the answer, too. */
function* filled(
  cache: RangeCache,
  filling: AnswerFilling,
  steps: Steps<RangeResult>,
): Steps<RangeResult> {
  let result: RangeResult | undefined
  try {
    result = yield* steps
    return result
  } finally {
    if (result === undefined) cache.abandon(filling)
    else cache.finish(filling, result)
  }
}

function pointReadScans(): never {
  throw new MetastoreError('invariant-violated', 'a point read scans')
}

function* closing<Result>(view: { close(): void }, steps: Steps<Result>): Steps<Result> {
  try {
    return yield* steps
  } finally {
    view.close()
  }
}

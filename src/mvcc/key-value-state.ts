import type { ByteShare } from '../base/byte-budget.js'
import type { CancelSignal } from '../base/cancel-signal.js'
import { invariant, MetastoreError } from '../base/errors.js'
import type { Engine, Scratch } from '../engine/index.js'
import type { Command, RangeRequest, TxnRequest, TxnResponse } from '../wire/index.js'
import type { BucketTarget } from './counts/bucket-keeper.js'
import type { BucketSplit } from './counts/bucket-split.js'
import type { Bucket } from './counts/bucket-table.js'
import type { KeyCounts } from './counts/key-counts.js'
import { openCounts } from './counts/open-counts.js'
import { KeyFacts } from './facts/key-facts.js'
import type { Pause } from './hash/key-value-hash.js'
import { hashAt, hashOfAll, type StateHash } from './hash/state-hash.js'
import { decodeLease, LeaseTable } from './lease-table.js'
import { readAttachedKeys } from './reads/attached-keys.js'
import { CommittedReader, type InSteps } from './reads/committed-reader.js'
import type { History, HistoryChunk, HistoryReadOptions } from './reads/history.js'
import { readHistory } from './reads/history-reader.js'
import type { RangeResult } from './reads/range.js'
import type { PieceSize, RangePieces } from './reads/range-pieces.js'
import { decodeMeta, encodeMeta, type Meta } from './rows/meta.js'
import { eachRow } from './rows/row-reader.js'
import { leasePrefix, metaRow, readLeaseRow, rowsWithPrefix } from './rows/rows.js'
import { runSteps, type Steps } from './steps.js'
import { type ApplyOutcome, Outcome } from './writes/apply-outcome.js'
import {
  applyAtOnce,
  applyCommand,
  type CommandContext,
  type CommandResult,
  mayWait,
} from './writes/commands.js'
import { type CommitListener, Stage } from './writes/stage.js'
import { WriteTransaction } from './writes/write-transaction.js'

export interface KeyValueStateOptions {
  /** Lets other work go on amid an entry that changes many keys. */
  readonly pause?: Pause | undefined
  /** Memory for ranges that are asked again; 0: none. Default: 32 MiB. */
  readonly rangeCacheBytes?: number | undefined
  /** Where ranges stay that leave that memory. One state at a time uses it. */
  readonly scratch?: Scratch | undefined
  /** Memory for what puts have to know of keys; 0: none. Default: 64 MiB. */
  readonly keyFactsBytes?: number | undefined
}

const defaultRangeCacheBytes = 32 * 1024 * 1024
const defaultKeyFactsBytes = 64 * 1024 * 1024

/** Errors that a request earns; any other one means that the state cannot be trusted. */
const legalErrors = new Set<string>([
  'lease-exists',
  'lease-not-found',
  'key-not-found',
  'compacted',
  'future-revision',
  'unimplemented',
])

/**
 * The replicated state: a function of the log, over an engine. `apply` stages what an entry changes;
 * `commit` makes all that is staged visible at once. Readers see committed state only.
 */
export class KeyValueState implements History, BucketTarget {
  readonly leases = new LeaseTable()
  readonly #engine: Engine
  readonly #counts: KeyCounts
  readonly #reader: CommittedReader
  /** Undefined: asking the engine costs no more. */
  readonly facts: KeyFacts | undefined
  readonly #stage: Stage
  readonly #pause: Pause | undefined
  #staged: Meta
  #committed: Meta

  private constructor(
    engine: Engine,
    counts: KeyCounts,
    meta: Meta,
    options: KeyValueStateOptions,
  ) {
    const { rangeCacheBytes = defaultRangeCacheBytes, scratch } = options
    const { keyFactsBytes = defaultKeyFactsBytes } = options
    this.#engine = engine
    this.#counts = counts
    this.#pause = options.pause
    const reader = new CommittedReader(engine, counts, rangeCacheBytes, scratch)
    this.#reader = reader
    const remembers = engine.kind === 'level' && keyFactsBytes > 0
    this.facts = remembers ? new KeyFacts(keyFactsBytes) : undefined
    const onCommit: CommitListener = (changes, runs) => reader.committed(changes, runs)
    this.#stage = new Stage(engine, counts, onCommit, this.facts)
    this.#staged = meta
    this.#committed = meta
  }

  /**
   * Reads what the engine holds: nothing but the meta row, the counts of keys and the leases.
   * `rows`: those that are going to take the place of the engine's before anything is asked of the state.
   */
  static async open(
    engine: Engine,
    options: KeyValueStateOptions = {},
    rows: Pick<Engine, 'get' | 'view'> = engine,
  ): Promise<KeyValueState> {
    const counts = await openCounts(engine, rows)
    const state = new KeyValueState(engine, counts, decodeMeta(rows.get(metaRow)), options)
    const view = rows.view()
    try {
      await runSteps(
        eachRow(view, rowsWithPrefix(leasePrefix), (row) => {
          state.leases.add(decodeLease(readLeaseRow(row.key), row.value))
          return true
        }),
      )
    } finally {
      view.close()
    }
    return state
  }

  get revision(): number {
    return this.#committed.revision
  }

  get compactedRevision(): number {
    return this.#committed.compactedRevision
  }

  get sweptRevision(): number {
    return this.#committed.sweptRevision
  }

  get appliedIndex(): number {
    return this.#committed.appliedIndex
  }

  /**
   * Stages one entry; undefined is an entry without a command. One call at a time, in log order.
   * @throws MetastoreError when stored data is damaged or an invariant broken: stop then
   */
  apply(
    index: number,
    term: number,
    command: Command | undefined,
  ): ApplyOutcome | undefined | Promise<ApplyOutcome> {
    const { appliedIndex } = this.#staged
    invariant(index === appliedIndex + 1, `entry ${index} follows entry ${appliedIndex}`)
    if (command === undefined) {
      this.#staged = { ...this.#staged, appliedIndex: index, appliedTerm: term }
      return undefined
    }
    return mayWait(command)
      ? runSteps(this.#applyCommand(index, term, command))
      : this.#applyAtOnce(index, term, command)
  }

  /** Makes all that is staged visible, as one. */
  commit(): void {
    if (this.#staged.appliedIndex === this.#committed.appliedIndex) return
    this.#stage.set(metaRow, encodeMeta(this.#staged))
    this.#stage.commit(this.#staged.appliedIndex)
    this.#committed = this.#staged
  }

  /**
   * Answers from the state as it is at the call. What it collects of several keys draws on `share`.
   * @throws MetastoreError `future-revision`, `compacted`, and as {@link ByteShare.take}
   */
  range(request: RangeRequest, share?: ByteShare): RangeResult | Promise<RangeResult> {
    return this.#reader.range(request, this.#committed, share)
  }

  /** As {@link range}, but a long answer may come without its bytes, which are then read step by step. */
  rangeInSteps(request: RangeRequest, share: ByteShare): InSteps | Promise<RangeResult> {
    return this.#reader.rangeInSteps(request, this.#committed, share)
  }

  /** The same of what is known without reading from the disk; undefined: that is not all. */
  knownInSteps(request: RangeRequest, share: ByteShare): InSteps | undefined {
    return this.#reader.knownInSteps(request, this.#committed, share)
  }

  /** The state as it is at the call, piece by piece. @throws as {@link RangePieces}; close it */
  rangePieces(request: RangeRequest, size: PieceSize): RangePieces {
    return this.#reader.rangePieces(request, this.#committed, size)
  }

  /** A transaction of ranges alone. What it collects of several keys draws on `share`. */
  readTxn(request: TxnRequest, share?: ByteShare): TxnResponse | Promise<TxnResponse> {
    return this.#reader.txn(request, this.#committed, share)
  }

  /** The keys attached to a lease, in order. @throws MetastoreError `request-canceled` */
  async attachedKeys(lease: bigint, signal?: CancelSignal): Promise<Buffer[]> {
    return this.leases.mayHaveKeys(lease) ? readAttachedKeys(this.#engine, lease, signal) : []
  }

  read(
    fromRevision: number,
    toRevision: number,
    options: HistoryReadOptions,
  ): Promise<HistoryChunk> {
    return readHistory(this.#engine, this.#committed, fromRevision, toRevision, options)
  }

  /**
   * etcd's hash of all pairs at a revision; 0: the current one. Of the state as it is at the call.
   * @throws MetastoreError `future-revision`, `compacted`, and whatever `pause` rejects with
   */
  hashKeyValues(revision: number, pause: Pause): Promise<StateHash> {
    return hashAt(this.#engine, this.#committed, revision, pause)
  }

  /** A hash of everything replicated, leases too, as it is at the call. */
  hashAll(pause: Pause): Promise<StateHash> {
    return hashOfAll(this.#engine, this.#committed, pause)
  }

  /** The sweeper has removed what is unreadable up to `revision`. */
  markSwept(revision: number): void {
    this.#staged = { ...this.#staged, sweptRevision: revision }
    this.#committed = { ...this.#committed, sweptRevision: revision }
    const { appliedIndex } = this.#committed
    this.#engine.commit(new Map([[metaRow, encodeMeta(this.#committed)]]), appliedIndex)
  }

  /** `listener` hears that {@link beginSplit} has something to do. One listener. */
  onOverfull(listener: () => void): void {
    this.#counts.onOverfull(listener)
  }

  /** See {@link KeyCounts.beginSplit}. */
  beginSplit(): BucketSplit | undefined {
    return this.#counts.beginSplit()
  }

  /** See {@link KeyCounts.endSplit}. */
  endSplit(split: BucketSplit, pieces: readonly Bucket[]): void {
    if (!this.#counts.endSplit(split, pieces)) return
    const changes = new Map<string, Buffer | undefined>()
    this.#counts.addRows(changes)
    this.#engine.commit(changes, this.#committed.appliedIndex)
    this.#counts.published()
  }

  /** As {@link #applyCommand}, without generators. */
  #applyAtOnce(index: number, term: number, command: Command): ApplyOutcome {
    const context = this.#newContext()
    try {
      return this.#applied(index, term, context, applyAtOnce(context, command))
    } catch (error) {
      return this.#refused(index, term, error)
    }
  }

  *#applyCommand(index: number, term: number, command: Command): Steps<ApplyOutcome> {
    const context = this.#newContext()
    // Only a transaction can fail after it has written: by a put that needs what it just deleted.
    if (command.txn !== undefined) this.#stage.savepoint()
    try {
      return this.#applied(index, term, context, yield* applyCommand(context, command))
    } catch (error) {
      return this.#refused(index, term, error)
    }
  }

  #newContext(): CommandContext {
    const readable = this.#staged
    const write = new WriteTransaction(this.#stage, this.leases, readable.revision, this.#pause)
    return { stage: this.#stage, leases: this.leases, write, readable }
  }

  #applied(
    index: number,
    term: number,
    { write, readable }: CommandContext,
    { response, compactedRevision = readable.compactedRevision }: CommandResult,
  ): ApplyOutcome {
    this.#stage.release()
    const { revision } = write
    this.#staged = {
      appliedIndex: index,
      appliedTerm: term,
      revision,
      compactedRevision,
      sweptRevision: this.#staged.sweptRevision,
    }
    return new Outcome(response, revision, write.log)
  }

  /** @throws what does not belong to the answers a command may have */
  #refused(index: number, term: number, error: unknown): ApplyOutcome {
    if (!(error instanceof MetastoreError) || !legalErrors.has(error.code)) throw error
    this.#stage.rollBack()
    this.#staged = { ...this.#staged, appliedIndex: index, appliedTerm: term }
    return new Outcome(error, this.#staged.revision, undefined)
  }
}

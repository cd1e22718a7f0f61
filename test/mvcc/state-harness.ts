import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MetastoreError } from '../../src/base/errors.js'
import { type Engine, LevelEngine, MemoryEngine } from '../../src/engine/index.js'
import { hashKeyValues } from '../../src/mvcc/hash/key-value-hash.js'
import {
  type ApplyOutcome,
  encodeRows,
  FactLoader,
  KeyValueState,
  restoreRows,
  Sweeper,
} from '../../src/mvcc/index.js'
import {
  Command,
  CompactionRequest,
  DeleteRangeRequest,
  EventType,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  SortOrder,
  TxnRequest,
} from '../../src/wire/index.js'
import type { ModelValue } from '../sim/check/model-values.js'

export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

type TxnStep =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string; readonly rangeEnd: string }
  | { readonly kind: 'last'; readonly key: string; readonly rangeEnd: string }

function txnOperation(step: TxnStep): RequestOp {
  const key = bytes(step.key)
  if (step.kind === 'put') {
    return RequestOp.create({ requestPut: PutRequest.create({ key, value: bytes(step.value) }) })
  }
  const range = { key, rangeEnd: bytes(step.rangeEnd) }
  if (step.kind === 'delete') {
    return RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create(range) })
  }
  const last = { ...range, limit: 1, sortOrder: SortOrder.DESCEND }
  return RequestOp.create({ requestRange: RangeRequest.create(last) })
}

/** Commands as the log holds them. */
export const operation = {
  put: (key: string, value: string, lease: bigint): Command =>
    Command.create({ put: PutRequest.create({ key: bytes(key), value: bytes(value), lease }) }),
  deleteRange: (key: string, rangeEnd: string): Command =>
    Command.create({
      deleteRange: DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd) }),
    }),
  /** `last` asks for the last key of a range, and how many there are. */
  txn: (steps: readonly TxnStep[]): Command =>
    Command.create({ txn: TxnRequest.create({ success: steps.map(txnOperation) }) }),
  deleteThenKeepValue: (key: string): Command =>
    Command.create({
      txn: TxnRequest.create({
        success: [
          RequestOp.create({
            requestDeleteRange: DeleteRangeRequest.create({
              key: bytes(key),
              rangeEnd: bytes('\0'),
            }),
          }),
          RequestOp.create({
            requestPut: PutRequest.create({ key: bytes(key), ignoreValue: true }),
          }),
        ],
      }),
    }),
  compact: (revision: number): Command =>
    Command.create({ compaction: CompactionRequest.create({ revision }) }),
  grant: (id: bigint): Command =>
    Command.create({ leaseGrant: LeaseGrantRequest.create({ id, ttl: 60 }) }),
  revoke: (id: bigint): Command =>
    Command.create({ leaseRevoke: LeaseRevokeRequest.create({ id }) }),
}

export interface PastEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly value: string
  readonly previous: string | undefined
  readonly revision: number
}

/** A key-value state over a fresh engine, driven as the log drives it. */
export class StateHarness {
  #engine: Engine
  #state: KeyValueState
  readonly #folder: string | undefined
  #index = 0

  private constructor(engine: Engine, state: KeyValueState, folder: string | undefined) {
    this.#engine = engine
    this.#state = state
    this.#folder = folder
  }

  static async open(kind: 'memory' | 'level'): Promise<StateHarness> {
    if (kind === 'memory') {
      const engine = new MemoryEngine()
      return new StateHarness(engine, await KeyValueState.open(engine), undefined)
    }
    const folder = await mkdtemp(join(tmpdir(), 'metastore-mvcc-'))
    const engine = await LevelEngine.open({ folder: folder })
    return new StateHarness(engine, await KeyValueState.open(engine), folder)
  }

  get state(): KeyValueState {
    return this.#state
  }

  async apply(command: Command): Promise<ApplyOutcome | undefined> {
    this.#index++
    const outcome = await this.#state.apply(this.#index, 1, Command.decode(Command.encode(command)))
    this.#state.commit()
    return outcome
  }

  async range(request: {
    key: string
    rangeEnd?: string
    revision?: number
    limit?: number
    countOnly?: boolean
    sortOrder?: number
  }): Promise<{ values: ModelValue[]; count: number; more: boolean }> {
    const result = await this.#state.range(
      RangeRequest.create({
        key: bytes(request.key),
        rangeEnd: bytes(request.rangeEnd ?? ''),
        revision: request.revision ?? 0,
        limit: request.limit ?? 0,
        countOnly: request.countOnly ?? false,
        sortOrder: request.sortOrder ?? SortOrder.NONE,
      }),
    )
    const values = result.keyValues.map((each) => ({
      key: each.key.toString('latin1'),
      value: each.value.toString('latin1'),
      createRevision: each.createRevision,
      modRevision: each.modRevision,
      version: each.version,
      lease: each.lease,
    }))
    return { values, count: result.count, more: result.more }
  }

  async errorOf(request: RangeRequest): Promise<string | undefined> {
    try {
      await this.#state.range(request)
      return undefined
    } catch (error) {
      return error instanceof MetastoreError ? error.code : String(error)
    }
  }

  /** All events of the revisions, read in small pieces. */
  async history(from: number, to: number): Promise<PastEvent[]> {
    const events: PastEvent[] = []
    let next = from
    while (next <= to) {
      const options = { withPrevious: true, maxRows: 2, maxBytes: 1000 }
      const chunk = await this.#state.read(next, to, options)
      for (const { revision, events: found } of chunk.batches) {
        for (const { type, kv, prevKv } of found) {
          check(kv.modRevision === revision, 'an event is of another revision')
          events.push({
            type: type === EventType.PUT ? 'put' : 'delete',
            key: kv.key.toString('latin1'),
            value: kv.value.toString('latin1'),
            previous: prevKv?.value.toString('latin1'),
            revision,
          })
        }
      }
      check(chunk.nextRevision > next, 'reading history stands still')
      next = chunk.nextRevision
    }
    return events
  }

  /** Names of the rows of revisions and history that are left of a key. */
  async rowsNaming(key: string): Promise<string[]> {
    const view = this.#engine.view()
    const scan = view.scan({ gte: '', lt: undefined })
    try {
      const names: string[] = []
      for (;;) {
        const rows = await scan.next(1000)
        if (rows.length === 0) return names
        const naming = rows.filter(
          (row) => row.key !== 'm' && (row.key + row.value.toString('latin1')).includes(key),
        )
        names.push(...naming.map((row) => row.key))
      }
    } finally {
      scan.close()
      view.close()
    }
  }

  /** The hash of all pairs at a revision. `remembered`: replaced rows it may keep in mind. */
  async hash(revision: number, remembered: number): Promise<number> {
    const view = this.#engine.view()
    try {
      const { compactedRevision, sweptRevision } = this.#state
      const scope = { revision, compactedRevision, sweptRevision }
      return await hashKeyValues(view, scope, () => Promise.resolve(), remembered)
    } finally {
      view.close()
    }
  }

  /** `between` runs whenever the sweeper lets other work go on. */
  async sweep(between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const sweeper = new Sweeper(this.#engine, this.#state, between)
    await sweeper.sweep()
    await sweeper.close()
  }

  /** Has puts find what they have to know of keys in memory. */
  async loadFacts(): Promise<void> {
    const { facts } = this.#state
    const loader = new FactLoader(this.#engine, () => facts)
    while (facts?.isSettled === false) await loader.load()
    await loader.close()
  }

  /** What a restart does: LevelDB's rows are there, a memory engine is filled from a snapshot. */
  async reopen(): Promise<void> {
    if (this.#folder !== undefined) {
      await this.#engine.close()
      this.#engine = await LevelEngine.open({ folder: this.#folder })
    } else {
      const next = new MemoryEngine()
      const view = this.#engine.view()
      const replacement = await next.replacement()
      await restoreRows(replacement, { index: this.#index, chunks: encodeRows(view) })
      await next.replaceBy(replacement)
      view.close()
      await this.#engine.close()
      this.#engine = next
    }
    this.#state = await KeyValueState.open(this.#engine)
  }

  async close(): Promise<void> {
    await this.#engine.close()
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true })
  }
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}

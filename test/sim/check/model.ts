import {
  type Command,
  type Compare,
  CompareResult,
  CompareTarget,
  type DeleteRangeRequest,
  type PutRequest,
  type RequestOp,
  type TxnRequest,
} from '../../../src/wire/index.js'
import { describeDeleted, describePut, describeRange, describeTxn } from './describe.js'
import { containsOf, type ModelEvent, type ModelValue, type RangeAsked } from './model-values.js'

/** All that a store holds, as one would write it on a napkin. Never changed once made. */
export interface ModelState {
  readonly revision: number
  readonly compacted: number
  readonly values: ReadonlyMap<string, ModelValue>
  /** Seconds to live, as granted. */
  readonly leases: ReadonlyMap<bigint, number>
}

export const emptyState: ModelState = {
  revision: 1,
  compacted: -1,
  values: new Map(),
  leases: new Map(),
}

/** What a command answers, as text, and what it did. */
export interface ModelResult {
  readonly state: ModelState
  /** A description of the response, or the code of the error. */
  readonly answer: string
  readonly events: readonly ModelEvent[]
}

/** Carries out a command of the log. */
export function execute(state: ModelState, command: Command): ModelResult {
  const work = new Work(state)
  if (command.put !== undefined) {
    if (!work.mayPut(command.put)) return refused(state, 'lease-not-found')
    const previous = work.put(command.put)
    return work.end(describePut(work.revision, command.put.prevKv ? previous : undefined))
  }
  if (command.deleteRange !== undefined) {
    const { prevKv } = command.deleteRange
    const deleted = work.deleteRange(command.deleteRange)
    return work.end(describeDeleted(work.revision, deleted.length, prevKv ? deleted : []))
  }
  if (command.txn !== undefined) return work.txn(command.txn)
  if (command.leaseGrant !== undefined) {
    const { id, ttl } = command.leaseGrant
    if (state.leases.has(id)) return refused(state, 'lease-exists')
    const leases = new Map(state.leases).set(id, ttl)
    return { state: { ...state, leases }, answer: `granted ${id} for ${ttl}`, events: [] }
  }
  if (command.leaseRevoke !== undefined) return work.revoke(command.leaseRevoke.id)
  if (command.compaction !== undefined) {
    const { revision } = command.compaction
    if (revision <= state.compacted) return refused(state, 'compacted')
    if (revision > state.revision) return refused(state, 'future-revision')
    return { state: { ...state, compacted: revision }, answer: 'compacted', events: [] }
  }
  return { state, answer: 'nothing visible', events: [] }
}

function refused(state: ModelState, code: string): ModelResult {
  return { state, answer: code, events: [] }
}

/** The values of a range in key order. */
export function valuesIn(values: ReadonlyMap<string, ModelValue>, asked: RangeAsked): ModelValue[] {
  const contains = containsOf(asked)
  return [...values.values()]
    .filter(({ key }) => contains(key))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
}

/** One command under way: at most one new revision. */
class Work {
  private readonly values: Map<string, ModelValue>
  private readonly events: ModelEvent[] = []
  private leases: ReadonlyMap<bigint, number>

  constructor(private readonly before: ModelState) {
    this.values = new Map(before.values)
    this.leases = before.leases
  }

  get revision(): number {
    return this.before.revision + (this.events.length > 0 ? 1 : 0)
  }

  end(answer: string): ModelResult {
    const { before, values, leases, events, revision } = this
    return { state: { ...before, values, leases, revision }, answer, events }
  }

  mayPut({ lease }: PutRequest): boolean {
    return lease === 0n || this.leases.has(lease)
  }

  put(request: PutRequest): ModelValue | undefined {
    const key = request.key.toString('latin1')
    const old = this.values.get(key)
    const modRevision = this.before.revision + 1
    const fresh: ModelValue = {
      key,
      value: request.value.toString('latin1'),
      createRevision: old?.createRevision ?? modRevision,
      modRevision,
      version: (old?.version ?? 0) + 1,
      lease: request.lease,
    }
    this.values.set(key, fresh)
    this.events.push({ type: 'put', value: fresh, previous: this.previousOf(key, old) })
    return old
  }

  deleteRange({ key, rangeEnd }: DeleteRangeRequest): ModelValue[] {
    const asked = { key: key.toString('latin1'), rangeEnd: rangeEnd.toString('latin1') }
    const doomed = valuesIn(this.values, asked)
    for (const value of doomed) this.remove(value)
    return doomed
  }

  revoke(id: bigint): ModelResult {
    if (!this.leases.has(id)) return refused(this.before, 'lease-not-found')
    const attached = [...this.values.values()].filter(({ lease }) => lease === id)
    attached.sort((left, right) => (left.key < right.key ? -1 : 1))
    for (const value of attached) this.remove(value)
    const leases = new Map(this.leases)
    leases.delete(id)
    this.leases = leases
    return this.end('revoked')
  }

  txn({ compare, success, failure }: TxnRequest): ModelResult {
    const succeeded = compare.every((each) => holds(this.values, each))
    const operations = succeeded ? success : failure
    for (const { requestPut } of operations) {
      if (requestPut !== undefined && !this.mayPut(requestPut)) {
        return refused(this.before, 'lease-not-found')
      }
    }
    const answers = operations.map((operation) => this.operate(operation))
    return this.end(describeTxn(this.revision, succeeded, answers))
  }

  private operate(operation: RequestOp): string {
    const { requestPut, requestDeleteRange, requestRange } = operation
    if (requestPut !== undefined) {
      const previous = this.put(requestPut)
      return describePut(undefined, requestPut.prevKv ? previous : undefined)
    }
    if (requestDeleteRange !== undefined) {
      const deleted = this.deleteRange(requestDeleteRange)
      return describeDeleted(undefined, deleted.length, requestDeleteRange.prevKv ? deleted : [])
    }
    if (requestRange === undefined) throw new Error('no client here nests transactions')
    const asked = {
      key: requestRange.key.toString('latin1'),
      rangeEnd: requestRange.rangeEnd.toString('latin1'),
    }
    return describeRange(undefined, valuesIn(this.values, asked))
  }

  private remove(value: ModelValue): void {
    this.values.delete(value.key)
    const gone = { ...value, value: '', createRevision: 0, version: 0, lease: 0n }
    this.events.push({
      type: 'delete',
      value: { ...gone, modRevision: this.before.revision + 1 },
      previous: this.previousOf(value.key, value),
    })
  }

  /** What the key held before the whole command; nothing if the command made the key. */
  private previousOf(key: string, old: ModelValue | undefined): ModelValue | undefined {
    return old === undefined ? undefined : this.before.values.get(key)
  }
}

function holds(values: ReadonlyMap<string, ModelValue>, compare: Compare): boolean {
  const found = values.get(compare.key.toString('latin1'))
  const order = orderOf(found, compare)
  if (order === undefined) return false
  if (compare.result === CompareResult.EQUAL) return order === 0
  if (compare.result === CompareResult.GREATER) return order > 0
  if (compare.result === CompareResult.LESS) return order < 0
  return order !== 0
}

/** Undefined: a missing key has no value to compare. */
function orderOf(found: ModelValue | undefined, compare: Compare): number | undefined {
  if (compare.target === CompareTarget.VERSION) {
    return (found?.version ?? 0) - (compare.version ?? 0)
  }
  if (compare.target === CompareTarget.CREATE) {
    return (found?.createRevision ?? 0) - (compare.createRevision ?? 0)
  }
  if (compare.target === CompareTarget.MOD) {
    return (found?.modRevision ?? 0) - (compare.modRevision ?? 0)
  }
  if (compare.target !== CompareTarget.VALUE) throw new Error('no client here compares leases')
  if (found === undefined) return undefined
  const wanted = compare.value?.toString('latin1') ?? ''
  return found.value === wanted ? 0 : found.value < wanted ? -1 : 1
}

import { CompareResult, CompareTarget } from '../../src/wire/index.js'
import { containsOf, Draft, type Model, type ModelValue } from './model.js'
import { type ModelRange, rangeIn } from './model-range.js'

export interface ModelCompare {
  readonly key: string
  readonly rangeEnd: string
  readonly target: number
  readonly result: number
  /** Which member of the oneof is given; it need not fit the target. */
  readonly given: 'version' | 'createRevision' | 'modRevision' | 'value' | 'lease'
  readonly number: number
  readonly text: string
}

export interface ModelPut {
  readonly kind: 'put'
  readonly key: string
  readonly value: string
  readonly lease: number
  readonly prevKv: boolean
  readonly ignoreValue: boolean
  readonly ignoreLease: boolean
}

export type ModelOperation =
  | ModelPut
  | {
      readonly kind: 'delete'
      readonly key: string
      readonly rangeEnd: string
      readonly prevKv: boolean
    }
  | { readonly kind: 'range'; readonly range: ModelRange }
  | { readonly kind: 'txn'; readonly txn: ModelTxn }

export interface ModelTxn {
  readonly compare: readonly ModelCompare[]
  readonly success: readonly ModelOperation[]
  readonly failure: readonly ModelOperation[]
}

/** What one operation answers, with the revision of its header. */
export type ModelAnswer =
  | { readonly put: ModelValue | undefined; readonly revision: number }
  | { readonly deleted: number; readonly before: readonly ModelValue[]; readonly revision: number }
  | { readonly range: ReturnType<typeof rangeIn>; readonly revision: number }
  | { readonly succeeded: boolean; readonly answers: readonly ModelAnswer[] }

interface Taken {
  readonly succeeded: boolean
  readonly operations: readonly (Exclude<ModelOperation, { kind: 'txn' }> | Taken)[]
}

class Refused extends Error {}

/** Decides all compares, checks all that is taken, runs it; a code is a refusal without a trace. */
export function transact(model: Model, txn: ModelTxn): ModelAnswer | string {
  const before = model.current()
  const taken = take(before, txn)
  const draft = new Draft(before, model.revision + 1)
  try {
    check(model, before, taken)
    const answer = run(model, draft, taken)
    if (draft.events.length > 0) {
      model.states.push(draft.values)
      model.events.set(model.revision, draft.events)
    }
    return answer
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}

function take(values: ReadonlyMap<string, ModelValue>, txn: ModelTxn): Taken {
  const succeeded = txn.compare.every((compare) => holds(values, compare))
  const operations = (succeeded ? txn.success : txn.failure).map((operation) =>
    operation.kind === 'txn' ? take(values, operation.txn) : operation,
  )
  return { succeeded, operations }
}

function holds(values: ReadonlyMap<string, ModelValue>, compare: ModelCompare): boolean {
  const contains = containsOf(compare.key, compare.rangeEnd)
  const found = [...values.values()].filter(({ key }) => contains(key))
  if (found.length > 0) return found.every((each) => holdsFor(each, compare))
  return compare.target !== CompareTarget.VALUE && holdsFor(undefined, compare)
}

function holdsFor(each: ModelValue | undefined, compare: ModelCompare): boolean {
  const { target, result, given } = compare
  const number = (name: ModelCompare['given']) => (given === name ? compare.number : 0)
  const order = (left: string | number, right: string | number) =>
    left < right ? -1 : left > right ? 1 : 0
  const sign =
    new Map<number, number>([
      [CompareTarget.VERSION, order(each?.version ?? 0, number('version'))],
      [CompareTarget.CREATE, order(each?.createRevision ?? 0, number('createRevision'))],
      [CompareTarget.MOD, order(each?.modRevision ?? 0, number('modRevision'))],
      [CompareTarget.LEASE, order(Number(each?.lease ?? 0n), number('lease'))],
      [CompareTarget.VALUE, order(each?.value ?? '', given === 'value' ? compare.text : '')],
    ]).get(target) ?? 0
  if (result === CompareResult.EQUAL) return sign === 0
  if (result === CompareResult.NOT_EQUAL) return sign !== 0
  if (result === CompareResult.GREATER) return sign > 0
  return result === CompareResult.LESS ? sign < 0 : true
}

function check(model: Model, before: ReadonlyMap<string, ModelValue>, taken: Taken): void {
  for (const operation of taken.operations) {
    if ('operations' in operation) check(model, before, operation)
    else if (operation.kind === 'put') checkPut(model, before, operation)
    else if (operation.kind === 'range') {
      const { revision } = operation.range
      if (revision > model.revision) throw new Refused('future-revision')
      if (revision !== 0 && revision < model.compacted) throw new Refused('compacted')
    }
  }
}

function checkPut(model: Model, values: ReadonlyMap<string, ModelValue>, put: ModelPut): void {
  if (put.lease !== 0 && !model.leases.has(BigInt(put.lease))) throw new Refused('lease-not-found')
  if ((put.ignoreValue || put.ignoreLease) && !values.has(put.key)) {
    throw new Refused('key-not-found')
  }
}

function run(model: Model, draft: Draft, taken: Taken): ModelAnswer {
  const answers = taken.operations.map((operation): ModelAnswer => {
    if ('operations' in operation) return run(model, draft, operation)
    const revision = () => model.revision + (draft.events.length > 0 ? 1 : 0)
    if (operation.kind === 'put') {
      const old = draft.values.get(operation.key)
      checkPut(model, draft.values, operation)
      const value = operation.ignoreValue ? (old?.value ?? '') : operation.value
      const lease = operation.ignoreLease ? (old?.lease ?? 0n) : BigInt(operation.lease)
      draft.put(operation.key, value, lease)
      return { put: operation.prevKv ? old : undefined, revision: revision() }
    }
    if (operation.kind === 'delete') {
      const contains = containsOf(operation.key, operation.rangeEnd)
      const doomed = [...draft.values.values()]
        .filter(({ key }) => contains(key))
        .sort((left, right) => (left.key < right.key ? -1 : 1))
      draft.deleteRange(contains)
      const before = operation.prevKv ? doomed : []
      return { deleted: doomed.length, before, revision: revision() }
    }
    const { range } = operation
    const past = range.revision > 0 && range.revision < revision()
    const values = past ? model.at(range.revision) : draft.values
    return { range: rangeIn(values.values(), range), revision: revision() }
  })
  return { succeeded: taken.succeeded, answers }
}

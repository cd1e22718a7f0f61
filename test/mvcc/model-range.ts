import { SortOrder, SortTarget } from '../../src/wire/index.js'
import { containsOf, type Model, type ModelValue } from './model.js'

/** A range request as text and numbers. */
export interface ModelRange {
  readonly key: string
  readonly rangeEnd: string
  readonly limit: number
  readonly revision: number
  readonly sortOrder: number
  readonly sortTarget: number
  readonly keysOnly: boolean
  readonly countOnly: boolean
  readonly minModRevision: number
  readonly maxModRevision: number
  readonly minCreateRevision: number
  readonly maxCreateRevision: number
}

export interface ModelRangeResult {
  readonly values: readonly ModelValue[]
  readonly count: number
  readonly more: boolean
}

/** What etcd answers: revision filters, then sort, then limit; the count is of the whole range. */
export function rangeOf(
  model: Model,
  request: ModelRange,
): ModelRangeResult | 'compacted' | 'future-revision' {
  if (request.revision > model.revision) return 'future-revision'
  const revision = request.revision <= 0 ? model.revision : request.revision
  if (revision < model.compacted) return 'compacted'
  return rangeIn(model.at(revision).values(), request)
}

/** The same of values at hand. */
export function rangeIn(values: Iterable<ModelValue>, request: ModelRange): ModelRangeResult {
  const contains = containsOf(request.key, request.rangeEnd)
  const inRange = [...values].filter((each) => contains(each.key)).sort(byKey)
  if (request.countOnly) return { values: [], count: inRange.length, more: false }
  const passing = inRange.filter((each) => passes(each, request))
  const { limit } = request
  // Without filters and an order, no more than limit + 1 keys are looked at, whatever the target.
  const early = limit > 0 && request.sortOrder === SortOrder.NONE && !isFiltered(request)
  const sorted = sortBy(early ? passing.slice(0, limit + 1) : passing, request)
  const limited = limit > 0 ? sorted.slice(0, limit) : sorted
  const shown = request.keysOnly ? limited.map((each) => keyOf(each, request.sortTarget)) : limited
  return { values: shown, count: inRange.length, more: limit > 0 && sorted.length > limit }
}

function isFiltered(request: ModelRange): boolean {
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request
  return [minModRevision, maxModRevision, minCreateRevision, maxCreateRevision].some(
    (at) => at !== 0,
  )
}

function passes({ modRevision, createRevision }: ModelValue, request: ModelRange): boolean {
  return (
    modRevision >= request.minModRevision &&
    modRevision <= (request.maxModRevision || Number.POSITIVE_INFINITY) &&
    createRevision >= request.minCreateRevision &&
    createRevision <= (request.maxCreateRevision || Number.POSITIVE_INFINITY)
  )
}

function sortBy(values: readonly ModelValue[], request: ModelRange): ModelValue[] {
  const sign = request.sortOrder === SortOrder.DESCEND ? -1 : 1
  return [...values].sort((left, right) => {
    const [a, b] = [sortValue(left, request), sortValue(right, request)]
    return a === b ? byKey(left, right) : a < b ? -sign : sign
  })
}

function sortValue(each: ModelValue, { sortTarget }: ModelRange): string | number {
  if (sortTarget === SortTarget.VERSION) return each.version
  if (sortTarget === SortTarget.CREATE) return each.createRevision
  if (sortTarget === SortTarget.MOD) return each.modRevision
  return sortTarget === SortTarget.VALUE ? each.value : each.key
}

function byKey(left: ModelValue, right: ModelValue): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0
}

function keyOf(each: ModelValue, sortTarget: number): ModelValue {
  return { ...each, value: '', lease: sortTarget === SortTarget.VALUE ? each.lease : 0n }
}

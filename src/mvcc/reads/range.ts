import { emptyBuffer } from '../../base/bytes.js'
import { MetastoreError } from '../../base/errors.js'
import {
  type EncodedKeyValues,
  KeyValue,
  type RangeRequest,
  SortOrder,
  SortTarget,
} from '../../wire/index.js'
import { keyRange } from '../rows/key-range.js'
import { keyValueOf } from '../rows/record.js'
import type { KeyReader } from '../rows/row-reader.js'
import type { Steps } from '../steps.js'
import { currentRecord, type Found, readCurrent, readPast, type Take } from './reading.js'

/** What a range answers, without a header. */
export interface RangeResult {
  readonly keyValues: readonly KeyValue[]
  readonly more: boolean
  readonly count: number
  /** Present where the keys are encoded already; {@link keyValues} are then decoded when somebody looks. */
  readonly encoded?: EncodedKeyValues
}

/** The revisions a read can ask for. */
export interface Readable {
  readonly revision: number
  readonly compactedRevision: number
}

const nothing: Found = { keyValues: [], count: 0 }

/**
 * Answers a range request: revision filters, then sort, then limit.
 * @throws MetastoreError `future-revision`, `compacted`
 */
export function* executeRange(
  reader: KeyReader,
  readable: Readable,
  request: RangeRequest,
): Steps<RangeResult> {
  const revision = checkedRevision(request.revision, readable)
  const sorted = request.sortTarget !== SortTarget.KEY
  const byValue = request.sortTarget === SortTarget.VALUE
  const limit = sorted || isFiltered(request) || request.limit <= 0 ? 0 : request.limit + 1
  const found = yield* find(reader, readable, request, revision, {
    limit: takeForUnorderedSort(request) ?? limit,
    countOnly: request.countOnly,
    reverse: !sorted && request.sortOrder === SortOrder.DESCEND,
    // As early as can be: values that nobody wants would only take memory.
    shape: request.keysOnly && !byValue ? keysOnly(request) : undefined,
  })
  let keyValues = isFiltered(request) ? found.keyValues.filter(passes(request)) : found.keyValues
  if (sorted) keyValues.sort(comparator(request))
  const more = request.limit > 0 && keyValues.length > request.limit
  if (more) keyValues = keyValues.slice(0, request.limit)
  if (request.keysOnly && byValue) keyValues = keyValues.map(keysOnly(request))
  return { keyValues, more, count: found.count }
}

function* find(
  reader: KeyReader,
  readable: Readable,
  request: RangeRequest,
  revision: number,
  take: Take,
): Steps<Found> {
  const range = keyRange(request.key, request.rangeEnd)
  if (!('single' in range) && range.end !== undefined && range.start >= range.end) return nothing
  if (revision < readable.revision) return yield* readPast(reader, range, revision, take)
  if (!('single' in range)) return yield* readCurrent(reader, range, take)
  const record = currentRecord(reader, range.single)
  if (record === undefined) return nothing
  if (take.countOnly) return { keyValues: [], count: 1 }
  const keyValue = keyValueOf(record)
  return { keyValues: [take.shape === undefined ? keyValue : take.shape(keyValue)], count: 1 }
}

/** The revision to read. @throws MetastoreError `future-revision`, `compacted` */
export function checkedRevision(asked: number, readable: Readable): number {
  if (asked > readable.revision) throw new MetastoreError('future-revision')
  const revision = asked <= 0 ? readable.revision : asked
  if (revision < readable.compactedRevision) throw new MetastoreError('compacted')
  return revision
}

export function isFiltered(request: RangeRequest): boolean {
  return (
    request.minModRevision !== 0 ||
    request.maxModRevision !== 0 ||
    request.minCreateRevision !== 0 ||
    request.maxCreateRevision !== 0
  )
}

/**
 * etcd takes only limit + 1 keys in key order before it sorts when no order is named, so the answer
 * is not the smallest of all; clients see that and so it is kept.
 */
function takeForUnorderedSort(request: RangeRequest): number | undefined {
  const unordered = request.sortOrder === SortOrder.NONE && request.sortTarget !== SortTarget.KEY
  return unordered && request.limit > 0 && !isFiltered(request) ? request.limit + 1 : undefined
}

function passes(request: RangeRequest): (keyValue: KeyValue) => boolean {
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request
  return ({ modRevision, createRevision }) =>
    (maxModRevision === 0 || modRevision <= maxModRevision) &&
    (minModRevision === 0 || modRevision >= minModRevision) &&
    (maxCreateRevision === 0 || createRevision <= maxCreateRevision) &&
    (minCreateRevision === 0 || createRevision >= minCreateRevision)
}

function comparator(request: RangeRequest): (left: KeyValue, right: KeyValue) => number {
  const compare = compareBy(request.sortTarget)
  return request.sortOrder === SortOrder.DESCEND ? (left, right) => compare(right, left) : compare
}

function compareBy(target: number): (left: KeyValue, right: KeyValue) => number {
  switch (target) {
    case SortTarget.VERSION:
      return (left, right) => left.version - right.version
    case SortTarget.CREATE:
      return (left, right) => left.createRevision - right.createRevision
    case SortTarget.MOD:
      return (left, right) => left.modRevision - right.modRevision
    case SortTarget.VALUE:
      return (left, right) => left.value.compare(right.value)
    default:
      return (left, right) => left.key.compare(right.key)
  }
}

/** etcd reads keys without values from its index, which knows no lease, unless values were sorted. */
export function keysOnly(request: RangeRequest): (keyValue: KeyValue) => KeyValue {
  if (request.sortTarget === SortTarget.VALUE) return (keyValue) => keyValue.withoutValue()
  return ({ key, createRevision, modRevision, version }) =>
    KeyValue.of({ key, value: emptyBuffer, createRevision, modRevision, version, lease: 0n })
}

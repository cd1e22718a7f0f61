import { emptyBuffer } from '../../base/bytes.js'
import { type Compare, CompareResult, CompareTarget, KeyValue } from '../../wire/index.js'
import { currentRecord, readAll } from '../reads/reading.js'
import { keyRange } from '../rows/key-range.js'
import { keyValueOf } from '../rows/record.js'
import type { RowReader } from '../rows/row-reader.js'
import type { Steps } from '../steps.js'

const missing = KeyValue.of({
  key: emptyBuffer,
  value: emptyBuffer,
  createRevision: 0,
  modRevision: 0,
  version: 0,
  lease: 0n,
})

/**
 * Whether the compare holds for every key it names. A missing key compares as zeros; by value it
 * never holds.
 */
export function* compareHolds(reader: RowReader, compare: Compare): Steps<boolean> {
  const range = keyRange(compare.key, compare.rangeEnd)
  if ('single' in range) {
    const record = currentRecord(reader, range.single)
    return record === undefined ? holdsForMissing(compare) : holds(compare, keyValueOf(record))
  }
  if (range.end !== undefined && range.start >= range.end) return holdsForMissing(compare)
  const keyValues = yield* readAll(reader, range, { limit: 0, reverse: false })
  if (keyValues.length === 0) return holdsForMissing(compare)
  return keyValues.every((keyValue) => holds(compare, keyValue))
}

function holdsForMissing(compare: Compare): boolean {
  return compare.target !== CompareTarget.VALUE && holds(compare, missing)
}

/** A value that does not fit the target is zero; an unknown result holds. */
function holds(compare: Compare, keyValue: KeyValue): boolean {
  const order = orderOf(compare, keyValue)
  switch (compare.result) {
    case CompareResult.EQUAL:
      return order === 0
    case CompareResult.NOT_EQUAL:
      return order !== 0
    case CompareResult.GREATER:
      return order > 0
    case CompareResult.LESS:
      return order < 0
    default:
      return true
  }
}

function orderOf(compare: Compare, keyValue: KeyValue): number {
  switch (compare.target) {
    case CompareTarget.VALUE:
      return keyValue.value.compare(compare.value ?? emptyBuffer)
    case CompareTarget.CREATE:
      return keyValue.createRevision - (compare.createRevision ?? 0)
    case CompareTarget.MOD:
      return keyValue.modRevision - (compare.modRevision ?? 0)
    case CompareTarget.VERSION:
      return keyValue.version - (compare.version ?? 0)
    case CompareTarget.LEASE:
      return Number(keyValue.lease - (compare.lease ?? 0n))
    default:
      return 0
  }
}

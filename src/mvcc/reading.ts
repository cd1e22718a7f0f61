import { type ByteString, prefixEnd } from '../base/bytes.js'
import { invariant } from '../base/errors.js'
import type { Row } from '../engine/engine.js'
import type { KeyValue } from '../wire/index.js'
import type { KeyRange } from './key-range.js'
import { isValueElsewhere, keyValueOf, subOf } from './record.js'
import { eachRow, type RowReader } from './row-reader.js'
import {
  currentPrefix,
  currentRow,
  historyRow,
  readRevisionIndexRow,
  revisionIndexKeyPart,
  revisionIndexPrefix,
  revisionIndexStart,
} from './rows.js'
import type { Steps } from './steps.js'

export interface Found {
  readonly keyValues: KeyValue[]
  /** All keys in the range, whatever the limit. */
  readonly count: number
}

/** How many keys to take in full; the rest are only counted. */
export interface Take {
  /** 0: all. */
  readonly limit: number
  readonly countOnly: boolean
}

/** The record of a key that exists now. */
export function currentRecord(reader: RowReader, key: ByteString): Buffer | undefined {
  const record = reader.get(currentRow(key))
  return record !== undefined && isValueElsewhere(record) ? wholeRecord(reader, record) : record
}

/** The keys of the range as they are now. */
export function* readCurrent(reader: RowReader, range: KeyRange, take: Take): Steps<Found> {
  const keyValues: KeyValue[] = []
  let count = 0
  yield* eachCurrent(reader, range, (row) => {
    count++
    if (wanted(take, keyValues.length)) keyValues.push(currentValue(reader, row))
    return true
  })
  return { keyValues, count }
}

/** The keys of the range as they were at `revision`. */
export function* readPast(
  reader: RowReader,
  range: KeyRange | { single: ByteString },
  revision: number,
  take: Take,
): Steps<Found> {
  const keyValues: KeyValue[] = []
  let count = 0
  yield* eachPast(reader, range, revision, (row) => {
    count++
    if (wanted(take, keyValues.length)) keyValues.push(pastValue(reader, row))
    return true
  })
  return { keyValues, count }
}

/** Visits the current row of each key, in order, until `visit` answers false. */
export function* eachCurrent(
  reader: RowReader,
  range: KeyRange,
  visit: (row: Row) => boolean,
): Steps<void> {
  const rows = {
    gte: currentRow(range.start),
    lt: range.end === undefined ? prefixEnd(currentPrefix) : currentRow(range.end),
  }
  yield* eachRow(reader, rows, visit)
}

/** What a row of {@link eachCurrent} stands for. */
export function currentValue(reader: RowReader, row: Row): KeyValue {
  return keyValueOf(isValueElsewhere(row.value) ? wholeRecord(reader, row.value) : row.value)
}

/**
 * Visits the row of the revision that was each key's newest at `revision`, in order of keys and but
 * for deleted ones, until `visit` answers false.
 */
export function* eachPast(
  reader: RowReader,
  range: KeyRange | { single: ByteString },
  revision: number,
  visit: (row: Row) => boolean,
): Steps<void> {
  let newest: Row | undefined
  let goesOn = true
  const finishKey = (): void => {
    if (newest !== undefined && !isTombstoneMark(newest.value)) goesOn = visit(newest)
  }
  yield* eachRow(reader, revisionIndexRows(range), (row) => {
    if (readRevisionIndexRow(row.key).main > revision) return true
    if (newest !== undefined && keyPart(newest) !== keyPart(row)) finishKey()
    newest = row
    return goesOn
  })
  if (goesOn) finishKey()
}

/** What a row of {@link eachPast} stands for. */
export function pastValue(reader: RowReader, row: Row): KeyValue {
  const { main, sub } = readRevisionIndexRow(row.key)
  return keyValueOf(historyRecord(reader, main, sub))
}

/** The value of a revision row; what {@link isTombstoneMark} asks. */
export function tombstoneMark(tombstone: boolean): Buffer {
  return Buffer.from([tombstone ? 1 : 0])
}

function isTombstoneMark(value: Buffer): boolean {
  return value[0] === 1
}

function wanted(take: Take, taken: number): boolean {
  return !take.countOnly && (take.limit === 0 || taken < take.limit)
}

function revisionIndexRows(range: KeyRange | { single: ByteString }): {
  gte: ByteString
  lt: ByteString | undefined
} {
  if ('single' in range) {
    const start = revisionIndexStart(range.single)
    return { gte: start, lt: prefixEnd(start) }
  }
  return {
    gte: revisionIndexStart(range.start),
    lt: range.end === undefined ? prefixEnd(revisionIndexPrefix) : revisionIndexStart(range.end),
  }
}

function keyPart(row: Row): ByteString {
  return revisionIndexKeyPart(row.key)
}

function wholeRecord(reader: RowReader, record: Buffer): Buffer {
  return historyRecord(reader, keyValueOf(record).modRevision, subOf(record))
}

function historyRecord(reader: RowReader, main: number, sub: number): Buffer {
  const record = reader.get(historyRow(main, sub))
  invariant(record !== undefined, `the history row of revision ${main}.${sub} is missing`)
  return record
}

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
  const rows = {
    gte: currentRow(range.start),
    lt: range.end === undefined ? prefixEnd(currentPrefix) : currentRow(range.end),
  }
  yield* eachRow(reader, rows, (row) => {
    count++
    if (wanted(take, keyValues.length)) {
      const record = isValueElsewhere(row.value) ? wholeRecord(reader, row.value) : row.value
      keyValues.push(keyValueOf(record))
    }
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
  let newest: Row | undefined
  const finishKey = (): void => {
    if (newest === undefined || isTombstoneMark(newest.value)) return
    count++
    if (wanted(take, keyValues.length)) keyValues.push(valueAt(reader, newest.key))
  }
  yield* eachRow(reader, revisionIndexRows(range), (row) => {
    if (readRevisionIndexRow(row.key).main > revision) return true
    if (newest !== undefined && keyPart(newest) !== keyPart(row)) finishKey()
    newest = row
    return true
  })
  finishKey()
  return { keyValues, count }
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

function valueAt(reader: RowReader, indexRow: ByteString): KeyValue {
  const { main, sub } = readRevisionIndexRow(indexRow)
  return keyValueOf(historyRecord(reader, main, sub))
}

function wholeRecord(reader: RowReader, record: Buffer): Buffer {
  return historyRecord(reader, keyValueOf(record).modRevision, subOf(record))
}

function historyRecord(reader: RowReader, main: number, sub: number): Buffer {
  const record = reader.get(historyRow(main, sub))
  invariant(record !== undefined, `the history row of revision ${main}.${sub} is missing`)
  return record
}

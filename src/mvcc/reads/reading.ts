import { type ByteString, prefixEnd } from '../../base/bytes.js'
import { invariant } from '../../base/errors.js'
import type { Row, RowScan } from '../../engine/engine.js'
import type { KeyValue } from '../../wire/index.js'
import type { KeyRange } from '../rows/key-range.js'
import { isValueElsewhere, keyValueOf, subOf } from '../rows/record.js'
import { eachRow, type KeyReader, type RowReader } from '../rows/row-reader.js'
import {
  currentRow,
  currentRows,
  historyRow,
  readRevisionIndexRow,
  revisionIndexKeyPart,
  revisionIndexPrefix,
  revisionIndexStart,
} from '../rows/rows.js'
import type { Steps } from '../steps.js'

export interface Found {
  readonly keyValues: KeyValue[]
  /** All keys in the range, whatever the limit. */
  readonly count: number
}

/** Which keys to take in full; the rest are only counted. */
export interface Take {
  /** 0: all. */
  readonly limit: number
  readonly countOnly: boolean
  /** The last keys first. */
  readonly reverse: boolean
  /** What is kept of each; default: all. */
  readonly shape?: ((keyValue: KeyValue) => KeyValue) | undefined
}

/** Memory of a row in an answer, beside its bytes; an estimate. */
export const rowOverheadBytes = 128

/** The record of a key that exists now. */
export function currentRecord(reader: RowReader, key: ByteString): Buffer | undefined {
  const record = reader.get(currentRow(key))
  return record && wholeRecord(reader, record)
}

/** The keys of the range as they are now. `range` is not empty. */
export function* readCurrent(reader: KeyReader, range: KeyRange, take: Take): Steps<Found> {
  // Before anything waits: counts are to be of the same moment as the rows.
  const coverage = reader.counts.cover(range)
  const keyValues = take.countOnly ? [] : yield* readAll(reader, range, take)
  if (!take.countOnly && (take.limit === 0 || keyValues.length < take.limit)) {
    return { keyValues, count: keyValues.length }
  }
  let count = coverage.whole
  for (const edge of coverage.edges) {
    yield* eachRow(reader, { ...currentRows(edge), keysOnly: true }, () => {
      count++
      return true
    })
  }
  return { keyValues, count }
}

/** The keys of the range as they are now, at most `limit` (0: all). */
export function* readAll(
  reader: RowReader,
  range: KeyRange,
  { limit, reverse, shape }: Pick<Take, 'limit' | 'reverse' | 'shape'>,
): Steps<KeyValue[]> {
  const keyValues: KeyValue[] = []
  const visit = (row: Row): boolean => {
    const keyValue = currentValue(reader, row)
    return keyValues.push(kept(reader, keyValue, shape)) !== limit
  }
  yield* eachRow(reader, { ...currentRows(range), reverse }, visit, limit === 0 ? undefined : limit)
  return keyValues
}

/** The first keys of the span, in the background; no more when they take `maxBytes`. `isWhole`: there are no others. */
export function* readSome(
  reader: RowReader,
  { start, end }: { readonly start: ByteString; readonly end: ByteString },
  maxBytes: number,
): Steps<{ keyValues: KeyValue[]; isWhole: boolean }> {
  const keyValues: KeyValue[] = []
  let bytes = 0
  const rows = { ...currentRows({ start, end }), priority: 'background' } as const
  yield* eachRow(reader, rows, (row) => {
    const keyValue = currentValue(reader, row)
    keyValues.push(keyValue)
    bytes += keyValue.encoded.length
    return bytes < maxBytes
  })
  return { keyValues, isWhole: bytes < maxBytes }
}

/** The keys of the range as they were at `revision`. */
export function* readPast(
  reader: RowReader,
  range: KeyRange | { single: ByteString },
  revision: number,
  take: Take,
): Steps<Found> {
  if (take.reverse) return reversed(yield* readPast(reader, range, revision, takeAll(take)), take)
  const keyValues: KeyValue[] = []
  let count = 0
  yield* eachPast(reader, range, revision, (row) => {
    count++
    if (wanted(take, keyValues.length)) {
      keyValues.push(kept(reader, pastValue(reader, row), take.shape))
    }
    return true
  })
  return { keyValues, count }
}

/** The current row of each key, in order. Its owner closes it. */
export function scanCurrent(reader: RowReader, range: KeyRange): RowScan {
  return reader.scan(currentRows(range))
}

/** Visits the current row of each key, in order, until `visit` answers false. */
export function* eachCurrent(
  reader: RowReader,
  range: KeyRange,
  visit: (row: Row) => boolean,
): Steps<void> {
  yield* eachRow(reader, currentRows(range), visit)
}

/** What a row of {@link eachCurrent} stands for. */
export function currentValue(reader: RowReader, row: Row): KeyValue {
  return keyValueOf(wholeRecord(reader, row.value))
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

function takeAll(take: Take): Take {
  return { ...take, limit: 0, reverse: false }
}

/** Draws what is kept of a key on the reader's share. */
function kept({ share }: RowReader, keyValue: KeyValue, shape: Take['shape']): KeyValue {
  const shaped = shape === undefined ? keyValue : shape(keyValue)
  share?.take(shaped.encoded.length + rowOverheadBytes)
  return shaped
}

function reversed({ keyValues, count }: Found, { limit }: Take): Found {
  const backwards = keyValues.reverse()
  return { keyValues: limit === 0 ? backwards : backwards.slice(0, limit), count }
}

/** The value of a revision row, of a put and of a deletion; what {@link isTombstoneMark} asks. */
export const liveMark = Buffer.from([0])
export const deletedMark = Buffer.from([1])

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

/** The record of a current row, with its value. */
export function wholeRecord(reader: RowReader, record: Buffer): Buffer {
  if (!isValueElsewhere(record)) return record
  return historyRecord(reader, keyValueOf(record).modRevision, subOf(record))
}

function historyRecord(reader: RowReader, main: number, sub: number): Buffer {
  const record = reader.get(historyRow(main, sub))
  invariant(record !== undefined, `the history row of revision ${main}.${sub} is missing`)
  return record
}

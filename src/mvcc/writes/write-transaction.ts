import { type ByteString, emptyBuffer, toByteString } from '../../base/bytes.js'
import { MetastoreError } from '../../base/errors.js'
import type { Row, RowScan } from '../../engine/engine.js'
import {
  type DeleteRangeRequest,
  Event,
  EventType,
  type KeyValue,
  type KeyValueFields,
  type PutRequest,
} from '../../wire/index.js'
import type { Pause } from '../hash/key-value-hash.js'
import type { LeaseTable } from '../lease-table.js'
import { currentRecord, liveMark, scanCurrent, wholeRecord } from '../reads/reading.js'
import { type KeyRange, keyRange } from '../rows/key-range.js'
import {
  encodeRecord,
  encodeWithoutValue,
  headerLength,
  keyValueOf,
  largeValueBytes,
  subOf,
} from '../rows/record.js'
import { attachmentRow, currentRow, type Revision, RevisionRows } from '../rows/rows.js'
import { type Steps, settled } from '../steps.js'
import { DeletedKeys } from './deleted-keys.js'
import { stageDeletions, stageDetachments } from './deletions.js'
import { EventLog } from './event-log.js'
import type { Stage } from './stage.js'

/** Deletions made in one turn: about a millisecond's work. */
const deletionsPerTurn = 1024
/** Keys looked up in one turn. */
const lookUpsPerTurn = 256
const noRevision: Revision = { main: 0, sub: 0 }
const attached = emptyBuffer

/**
 * All changes of one request: they share one revision, the one after `base`, and are ordered by
 * sub-revisions. A request that changes nothing does not move the revision.
 */
export class WriteTransaction {
  readonly #stage: Stage
  readonly #leases: LeaseTable
  readonly #base: number
  readonly #pause: Pause | undefined
  readonly #log: EventLog

  /** `pause` lets other work go on amid many deletions. */
  constructor(stage: Stage, leases: LeaseTable, base: number, pause?: Pause) {
    this.#stage = stage
    this.#leases = leases
    this.#base = base
    this.#log = new EventLog(base)
    this.#pause = pause
  }

  /** The revision as this request sees it: moved as soon as it has written. */
  get revision(): number {
    return this.#log.size === 0 ? this.#base : this.#base + 1
  }

  get log(): EventLog {
    return this.#log
  }

  /**
   * Puts one key, and answers what was there.
   * @throws MetastoreError `lease-not-found`, `key-not-found`, before anything is changed
   */
  put(request: PutRequest): KeyValue | undefined {
    const key = toByteString(request.key)
    const row = currentRow(key)
    this.checkPut(request, key)
    return this.#putOver(this.#presentRecord(key, row), request, key, row)
  }

  /**
   * Puts the one key of a request that makes no other change. Unless the request asks what was there, the key is
   * looked up only where memory does not tell what a put has to know of it, and the answer may be undefined.
   * @throws MetastoreError as {@link put}
   */
  putAlone(request: PutRequest): KeyValue | undefined {
    const key = toByteString(request.key)
    const row = currentRow(key)
    this.checkPut(request, key)
    const asks = request.prevKv || request.ignoreValue || request.ignoreLease
    const fact = asks ? undefined : this.#stage.recall(key, row)
    if (fact === undefined) return this.#putOver(this.#presentRecord(key, row), request, key, row)
    if (fact === null) return this.#putOver(undefined, request, key, row)
    const { lease, value } = request
    const { createRevision, modRevision, sub } = fact
    const main = this.#base + 1
    const version = fact.version + 1
    const fields = { key: request.key, value, createRevision, modRevision: main, version, lease }
    const previous = { main: modRevision, sub }
    const record = this.#write(key, row, fields, previous)
    this.#moveLease(key, 0n, lease)
    this.#log.addLonePut({ record, previous, reader: this.#stage })
    return undefined
  }

  /**
   * The checks of a put in etcd's order. The key is looked up only where the answer depends on it.
   * @throws MetastoreError `lease-not-found`, `key-not-found`
   */
  checkPut(request: PutRequest, key: ByteString): void {
    if (request.lease !== 0n) this.#leases.require(request.lease)
    const needsKey = request.ignoreValue || request.ignoreLease
    if (needsKey && currentRecord(this.#stage, key) === undefined) {
      throw new MetastoreError('key-not-found')
    }
  }

  /** Deletes the keys of the range in order. */
  *deleteRange(request: DeleteRangeRequest): Steps<DeletedKeys> {
    const range = keyRange(request.key, request.rangeEnd)
    if ('single' in range) return this.deleteKey(range.single)
    const deleted = new DeletedKeys(this.#stage)
    if (range.end !== undefined && range.start >= range.end) return deleted
    yield* this.#collect(range, deleted)
    yield* this.#deleteAll(deleted)
    return deleted
  }

  /** What the deleted keys held, looked up with pauses. */
  *valuesOf(deleted: DeletedKeys): Steps<KeyValue[]> {
    while (deleted.lookAhead(lookUpsPerTurn)) yield* this.#rest()
    return deleted.keyValues()
  }

  /** Deletes one key, if it exists. */
  deleteKey(key: ByteString): DeletedKeys {
    const deleted = new DeletedKeys(this.#stage)
    this.#collectOne(key, deleted)
    this.#delete(deleted)
    stageDetachments(this.#stage, deleted, 0, 1)
    return deleted
  }

  /** Deletes those of the keys that exist, with pauses. `keys` are in order. */
  *deleteKeys(keys: readonly ByteString[]): Steps<void> {
    const deleted = new DeletedKeys(this.#stage)
    for (const [at, key] of keys.entries()) {
      if (at > 0 && at % lookUpsPerTurn === 0) yield* this.#rest()
      this.#collectOne(key, deleted)
    }
    yield* this.#deleteAll(deleted)
  }

  #collectOne(key: ByteString, deleted: DeletedKeys): void {
    const row = currentRow(key)
    const record = this.#stage.get(row)
    if (record !== undefined) deleted.add(row, record)
  }

  /** While some rows are looked at, the next ones are read. */
  *#collect(range: KeyRange, deleted: DeletedKeys): Steps<void> {
    const scan = scanCurrent(this.#stage, range)
    try {
      let rows = yield* settled(scan.next(deletionsPerTurn))
      while (rows.length > 0) {
        const next = readAhead(scan)
        for (const { key, value } of rows) deleted.add(key, value)
        if (!(next instanceof Promise) && rows.length === deletionsPerTurn) yield* this.#rest()
        rows = yield* settled(next)
      }
    } finally {
      scan.close()
    }
  }

  *#deleteAll(deleted: DeletedKeys): Steps<void> {
    this.#delete(deleted)
    const { length } = deleted.attached
    for (let from = 0; from < length; from += deletionsPerTurn) {
      if (from > 0) yield* this.#rest()
      stageDetachments(this.#stage, deleted, from, from + deletionsPerTurn)
    }
  }

  #delete(deleted: DeletedKeys): void {
    if (deleted.size === 0) return
    stageDeletions(this.#stage, deleted, this.#base + 1, this.#log.size)
    this.#log.addDeleted(deleted)
  }

  /** Lets other work go on. */
  *#rest(): Steps<void> {
    if (this.#pause !== undefined) yield* settled(this.#pause())
  }

  /** `previous`: the whole record of the key, if it is there. */
  #putOver(
    previous: Buffer | undefined,
    request: PutRequest,
    key: ByteString,
    row: ByteString,
  ): KeyValue | undefined {
    const before = previous === undefined ? undefined : keyValueOf(previous)
    const main = this.#base + 1
    const createRevision = before?.createRevision ?? main
    const lease = request.ignoreLease && before ? before.lease : request.lease
    const fields = {
      key: request.key,
      value: request.ignoreValue && before ? before.value : request.value,
      createRevision,
      modRevision: main,
      version: (before?.version ?? 0) + 1,
      lease,
    }
    const place = previous === undefined ? this.#deletedHere(key) : placeOf(previous, before)
    if (previous === undefined) this.#stage.keyCounts.add(key, 1)
    const record = this.#write(key, row, fields, place)
    this.#moveLease(key, before?.lease ?? 0n, lease)
    const prevKv = createRevision === main ? undefined : this.#beforeRequest(key, before)
    this.#log.add(new Event(EventType.PUT, keyValueOf(record), prevKv))
    return before
  }

  /** The record of the key, whose current row is `row`. Where it is known that there is none, the disk is not asked. */
  #presentRecord(key: ByteString, row: ByteString): Buffer | undefined {
    if (this.#stage.keyCounts.isAboveAll(key)) return undefined
    const record = this.#stage.get(row)
    return record && wholeRecord(this.#stage, record)
  }

  /** Answers the record that it has staged. */
  #write(key: ByteString, row: ByteString, fields: KeyValueFields, previous: Revision): Buffer {
    const main = this.#base + 1
    const sub = this.#log.size
    const record = encodeRecord(fields, previous, sub)
    const rows = new RevisionRows(main)
    this.#stage.set(rows.history(sub), record)
    this.#stage.set(rows.index(key, sub), liveMark)
    const isLarge = record.length - headerLength >= largeValueBytes
    this.#stage.set(row, isLarge ? encodeWithoutValue(record) : record)
    return record
  }

  #moveLease(key: ByteString, from: bigint, to: bigint): void {
    if (from === to) return
    if (from !== 0n) this.#stage.delete(attachmentRow(from, key))
    if (to === 0n) return
    this.#stage.set(attachmentRow(to, key), attached)
    this.#leases.attached(to)
  }

  /** An event's previous value is the one before the request, not before the operation. */
  #beforeRequest(key: ByteString, before: KeyValue | undefined): KeyValue | undefined {
    if (before === undefined || before.modRevision <= this.#base) return before
    return this.#log.valueBefore(key)
  }

  /** Where this request deleted the key, so that its earlier values can be found through it. */
  #deletedHere(key: ByteString): Revision {
    const sub = this.#log.lastPlaceOf(key)
    return sub < 0 ? noRevision : { main: this.#base + 1, sub }
  }
}

function readAhead(scan: RowScan): Row[] | Promise<Row[]> {
  const reading = scan.next(deletionsPerTurn)
  // Whoever waits for it later hears of a failure; nobody may, when the deletion itself fails.
  if (reading instanceof Promise) reading.catch(() => {})
  return reading
}

function placeOf(record: Buffer | undefined, keyValue: KeyValue | undefined): Revision {
  if (record === undefined || keyValue === undefined) return noRevision
  return { main: keyValue.modRevision, sub: subOf(record) }
}

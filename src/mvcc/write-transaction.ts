import { type ByteString, emptyBuffer, toByteString } from '../base/bytes.js'
import { MetastoreError } from '../base/errors.js'
import {
  type DeleteRangeRequest,
  Event,
  EventType,
  KeyValue,
  type PutRequest,
} from '../wire/index.js'
import { type KeyRange, keyRange } from './key-range.js'
import type { Pause } from './key-value-hash.js'
import type { LeaseTable } from './lease-table.js'
import { currentRecord, eachCurrent, tombstoneMark, wholeRow } from './reading.js'
import { encodeRecord, encodeWithoutValue, keyValueOf, largeValueBytes, subOf } from './record.js'
import {
  attachmentRow,
  currentKey,
  currentRow,
  historyRow,
  type Revision,
  revisionIndexRow,
} from './rows.js'
import type { Stage } from './stage.js'
import { type Steps, settled } from './steps.js'

/** Some milliseconds of work. */
const deletionsPerTurn = 256
const noRevision: Revision = { main: 0, sub: 0 }
const attached = emptyBuffer
const liveMark = tombstoneMark(false)
const deletedMark = tombstoneMark(true)

/**
 * All changes of one request: they share one revision, the one after `base`, and are ordered by
 * sub-revisions. A request that changes nothing does not move the revision.
 */
export class WriteTransaction {
  readonly #stage: Stage
  readonly #leases: LeaseTable
  readonly #base: number
  readonly #pause: Pause | undefined
  readonly #events: Event[] = []

  /** `pause` lets other work go on amid many deletions. */
  constructor(stage: Stage, leases: LeaseTable, base: number, pause?: Pause) {
    this.#stage = stage
    this.#leases = leases
    this.#base = base
    this.#pause = pause
  }

  /** The revision as this request sees it: moved as soon as it has written. */
  get revision(): number {
    return this.#events.length === 0 ? this.#base : this.#base + 1
  }

  get events(): readonly Event[] {
    return this.#events
  }

  /**
   * Puts one key, and answers what was there.
   * @throws MetastoreError `lease-not-found`, `key-not-found`, before anything is changed
   */
  put(request: PutRequest): KeyValue | undefined {
    const key = toByteString(request.key)
    this.checkPut(request, key)
    const previous = currentRecord(this.#stage, key)
    const before = previous === undefined ? undefined : keyValueOf(previous)
    const main = this.#base + 1
    const keyValue = KeyValue.of({
      key: request.key,
      value: request.ignoreValue && before ? before.value : request.value,
      createRevision: before?.createRevision ?? main,
      modRevision: main,
      version: (before?.version ?? 0) + 1,
      lease: request.ignoreLease && before ? before.lease : request.lease,
    })
    const place = previous === undefined ? this.#deletedHere(key) : placeOf(previous, before)
    if (previous === undefined) this.#stage.keyCounts.add(key, 1)
    this.#write(key, keyValue, place, false)
    this.#moveLease(key, before?.lease ?? 0n, keyValue.lease)
    const isCreate = keyValue.createRevision === main
    const prevKv = isCreate ? undefined : this.#beforeRequest(key, before)
    this.#events.push(new Event(EventType.PUT, keyValue, prevKv))
    return before
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

  /** Deletes the keys of the range in order, and answers what they held. */
  *deleteRange(request: DeleteRangeRequest): Steps<KeyValue[]> {
    const range = keyRange(request.key, request.rangeEnd)
    if ('single' in range) {
      const deleted = this.deleteKey(range.single)
      return deleted === undefined ? [] : [deleted]
    }
    if (range.end !== undefined && range.start >= range.end) return []
    return yield* this.#deleteAll(range)
  }

  /** Deletes one key; undefined when it does not exist. */
  deleteKey(key: ByteString): KeyValue | undefined {
    const record = currentRecord(this.#stage, key)
    return record === undefined ? undefined : this.#deleteRecord(key, record)
  }

  #deleteRecord(key: ByteString, record: Buffer): KeyValue {
    const before = keyValueOf(record)
    const tombstone = KeyValue.of({
      key: before.key,
      value: emptyBuffer,
      createRevision: 0,
      modRevision: 0,
      version: 0,
      lease: 0n,
    })
    this.#stage.keyCounts.add(key, -1)
    this.#write(key, tombstone, placeOf(record, before), true)
    this.#moveLease(key, before.lease, 0n)
    const deletion = deletionOf(before.key, this.#base + 1)
    this.#events.push(new Event(EventType.DELETE, deletion, this.#beforeRequest(key, before)))
    return before
  }

  /** Deletes keys one after the other, with pauses. */
  *deleteKeys(keys: readonly ByteString[]): Steps<void> {
    for (const [index, key] of keys.entries()) {
      yield* this.#pauseBefore(index)
      this.deleteKey(key)
    }
  }

  *#deleteAll(range: KeyRange): Steps<KeyValue[]> {
    const found: { key: ByteString; record: Buffer }[] = []
    yield* eachCurrent(this.#stage, range, (row) => {
      found.push({ key: currentKey(row.key), record: wholeRow(this.#stage, row) })
      return true
    })
    const deleted: KeyValue[] = []
    for (const { key, record } of found) {
      yield* this.#pauseBefore(deleted.length)
      deleted.push(this.#deleteRecord(key, record))
    }
    return deleted
  }

  /** Now and then, before a deletion that is not the first. */
  *#pauseBefore(deletion: number): Steps<void> {
    if (this.#pause === undefined || deletion === 0 || deletion % deletionsPerTurn > 0) return
    yield* settled(this.#pause())
  }

  #write(key: ByteString, keyValue: KeyValue, previous: Revision, tombstone: boolean): void {
    const main = this.#base + 1
    const sub = this.#events.length
    const record = encodeRecord(keyValue, previous, sub, tombstone)
    this.#stage.set(historyRow(main, sub), record)
    this.#stage.set(revisionIndexRow(key, main, sub), tombstone ? deletedMark : liveMark)
    if (tombstone) this.#stage.delete(currentRow(key))
    else if (keyValue.encoded.length < largeValueBytes) this.#stage.set(currentRow(key), record)
    else this.#stage.set(currentRow(key), encodeWithoutValue(record, keyValue))
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
    return this.#events.find((event) => event.kv.byteKey === key)?.prevKv
  }

  /** Where this request deleted the key, so that its earlier values can be found through it. */
  #deletedHere(key: ByteString): Revision {
    const sub = this.#events.findLastIndex((event) => event.kv.byteKey === key)
    return sub < 0 ? noRevision : { main: this.#base + 1, sub }
  }
}

/** The KeyValue of a DELETE event: key and mod revision alone. */
export function deletionOf(key: Buffer, revision: number): KeyValue {
  return KeyValue.of({
    key,
    value: emptyBuffer,
    createRevision: 0,
    modRevision: revision,
    version: 0,
    lease: 0n,
  })
}

function placeOf(record: Buffer | undefined, keyValue: KeyValue | undefined): Revision {
  if (record === undefined || keyValue === undefined) return noRevision
  return { main: keyValue.modRevision, sub: subOf(record) }
}

import type { ByteString } from '../../base/bytes.js'
import { firstIndex } from '../../base/first-index.js'
import type { KeyValue } from '../../wire/index.js'
import { wholeRecord } from '../reads/reading.js'
import { keyValueOf, subOf } from '../rows/record.js'
import { RecordSkim } from '../rows/record-skim.js'
import type { RowReader } from '../rows/row-reader.js'
import { currentKey } from '../rows/rows.js'
import type { DeletedPlaces } from './deletion-runs.js'

/** Keys that one operation deletes, in order, and what they held; values are looked at when somebody asks. */
export class DeletedKeys {
  readonly #reader: RowReader
  readonly #rows: ByteString[] = []
  readonly #records: Buffer[] = []
  readonly #modRevisions: number[] = []
  readonly #subs: number[] = []
  readonly #attached: number[] = []
  readonly #skim = new RecordSkim()
  #rowBytes = 0
  readonly #keyValues: KeyValue[] = []

  /** `reader` finds the values that are too large for current rows. */
  constructor(reader: RowReader) {
    this.#reader = reader
  }

  get size(): number {
    return this.#rows.length
  }

  get places(): DeletedPlaces {
    return {
      rows: this.#rows,
      modRevisions: this.#modRevisions,
      subs: this.#subs,
      rowBytes: this.#rowBytes,
    }
  }

  /** The indexes of those that have a lease. */
  get attached(): readonly number[] {
    return this.#attached
  }

  /** Adds the next key: the name of its current row, and the record there. */
  add(row: ByteString, record: Buffer): void {
    this.#skim.read(record)
    if (this.#skim.hasLease) this.#attached.push(this.#rows.length)
    this.#rows.push(row)
    this.#records.push(record)
    this.#modRevisions.push(this.#skim.modRevision)
    this.#subs.push(subOf(record))
    this.#rowBytes += row.length
  }

  keyAt(index: number): ByteString {
    return currentKey(this.#rows[index] as ByteString)
  }

  /** The revision of the key's last put. */
  modRevisionAt(index: number): number {
    return this.#modRevisions[index] as number
  }

  /** 0n: none. */
  leaseAt(index: number): bigint {
    return keyValueOf(this.#records[index] as Buffer).lease
  }

  /** -1: the key is not among them. */
  indexOf(key: ByteString): number {
    const index = firstIndex(this.size, (at) => this.keyAt(at) >= key)
    return index < this.size && this.keyAt(index) === key ? index : -1
  }

  /** Looks at what the next `count` of them held. False: all of it is known. */
  lookAhead(count: number): boolean {
    const known = this.#keyValues.length
    for (const record of this.#records.slice(known, known + count)) {
      this.#keyValues.push(keyValueOf(wholeRecord(this.#reader, record)))
    }
    return this.#keyValues.length < this.size
  }

  /** What they held. */
  keyValues(): KeyValue[] {
    this.lookAhead(this.size)
    return this.#keyValues
  }
}

import type { ByteString } from '../../base/bytes.js'
import type { Row } from '../../engine/engine.js'
import type { KeyValue } from '../../wire/index.js'
import { decodeRecord } from '../rows/record.js'
import { historyRow, readHistoryRow, revisionIndexRow } from '../rows/rows.js'

/** Of a history row and its index row together: names, record header, checksums. */
const rowOverheadBytes = 64

/**
 * Gathers the rows that nobody can read any more once `goal` is compacted. A change is unreadable
 * when a later one of its key is at or below `goal`; a tombstone when it is below. Each history row
 * names the change before it, so that looking at the rows up to `goal` in order finds them all.
 */
export class UnreadableRows {
  readonly changes = new Map<ByteString, undefined>()
  /** What the rows take up, as far as that is known without reading them: an estimate. */
  sizeBytes = 0
  readonly #goal: number

  constructor(goal: number) {
    this.#goal = goal
  }

  lookAt(row: Row): void {
    const { main, sub } = readHistoryRow(row.key)
    const { previous, tombstone, keyValue } = decodeRecord(row.value)
    if (previous.main !== 0) this.#remove(keyValue, previous.main, previous.sub)
    if (tombstone && main < this.#goal) this.#remove(keyValue, main, sub)
  }

  /** `keyValue`: of the same key, and most often of about the same size. */
  #remove(keyValue: KeyValue, main: number, sub: number): void {
    const { byteKey, encoded } = keyValue
    this.changes.set(historyRow(main, sub), undefined)
    this.changes.set(revisionIndexRow(byteKey, main, sub), undefined)
    this.sizeBytes += encoded.length + byteKey.length + rowOverheadBytes
  }
}

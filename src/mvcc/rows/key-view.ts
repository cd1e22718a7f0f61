import type { ByteShare } from '../../base/byte-budget.js'
import type { ByteString } from '../../base/bytes.js'
import type { EngineView, RowRange, RowScan } from '../../engine/engine.js'
import type { BucketTable } from '../counts/bucket-table.js'
import type { KeyReader } from './row-reader.js'

/** The rows of a view and the counts of the same moment. Its owner closes it. */
export class KeyView implements KeyReader {
  readonly counts: BucketTable
  readonly share: ByteShare | undefined
  readonly #view: EngineView

  /** Takes `view` over; `counts` does not change any more. */
  constructor(view: EngineView, counts: BucketTable, share: ByteShare | undefined) {
    this.#view = view
    this.counts = counts
    this.share = share
  }

  get(key: ByteString): Buffer | undefined {
    return this.#view.get(key)
  }

  scan(range: RowRange): RowScan {
    return this.#view.scan(range)
  }

  /** Idempotent. */
  close(): void {
    this.#view.close()
  }
}

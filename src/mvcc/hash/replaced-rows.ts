import type { ByteString } from '../../base/bytes.js'
import { historyRow, type Revision } from '../rows/rows.js'

/**
 * The history rows of a window of revisions that later rows replace. Where more are added than it may
 * remember, the window narrows.
 */
export class ReplacedRows {
  readonly #from: number
  readonly #limit: number
  readonly #rows = new Set<ByteString>()
  #end: number

  /** The window begins at revision `from` and ends before `end`. `limit`: rows to remember. */
  constructor(from: number, end: number, limit: number) {
    this.#from = from
    this.#end = end
    this.#limit = limit
  }

  /** What is answered holds for rows below this revision; above `from` always. */
  get end(): number {
    return this.#end
  }

  add({ main, sub }: Revision): void {
    if (main < this.#from || main >= this.#end) return
    this.#rows.add(historyRow(main, sub))
    while (this.#rows.size > this.#limit && this.#end - this.#from > 1) this.#narrow()
  }

  has(row: ByteString): boolean {
    return this.#rows.has(row)
  }

  #narrow(): void {
    this.#end = Math.ceil((this.#from + this.#end) / 2)
    const end = historyRow(this.#end, 0)
    for (const row of this.#rows) if (row >= end) this.#rows.delete(row)
  }
}

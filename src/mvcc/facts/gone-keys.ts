import type { ByteString } from '../../base/bytes.js'
import { type RowRun, RunLayer } from '../../engine/index.js'

/** Keys that were deleted together and are yet to be noted one by one, as of the last commit. */
export class GoneKeys {
  readonly #rows: RunLayer
  /** Of the run, those that have changed since. */
  readonly #changed = new Set<ByteString>()
  #next = 0

  /** `run`: of current rows, all of which are deleted. */
  constructor(run: RowRun) {
    this.#rows = new RunLayer(run)
  }

  /** All of them have been taken. */
  get isEmpty(): boolean {
    return this.#next === this.#rows.size
  }

  /** Whether the key of this row is one of those that are gone, taken or not. */
  has(row: ByteString): boolean {
    return this.#rows.has(row) && !this.#changed.has(row)
  }

  /** The key of this row, perhaps one of them, has changed. */
  noteChange(row: ByteString): void {
    if (this.#rows.has(row)) this.#changed.add(row)
  }

  /** Takes the next of them, at most `count`: their rows. */
  take(count: number): ByteString[] {
    const { run } = this.#rows
    const rows: ByteString[] = []
    const end = Math.min(this.#next + count, run.size)
    for (; this.#next < end; this.#next++) {
      const row = run.keyAt(this.#next)
      if (!this.#changed.has(row)) rows.push(row)
    }
    return rows
  }
}

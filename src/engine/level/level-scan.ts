import { invariant } from '../../base/errors.js'
import { closedError } from '../closed-error.js'
import type { Row, RowRange, RowScan } from '../engine.js'
import { MergedRows, takeLiveRows } from '../ordered/merged-rows.js'
import type { ReadPace } from '../read-pace.js'
import type { DiskRows } from './disk-rows.js'
import type { OverlayCapture } from './overlay.js'

/** A scan that merges the layers of an overlay with the rows on the disk. */
export class LevelScan implements RowScan {
  readonly #rows: MergedRows
  readonly #disk: DiskRows
  /** Undefined: it never leaves the turn for others. */
  readonly #pace: ReadPace | undefined
  readonly #onClose: (scan: LevelScan) => void
  #reading = false
  /** Once a row could not be read, the scan has no answer any more but this one. */
  #failure: unknown
  #closed = false

  constructor(
    overlay: OverlayCapture,
    disk: DiskRows,
    range: RowRange,
    pace: ReadPace,
    onClose: (scan: LevelScan) => void,
  ) {
    const reverse = range.reverse === true
    const layers = overlay.map((layer) => layer.cursor(range.gte, range.lt, reverse))
    this.#rows = new MergedRows([...layers, disk], reverse)
    this.#disk = disk
    this.#pace = range.priority === 'apply' ? undefined : pace
    this.#onClose = onClose
  }

  next(limit: number): Row[] | Promise<Row[]> {
    if (this.#closed) throw closedError('scan')
    invariant(!this.#reading, 'a scan is asked for rows by one caller at a time')
    const rows = this.#take(limit)
    if (rows.length === 0 && this.#disk.starved) return this.#read(limit)
    const pause = this.#pace?.read(rows.length)
    return pause === undefined ? rows : this.#after(pause, rows)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#disk.close()
    this.#onClose(this)
  }

  /** Asks the disk until there is a row to answer with; chunks may be hidden by the overlay. */
  async #read(limit: number): Promise<Row[]> {
    this.#reading = true
    try {
      let rows: Row[] = []
      for (let wanted = limit; rows.length === 0 && this.#disk.starved; wanted *= 2) {
        await this.#fill(wanted)
        if (this.#closed) throw closedError('scan')
        rows = this.#take(limit)
      }
      return rows
    } finally {
      this.#reading = false
    }
  }

  async #after(pause: Promise<void>, rows: Row[]): Promise<Row[]> {
    this.#reading = true
    try {
      await pause
    } finally {
      this.#reading = false
    }
    if (this.#closed) throw closedError('scan')
    return rows
  }

  async #fill(limit: number): Promise<void> {
    try {
      await this.#disk.fill(limit)
      this.#rows.settle()
    } catch (thrown) {
      this.#failure = thrown
      throw thrown
    }
  }

  #take(limit: number): Row[] {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return takeLiveRows(this.#rows, limit, () => this.#disk.starved)
    } catch (thrown) {
      this.#failure = thrown
      throw thrown
    }
  }
}

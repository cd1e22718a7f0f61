import type { ByteString } from '../../base/bytes.js'
import { closedError } from '../closed-error.js'
import type { EngineView, RowRange, RowScan } from '../engine.js'
import type { ReadPace } from '../read-pace.js'
import { DiskRows } from './disk-rows.js'
import type { DiskState } from './disk-state.js'
import { LevelScan } from './level-scan.js'
import { getCaptured, type OverlayCapture } from './overlay.js'
import type { RowChecksum } from './row-checksum.js'
import type { TurnQueue } from './turn-queue.js'

/** Overlay and disk at one moment. */
export class LevelView implements EngineView {
  readonly #overlay: OverlayCapture
  readonly #disk: DiskState
  readonly #checksum: RowChecksum
  readonly #turns: TurnQueue
  readonly #pace: ReadPace
  readonly #onClose: (view: LevelView) => void
  readonly #scans = new Set<LevelScan>()
  #closed = false

  constructor(
    overlay: OverlayCapture,
    disk: DiskState,
    checksum: RowChecksum,
    turns: TurnQueue,
    pace: ReadPace,
    onClose: (view: LevelView) => void,
  ) {
    this.#overlay = overlay
    this.#disk = disk
    this.#checksum = checksum
    this.#turns = turns
    this.#pace = pace
    this.#onClose = onClose
    disk.retain()
  }

  get(key: ByteString): Buffer | undefined {
    if (this.#closed) throw closedError('view')
    const value = getCaptured(this.#overlay, key)
    return value === null ? this.#disk.get(key) : value
  }

  scan(range: RowRange): RowScan {
    if (this.#closed) throw closedError('view')
    const rows = new DiskRows(this.#disk, range, this.#checksum, this.#turns)
    const scan = new LevelScan(this.#overlay, rows, range, this.#pace, (closed) =>
      this.#scans.delete(closed),
    )
    this.#scans.add(scan)
    return scan
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const scan of this.#scans) scan.close()
    this.#disk.release()
    this.#onClose(this)
  }
}

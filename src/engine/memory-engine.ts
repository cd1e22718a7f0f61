import type { ByteString } from '../base/bytes.js'
import type { MetastoreError } from '../base/errors.js'
import { closedError } from './closed-error.js'
import type {
  Engine,
  EngineSizes,
  EngineView,
  Row,
  RowChanges,
  RowRange,
  RowScan,
} from './engine.js'
import type { OrderedCursor } from './ordered-cursor.js'
import { OrderedMap } from './ordered-map.js'

/** An engine that holds everything in memory and nothing after the process has ended. */
export class MemoryEngine implements Engine {
  readonly kind = 'memory'
  readonly durablePosition = 0
  readonly failure = undefined
  readonly congested = false
  readonly #rows = new OrderedMap()
  readonly #views = new Set<MemoryView>()
  #closed = false

  get(key: ByteString): Buffer | undefined {
    this.#mustBeOpen()
    return this.#rows.get(key, undefined)
  }

  view(): EngineView {
    this.#mustBeOpen()
    const view = new MemoryView(this.#rows.capture(), (closed) => this.#views.delete(closed))
    this.#views.add(view)
    return view
  }

  commit(changes: RowChanges, _position: number): void {
    this.#mustBeOpen()
    for (const [key, value] of changes) {
      if (value === undefined) this.#rows.delete(key)
      else this.#rows.set(key, value)
    }
  }

  /** What is in memory never becomes durable: the listener is never called. */
  onDurable(_listener: (position: number) => void): void {}

  /** Memory does not fail: the listener is never called. */
  onFailure(_listener: (error: MetastoreError) => void): void {}

  sizes(): EngineSizes {
    this.#mustBeOpen()
    return { totalBytes: this.#rows.byteCount, inUseBytes: this.#rows.byteCount }
  }

  async flush(): Promise<void> {
    this.#mustBeOpen()
  }

  /** A deleted row is gone at once. */
  async reclaim(): Promise<void> {
    this.#mustBeOpen()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const view of this.#views) view.close()
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError('engine')
  }
}

class MemoryView implements EngineView {
  readonly #rows: OrderedMap
  readonly #onClose: (view: MemoryView) => void
  readonly #scans = new Set<MemoryScan>()
  #closed = false

  constructor(rows: OrderedMap, onClose: (view: MemoryView) => void) {
    this.#rows = rows
    this.#onClose = onClose
  }

  get(key: ByteString): Buffer | undefined {
    this.#mustBeOpen()
    return this.#rows.get(key, undefined)
  }

  scan(range: RowRange): RowScan {
    this.#mustBeOpen()
    const cursor = this.#rows.cursor(range.gte, range.lt, range.reverse === true)
    const scan = new MemoryScan(cursor, (closed) => this.#scans.delete(closed))
    this.#scans.add(scan)
    return scan
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const scan of this.#scans) scan.close()
    this.#onClose(this)
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError('view')
  }
}

class MemoryScan implements RowScan {
  #cursor: OrderedCursor | undefined
  readonly #onClose: (scan: MemoryScan) => void

  constructor(cursor: OrderedCursor, onClose: (scan: MemoryScan) => void) {
    this.#cursor = cursor
    this.#onClose = onClose
  }

  next(limit: number): Row[] {
    if (this.#cursor === undefined) throw closedError('scan')
    return this.#cursor.take(limit)
  }

  close(): void {
    if (this.#cursor === undefined) return
    this.#cursor = undefined
    this.#onClose(this)
  }
}

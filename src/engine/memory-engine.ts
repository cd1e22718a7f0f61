import type { ByteString } from '../base/bytes.js'
import { invariant, type MetastoreError } from '../base/errors.js'
import { closedError } from './closed-error.js'
import type {
  EngineReplacement,
  EngineSizes,
  EngineView,
  ReplaceableEngine,
  Row,
  RowChanges,
  RowRange,
  RowRun,
  RowScan,
} from './engine.js'
import type { OrderedCursor } from './ordered/ordered-cursor.js'
import { OrderedMap } from './ordered/ordered-map.js'
import { eachChange } from './ordered/row-run.js'
import { ReadPace } from './read-pace.js'

const noRuns: readonly RowRun[] = []

/** An engine that holds everything in memory and nothing after the process has ended. */
export class MemoryEngine implements ReplaceableEngine {
  readonly kind = 'memory'
  readonly durablePosition = 0
  readonly failure = undefined
  readonly congested = false
  #rows = new OrderedMap()
  readonly #views = new Set<MemoryView>()
  readonly #pace: ReadPace
  #closed = false

  /** `nextTurn` lets other work of the process go on, in the middle of long scans. */
  constructor(nextTurn?: () => Promise<void>) {
    this.#pace = new ReadPace(nextTurn)
  }

  get(key: ByteString): Buffer | undefined {
    this.#mustBeOpen()
    return this.#rows.get(key, undefined)
  }

  view(): EngineView {
    this.#mustBeOpen()
    return this.#viewOf(this.#rows)
  }

  commit(changes: RowChanges, _position: number, runs: readonly RowRun[] = noRuns): void {
    this.#mustBeOpen()
    eachChange(changes, runs, (key, value) => {
      if (value === undefined) this.#rows.delete(key)
      else this.#rows.set(key, value)
    })
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

  async replacement(): Promise<EngineReplacement> {
    this.#mustBeOpen()
    return new MemoryReplacement((rows) => this.#viewOf(rows))
  }

  async replaceBy(replacement: EngineReplacement, adopt?: () => void): Promise<void> {
    this.#mustBeOpen()
    invariant(replacement instanceof MemoryReplacement, 'a replacement goes to who made it')
    this.#rows = replacement.take()
    adopt?.()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const view of this.#views) view.close()
  }

  #viewOf(rows: OrderedMap): EngineView {
    const view = new MemoryView(rows.capture(), this.#pace, (closed) => this.#views.delete(closed))
    this.#views.add(view)
    return view
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError('engine')
  }
}

class MemoryReplacement implements EngineReplacement {
  readonly #makeView: (rows: OrderedMap) => EngineView
  #rows = new OrderedMap()
  #finished = false

  constructor(makeView: (rows: OrderedMap) => EngineView) {
    this.#makeView = makeView
  }

  async add(rows: RowChanges): Promise<void> {
    invariant(!this.#finished, 'rows are added before the end')
    for (const [key, value] of rows) {
      if (value === undefined) this.#rows.delete(key)
      else this.#rows.set(key, value)
    }
  }

  async finish(): Promise<void> {
    this.#finished = true
  }

  get(key: ByteString): Buffer | undefined {
    return this.#rows.get(key, undefined)
  }

  view(): EngineView {
    return this.#makeView(this.#rows)
  }

  /** All rows; they are the taker's from here on. */
  take(): OrderedMap {
    invariant(this.#finished, 'only a whole state takes the place of another')
    return this.#rows
  }

  async discard(): Promise<void> {
    this.#rows = new OrderedMap()
  }
}

class MemoryView implements EngineView {
  readonly #rows: OrderedMap
  readonly #pace: ReadPace
  readonly #onClose: (view: MemoryView) => void
  readonly #scans = new Set<MemoryScan>()
  #closed = false

  constructor(rows: OrderedMap, pace: ReadPace, onClose: (view: MemoryView) => void) {
    this.#rows = rows
    this.#pace = pace
    this.#onClose = onClose
  }

  get(key: ByteString): Buffer | undefined {
    this.#mustBeOpen()
    return this.#rows.get(key, undefined)
  }

  scan(range: RowRange): RowScan {
    this.#mustBeOpen()
    const cursor = this.#rows.cursor(range.gte, range.lt, range.reverse === true)
    const pace = range.priority === 'apply' ? undefined : this.#pace
    const scan = new MemoryScan(cursor, pace, (closed) => this.#scans.delete(closed))
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
  /** Undefined: it never leaves the turn for others. */
  readonly #pace: ReadPace | undefined
  readonly #onClose: (scan: MemoryScan) => void

  constructor(
    cursor: OrderedCursor,
    pace: ReadPace | undefined,
    onClose: (scan: MemoryScan) => void,
  ) {
    this.#cursor = cursor
    this.#pace = pace
    this.#onClose = onClose
  }

  next(limit: number): Row[] | Promise<Row[]> {
    if (this.#cursor === undefined) throw closedError('scan')
    const rows = this.#cursor.take(limit)
    const pause = this.#pace?.read(rows.length)
    return pause === undefined ? rows : this.#after(pause, rows)
  }

  async #after(pause: Promise<void>, rows: Row[]): Promise<Row[]> {
    await pause
    if (this.#cursor === undefined) throw closedError('scan')
    return rows
  }

  close(): void {
    if (this.#cursor === undefined) return
    this.#cursor = undefined
    this.#onClose(this)
  }
}

import type { ByteString } from '../base/bytes.js'
import type { Engine, Row, RowChanges, RowRange, RowScan } from '../engine/engine.js'
import type { BucketTable } from './counts/bucket-table.js'
import type { KeyCounts } from './counts/key-counts.js'
import type { KeyReader } from './row-reader.js'

/**
 * Changes that are made and not yet committed, read as if they were. Readers elsewhere see none of
 * them until {@link commit}, and then all.
 */
export class Stage implements KeyReader {
  readonly keyCounts: KeyCounts
  readonly #engine: Engine
  #changes = new Map<ByteString, Buffer | undefined>()
  readonly #onCommit: (changes: RowChanges) => void
  #undo: UndoStep[] | undefined

  /** `onCommit` hears of changes in the turn in which they become visible. */
  constructor(
    engine: Engine,
    keyCounts: KeyCounts,
    onCommit: (changes: RowChanges) => void = () => {},
  ) {
    this.#engine = engine
    this.#onCommit = onCommit
    this.keyCounts = keyCounts
  }

  get counts(): BucketTable {
    return this.keyCounts.staged
  }

  set(key: ByteString, value: Buffer): void {
    this.#remember(key)
    this.#changes.set(key, value)
  }

  delete(key: ByteString): void {
    this.#remember(key)
    this.#changes.set(key, undefined)
  }

  /** From here on {@link rollBack} can take changes back. */
  savepoint(): void {
    this.#undo = []
    this.keyCounts.savepoint()
  }

  /** Takes back what was staged since the savepoint. */
  rollBack(): void {
    this.keyCounts.rollBack()
    for (const { key, staged, value } of this.#undo?.reverse() ?? []) {
      if (staged) this.#changes.set(key, value)
      else this.#changes.delete(key)
    }
    this.#undo = undefined
  }

  /** Keeps what was staged since the savepoint. */
  release(): void {
    this.keyCounts.release()
    this.#undo = undefined
  }

  get(key: ByteString): Buffer | undefined {
    const staged = this.#changes.get(key)
    if (staged !== undefined) return staged
    return this.#changes.has(key) ? undefined : this.#engine.get(key)
  }

  scan(range: RowRange): RowScan {
    const view = this.#engine.view()
    const scan = view.scan({ ...range, priority: 'apply' })
    const staged = this.#stagedIn(range)
    const closing = {
      close(): void {
        scan.close()
        view.close()
      },
    }
    if (staged.length === 0) return { next: (limit) => scan.next(limit), ...closing }
    const merge = new Merge(staged, scan, range.reverse === true)
    return { next: (limit) => merge.next(limit), ...closing }
  }

  commit(position: number): void {
    if (this.#changes.size === 0) return
    const changes = this.#changes
    this.#changes = new Map()
    this.keyCounts.addRows(changes)
    this.#onCommit(changes)
    this.#engine.commit(changes, position)
    this.keyCounts.published()
  }

  #remember(key: ByteString): void {
    if (this.#undo === undefined) return
    const staged = this.#changes.has(key)
    this.#undo.push({ key, staged, value: staged ? this.#changes.get(key) : undefined })
  }

  #stagedIn(range: RowRange): StagedRow[] {
    const staged: StagedRow[] = []
    for (const [key, value] of this.#changes) {
      if (key >= range.gte && (range.lt === undefined || key < range.lt))
        staged.push({ key, value })
    }
    staged.sort((left, right) => (left.key < right.key ? -1 : 1))
    return range.reverse === true ? staged.reverse() : staged
  }
}

interface UndoStep {
  readonly key: ByteString
  readonly staged: boolean
  readonly value: Buffer | undefined
}

interface StagedRow {
  readonly key: ByteString
  readonly value: Buffer | undefined
}

/** Staged rows over a scan: staged ones win, deletions hide. */
class Merge {
  readonly #staged: readonly StagedRow[]
  readonly #scan: RowScan
  readonly #reverse: boolean
  #stagedAt = 0
  #rows: Row[] = []
  #rowsAt = 0
  #scanEnded = false

  constructor(staged: readonly StagedRow[], scan: RowScan, reverse: boolean) {
    this.#staged = staged
    this.#scan = scan
    this.#reverse = reverse
  }

  async next(limit: number): Promise<Row[]> {
    const merged: Row[] = []
    while (merged.length < limit) {
      if (this.#rowsAt === this.#rows.length && !this.#scanEnded) await this.#refill(limit)
      const row = this.#rows[this.#rowsAt]
      const staged = this.#staged[this.#stagedAt]
      if (row === undefined && staged === undefined) break
      if (staged === undefined || (row !== undefined && this.#before(row.key, staged.key))) {
        merged.push(row as Row)
        this.#rowsAt++
        continue
      }
      if (row?.key === staged.key) this.#rowsAt++
      this.#stagedAt++
      if (staged.value !== undefined) merged.push({ key: staged.key, value: staged.value })
    }
    return merged
  }

  async #refill(limit: number): Promise<void> {
    this.#rows = await this.#scan.next(limit)
    this.#rowsAt = 0
    this.#scanEnded = this.#rows.length === 0
  }

  #before(left: ByteString, right: ByteString): boolean {
    return this.#reverse ? left > right : left < right
  }
}

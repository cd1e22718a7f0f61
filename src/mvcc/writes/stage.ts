import type { ByteString } from '../../base/bytes.js'
import type { Engine, Row, RowChanges, RowRange, RowRun, RowScan } from '../../engine/engine.js'
import { eachChange, RunLayer } from '../../engine/index.js'
import type { BucketTable } from '../counts/bucket-table.js'
import type { KeyCounts } from '../counts/key-counts.js'
import { factOf, type KeyFact } from '../facts/key-fact.js'
import type { KeyFacts } from '../facts/key-facts.js'
import { RecordSkim } from '../rows/record-skim.js'
import type { KeyReader } from '../rows/row-reader.js'

/** Each run is asked for the rows that are not among the changes; more runs become changes. */
const maxRuns = 12
const noChanges = new Map<ByteString, Buffer | undefined>()

/** Hears of a commit's changes, and of the runs beneath them. */
export type CommitListener = (changes: RowChanges, runs?: readonly RowRun[]) => void

/**
 * Changes that are made and not yet committed, read as if they were. Readers elsewhere see none of
 * them until {@link commit}, and then all.
 */
export class Stage implements KeyReader {
  readonly keyCounts: KeyCounts
  readonly #engine: Engine
  #changes = new Map<ByteString, Buffer | undefined>()
  readonly #onCommit: CommitListener
  readonly #facts: KeyFacts | undefined
  readonly #skim = new RecordSkim()
  /** The oldest first; what is in `changes` is newer than all of them. */
  #runs: RunLayer[] = []
  #savepoint: Savepoint | undefined

  /** `onCommit` hears of changes in the turn in which they become visible, and so do the `facts`. */
  constructor(
    engine: Engine,
    keyCounts: KeyCounts,
    onCommit: CommitListener = () => {},
    facts?: KeyFacts,
  ) {
    this.#engine = engine
    this.#onCommit = onCommit
    this.#facts = facts
    this.keyCounts = keyCounts
  }

  get counts(): BucketTable {
    return this.keyCounts.staged
  }

  set(key: ByteString, value: Buffer): void {
    this.change(key, value)
  }

  delete(key: ByteString): void {
    this.change(key, undefined)
  }

  /** Undefined deletes. */
  change(key: ByteString, value: Buffer | undefined): void {
    this.#remember(key)
    this.#changes.set(key, value)
  }

  /** Stages many changes, the runs one after the other. */
  changeRuns(runs: readonly RowRun[]): void {
    if (this.#runs.length + runs.length > maxRuns) {
      eachChange(noChanges, runs, (key, value) => this.change(key, value))
      return
    }
    const layers = runs.map((run) => new RunLayer(run))
    for (const key of this.#changes.keys()) {
      if (!layers.some((layer) => layer.has(key))) continue
      this.#remember(key)
      this.#changes.delete(key)
    }
    this.#runs.push(...layers)
  }

  /** From here on {@link rollBack} can take changes back. */
  savepoint(): void {
    this.#savepoint = { undo: [], runs: this.#runs.length }
    this.keyCounts.savepoint()
  }

  /** Takes back what was staged since the savepoint. */
  rollBack(): void {
    this.keyCounts.rollBack()
    if (this.#savepoint === undefined) return
    const { undo, runs } = this.#savepoint
    for (const { key, staged, value } of undo.reverse()) {
      if (staged) this.#changes.set(key, value)
      else this.#changes.delete(key)
    }
    this.#runs.length = runs
    this.#savepoint = undefined
  }

  /** Keeps what was staged since the savepoint. */
  release(): void {
    this.keyCounts.release()
    this.#savepoint = undefined
  }

  get(key: ByteString): Buffer | undefined {
    const staged = this.#changes.get(key)
    if (staged !== undefined) return staged
    if (this.#changes.has(key)) return undefined
    for (let at = this.#runs.length - 1; at >= 0; at--) {
      const value = (this.#runs[at] as RunLayer).get(key, null)
      if (value !== null) return value
    }
    return this.#engine.get(key)
  }

  /**
   * What a put has to know of the key, whose current row is `row`; null: there is no such key; undefined: that
   * takes {@link get}.
   */
  recall(key: ByteString, row: ByteString): KeyFact | null | undefined {
    const staged = this.#changes.get(row)
    if (staged !== undefined) return factOf(staged, this.#skim)
    if (this.keyCounts.isAboveAll(key)) return null
    if (this.#facts === undefined || this.#runs.length > 0 || this.#changes.has(row))
      return undefined
    return this.#facts.recall(key)
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
    if (this.#changes.size === 0 && this.#runs.length === 0) return
    const changes = this.#changes
    const runs = this.#runs
    this.#changes = new Map()
    if (runs.length > 0) this.#runs = []
    this.keyCounts.addRows(changes)
    const ordered = runs.length === 0 ? undefined : runs.map(({ run }) => run)
    this.#onCommit(changes, ordered)
    this.#facts?.committed(changes, ordered)
    this.#engine.commit(changes, position, ordered)
    this.keyCounts.published()
  }

  #remember(key: ByteString): void {
    if (this.#savepoint === undefined) return
    const staged = this.#changes.has(key)
    const value = staged ? this.#changes.get(key) : undefined
    this.#savepoint.undo.push({ key, staged, value })
  }

  #stagedIn(range: RowRange): StagedRow[] {
    const rows = this.#runs.length === 0 ? this.#changes : this.#withRuns(range)
    const staged: StagedRow[] = []
    for (const [key, value] of rows) {
      if (key >= range.gte && (range.lt === undefined || key < range.lt))
        staged.push({ key, value })
    }
    staged.sort((left, right) => (left.key < right.key ? -1 : 1))
    return range.reverse === true ? staged.reverse() : staged
  }

  #withRuns({ gte, lt }: RowRange): RowChanges {
    const rows = new Map<ByteString, Buffer | undefined>()
    for (const run of this.#runs) {
      const cursor = run.cursor(gte, lt, false)
      for (; cursor.key !== undefined; cursor.advance()) rows.set(cursor.key, cursor.value)
    }
    for (const [key, value] of this.#changes) rows.set(key, value)
    return rows
  }
}

interface Savepoint {
  readonly undo: UndoStep[]
  readonly runs: number
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

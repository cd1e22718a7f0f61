import type { ByteString } from '../../base/bytes.js'
import { CancelSource } from '../../base/cancel-signal.js'
import { MetastoreError } from '../../base/errors.js'
import type { Engine, Row, RowRange, RowScan } from '../../engine/engine.js'
import { historyRow, readHistoryRow, revisionIndexPrefix, rowsWithPrefix } from '../rows/rows.js'
import { UnreadableRows } from './unreadable-rows.js'

/** What the sweeper asks of the state it cleans. */
export interface SweepTarget {
  /** Another object once a snapshot has taken the place of the state. Absent: that does not happen. */
  readonly state?: object
  readonly appliedIndex: number
  readonly compactedRevision: number
  /** Rows are removed up to here. */
  readonly sweptRevision: number
  markSwept(revision: number): void
}

const chunkRows = 64
/** Chunks whose rows are removed in one commit, about half a millisecond's work: fewer syncs. */
const chunksPerCommit = 4
/** Chunks looked at in one view of the engine, and between two waits for the disk. */
const chunksPerPiece = 64
/** Space is given back when the rows removed since the last time make up this part of all, */
const wastePart = 0.25
/** and are worth the work: a few of LevelDB's tables. */
const leastWasteBytes = 8 * 1024 * 1024

/**
 * Removes in the background, in bounded steps, the rows that compaction made unreadable, and has the
 * engine give their space back when that is worth it. One scan of the history suffices. After each piece it waits until the disk has it, so that it never fills the
 * engine's memory however slow the disk is, and notes how far it came. Doing a part twice changes
 * nothing, so a crash at any step is repaired by going on from the last note.
 */
export class Sweeper {
  readonly #engine: Engine
  readonly #target: SweepTarget
  readonly #nextTurn: () => Promise<void>
  #running: Promise<void> | undefined
  readonly #stop = new CancelSource()
  #wasteBytes = 0

  /** `nextTurn` lets other work of the process go on. */
  constructor(engine: Engine, target: SweepTarget, nextTurn: () => Promise<void>) {
    this.#engine = engine
    this.#target = target
    this.#nextTurn = nextTurn
  }

  /**
   * Resolves when all that is compacted by now is removed and its space given back.
   * @throws MetastoreError `server-stopped` when closed before, `no-space`, `disk-failed`,
   *   `data-corrupt`
   */
  async sweep(): Promise<void> {
    const goal = this.#target.compactedRevision
    do {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined
      })
      await this.#running
    } while (this.#target.sweptRevision < goal)
  }

  /** Stops after the step under way. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort(undefined)
    await this.#running?.catch(() => {})
  }

  async #run(): Promise<void> {
    // The engine measures behind its answer: asked now, it knows by the end.
    this.#engine.sizes()
    while (this.#target.sweptRevision < this.#target.compactedRevision) {
      await this.#sweepTo(this.#target.compactedRevision)
    }
    await this.#giveBack()
  }

  async #giveBack(): Promise<void> {
    const threshold = wastePart * this.#engine.sizes().totalBytes
    if (this.#wasteBytes < Math.max(threshold, leastWasteBytes)) return
    this.#wasteBytes = 0
    const swept = { gte: historyRow(0, 0), lt: historyRow(this.#target.sweptRevision + 1, 0) }
    for (const range of [swept, rowsWithPrefix(revisionIndexPrefix)]) {
      if (this.#stop.aborted) throw new MetastoreError('server-stopped')
      await this.#engine.reclaim(range, this.#stop)
    }
  }

  async #sweepTo(goal: number): Promise<void> {
    const { state } = this.#target
    let swept = this.#target.sweptRevision
    let from = historyRow(Math.max(swept, 0), 0)
    for (;;) {
      const last = await this.#sweepPiece({ gte: from, lt: historyRow(goal + 1, 0) }, goal)
      // What was removed is still there in the state of a snapshot that came meanwhile.
      if (this.#target.state !== state) return
      swept = last === undefined ? goal : Math.max(swept, readHistoryRow(last).main - 1)
      this.#target.markSwept(swept)
      await this.#engine.flush()
      if (last === undefined) return
      from = `${last}\0`
    }
  }

  /** Answers the last row it looked at; undefined: there are no more. */
  async #sweepPiece(range: RowRange, goal: number): Promise<ByteString | undefined> {
    const view = this.#engine.view()
    const scan = view.scan({ ...range, priority: 'background' })
    let unreadable = new UnreadableRows(goal)
    try {
      let next = ahead(scan)
      for (let chunk = 1; ; chunk++) {
        await this.#nextTurn()
        if (this.#stop.aborted) throw new MetastoreError('server-stopped')
        const rows = await next
        const last = rows.at(-1)?.key
        const isLast = last === undefined || chunk === chunksPerPiece
        if (!isLast) next = ahead(scan)
        for (const row of rows) unreadable.lookAt(row)
        if (isLast || chunk % chunksPerCommit === 0) {
          this.#remove(unreadable)
          unreadable = new UnreadableRows(goal)
        }
        if (isLast) return last
      }
    } finally {
      scan.close()
      view.close()
    }
  }

  #remove({ changes, sizeBytes }: UnreadableRows): void {
    if (changes.size === 0) return
    this.#engine.commit(changes, this.#target.appliedIndex)
    this.#wasteBytes += sizeBytes
  }
}

/** Reads the next rows while those before are looked at; the scan may be closed meanwhile. */
function ahead(scan: RowScan): Promise<Row[]> {
  const reading = (async () => scan.next(chunkRows))()
  reading.catch(() => {})
  return reading
}

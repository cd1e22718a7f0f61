import type { ByteString } from '../base/bytes.js'
import type { Engine, Row } from '../engine/engine.js'
import { decodeRecord } from './record.js'
import { historyRow, readHistoryRow, revisionIndexRow } from './rows.js'

/** What the sweeper asks of the state it cleans. */
export interface SweepTarget {
  readonly appliedIndex: number
  readonly compactedRevision: number
  /** Rows are removed up to here. */
  readonly sweptRevision: number
  markSwept(revision: number): void
}

const chunkRows = 64

/**
 * Removes in the background, in bounded steps, the rows that compaction made unreadable. A change is
 * removed when a later one of its key is at or below the compacted revision; a tombstone when it is
 * below. Each row names the change before it, so one scan of the history suffices. Doing a part
 * twice changes nothing, so a crash at any step is repaired by starting again.
 */
export class Sweeper {
  readonly #engine: Engine
  readonly #target: SweepTarget
  readonly #nextTurn: () => Promise<void>
  #running: Promise<void> | undefined
  #closed = false

  /** `nextTurn` lets other work of the process go on. */
  constructor(engine: Engine, target: SweepTarget, nextTurn: () => Promise<void>) {
    this.#engine = engine
    this.#target = target
    this.#nextTurn = nextTurn
  }

  /** Resolves when all that is compacted by now is removed. */
  sweep(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Stops after the step under way. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#closed && this.#target.sweptRevision < this.#target.compactedRevision) {
      const goal = this.#target.compactedRevision
      await this.#sweepTo(goal)
      if (this.#closed || this.#engine.failure !== undefined) return
      this.#target.markSwept(goal)
    }
  }

  async #sweepTo(goal: number): Promise<void> {
    const from = Math.max(this.#target.sweptRevision, 0)
    const view = this.#engine.view()
    const scan = view.scan({ gte: historyRow(from, 0), lt: historyRow(goal + 1, 0) })
    try {
      while (!this.#closed && this.#engine.failure === undefined) {
        const rows = await scan.next(chunkRows)
        if (rows.length === 0) return
        const changes = new Map<ByteString, undefined>()
        for (const row of rows) collectUnreadable(changes, row, goal)
        if (changes.size > 0) this.#engine.commit(changes, this.#target.appliedIndex)
        await this.#nextTurn()
      }
    } finally {
      scan.close()
      view.close()
    }
  }
}

function collectUnreadable(changes: Map<ByteString, undefined>, row: Row, goal: number): void {
  const { main, sub } = readHistoryRow(row.key)
  const { previous, tombstone, keyValue } = decodeRecord(row.value)
  const remove = (atMain: number, atSub: number): void => {
    changes.set(historyRow(atMain, atSub), undefined)
    changes.set(revisionIndexRow(keyValue.byteKey, atMain, atSub), undefined)
  }
  if (previous.main !== 0) remove(previous.main, previous.sub)
  if (tombstone && main < goal) remove(main, sub)
}

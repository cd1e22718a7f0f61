import type { Clock, Timer } from '../base/clock.js'
import { hasCode } from '../base/errors.js'
import type { History, HistoryChunk, RevisionEvents } from '../mvcc/reads/history.js'
import { BatchTail, sizeOf } from './batch-tail.js'
import { BehindWatchers, type NextRead } from './behind-watchers.js'
import type { EventRun, EventRunOptions } from './event-run.js'
import { answers, distribute, type HistoryPiece } from './history-piece.js'
import { compactedResponse } from './responses.js'
import type { TurnBudget } from './turn-budget.js'
import type { Watcher } from './watcher.js'
import { feed } from './watcher-feed.js'

const minRows = 16
const maxRows = 512
const fewBytes = 1024 * 1024
const manyBytes = 4 * 1024 * 1024
const retryDelayMs = 100
const longestTurnMs = 5

export interface CatchUpOptions extends EventRunOptions {
  readonly history: History
  readonly clock: Clock
  readonly budget: TurnBudget
  /** The last revision that was published. */
  readonly publishedRevision: () => number
  /** Takes over a watcher that has been sent everything published. */
  readonly join: (watcher: Watcher) => void
  readonly onReadError: (error: unknown) => void
}

/**
 * Serves watchers that are owed events of the past: one reading of history at a time, in chunks,
 * each for all watchers that need any of it. At most two chunks are in memory, and what sinks took.
 */
export class CatchUp {
  private readonly behind = new BehindWatchers()
  /** Kept for the others of a stream whose reader takes a few responses at a time. */
  private lastPiece: HistoryPiece | undefined
  private tail: BatchTail | undefined
  private timer: Timer | undefined
  private chunkRows = 128
  private running = false
  private closed = false

  constructor(private readonly options: CatchUpOptions) {}

  get size(): number {
    return this.behind.size
  }

  add(watcher: Watcher): void {
    this.behind.add(watcher)
    this.start()
  }

  delete(watcher: Watcher): void {
    this.behind.delete(watcher)
    if (this.behind.size === 0) this.lastPiece = undefined
  }

  drained(outlet: Watcher['outlet']): void {
    this.behind.drained(outlet)
    this.start()
  }

  published(batch: RevisionEvents): void {
    this.tail?.add(batch)
  }

  /** Revisions passed that were not published. */
  revisionsSkipped(): void {
    this.tail?.drop()
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
  }

  private start(): void {
    if (this.running || this.closed || !this.behind.hasReady) return
    this.running = true
    void this.run()
  }

  private async run(): Promise<void> {
    // Watches that are created in one turn share the first reading.
    await Promise.resolve()
    const { budget, clock } = this.options
    let turnStartMs = clock.nowMs()
    while (!this.closed) {
      this.behind.admit()
      this.endCompacted()
      const next = this.behind.nextRead()
      if (next === undefined) break
      if (!answers(this.lastPiece, next)) this.lastPiece = await this.read(next)
      if (this.lastPiece !== undefined) await this.tryToServe(this.lastPiece)
      // Where history answers from memory, nothing else would get its turn until the end.
      if (clock.nowMs() - turnStartMs < longestTurnMs) continue
      await budget.nextTurn()
      turnStartMs = clock.nowMs()
    }
    this.running = false
    if (this.behind.size === 0) this.lastPiece = undefined
  }

  /** Undefined: to be tried again. */
  private async read(next: NextRead): Promise<HistoryPiece | undefined> {
    const { history, publishedRevision } = this.options
    const { fromRevision, withPrevious } = next
    const toRevision = publishedRevision()
    const tail = new BatchTail()
    this.tail = tail
    try {
      const options = { withPrevious, maxRows: this.chunkRows, maxBytes: manyBytes }
      const chunk = await history.read(fromRevision, toRevision, options)
      this.adjustRows(chunk)
      return this.piece(next, toRevision, chunk, tail)
    } catch (error) {
      const overtaken = hasCode(error, 'compacted') && fromRevision < history.compactedRevision
      if (!overtaken) {
        this.options.onReadError(error)
        await this.sleep(retryDelayMs)
      }
      return undefined
    } finally {
      this.tail = undefined
    }
  }

  private piece(
    { fromRevision, withPrevious }: NextRead,
    toRevision: number,
    chunk: HistoryChunk,
    tail: BatchTail,
  ): HistoryPiece {
    const firstRevision = fromRevision
    if (chunk.nextRevision <= toRevision || tail.batches === undefined) {
      const lastRevision = chunk.nextRevision - 1
      return { firstRevision, lastRevision, batches: chunk.batches, withPrevious }
    }
    const lastRevision = this.options.publishedRevision()
    const batches = [...chunk.batches, ...tail.batches]
    return { firstRevision, lastRevision, batches, withPrevious }
  }

  /** Some of what was published during the reading may have to be read only now. */
  private async tryToServe(piece: HistoryPiece): Promise<void> {
    try {
      await this.serve(piece)
    } catch (error) {
      this.lastPiece = undefined
      this.options.onReadError(error)
      await this.sleep(retryDelayMs)
    }
  }

  private async serve(piece: HistoryPiece): Promise<void> {
    const { budget } = this.options
    const { index, readyWatchers } = this.behind
    for (const { watcher, run } of distribute(piece, index, readyWatchers, this.options)) {
      if (budget.exhausted) await budget.nextTurn()
      if (this.behind.isReady(watcher)) this.serveOne(watcher, run, piece.lastRevision)
    }
  }

  private serveOne(watcher: Watcher, run: EventRun | undefined, lastRevision: number): void {
    const { budget, join, publishedRevision } = this.options
    const lacking = run === undefined ? budget.spend(0) : feed(watcher, run, budget)
    if (lacking !== undefined) {
      this.behind.delete(watcher)
      watcher.nextRevision = lacking
      this.behind.add(watcher)
      return
    }
    if (!this.behind.isReady(watcher)) return
    watcher.nextRevision = lastRevision + 1
    if (watcher.nextRevision > publishedRevision()) {
      this.behind.delete(watcher)
      join(watcher)
    } else {
      this.behind.moveToEnd(watcher)
    }
  }

  /** The header says revision 0, as etcd's does: nothing can be resumed from here. */
  private endCompacted(): void {
    const { compactedRevision } = this.options.history
    for (const watcher of this.behind.readyWatchers) {
      if (watcher.nextRevision >= compactedRevision) continue
      this.behind.delete(watcher)
      watcher.phase = 'ended'
      watcher.outlet.send(compactedResponse(this.options.header(0), watcher.id, compactedRevision))
    }
  }

  private adjustRows(chunk: HistoryChunk): void {
    const sizeBytes = chunk.batches.reduce((sum, batch) => sum + sizeOf(batch), 0)
    if (sizeBytes > manyBytes) this.chunkRows = Math.max(minRows, this.chunkRows >>> 1)
    if (sizeBytes < fewBytes) this.chunkRows = Math.min(maxRows, this.chunkRows << 1)
  }

  private async sleep(delayMs: number): Promise<void> {
    if (this.closed) return
    await new Promise<void>((resolve) => {
      this.timer = this.options.clock.schedule(delayMs, resolve)
    })
  }
}

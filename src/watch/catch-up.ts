import type { Clock, Timer } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import type { History, HistoryChunk, RevisionEvents } from '../mvcc/history.js'
import type { ResponseHeader } from '../wire/index.js'
import { BatchTail, sizeOf } from './batch-tail.js'
import { BehindWatchers, type NextRead } from './behind-watchers.js'
import { canServe, distribute, type HistoryPiece, splitByBytes } from './history-piece.js'
import { compactedResponse, sendEvents } from './responses.js'
import type { Watcher } from './watcher.js'

const minRows = 16
const maxRows = 512
const fewBytes = 1024 * 1024
const manyBytes = 4 * 1024 * 1024
const retryDelayMs = 100
const longestTurnMs = 5

export interface CatchUpOptions {
  readonly history: History
  readonly clock: Clock
  readonly fragmentBytes: number
  /** The last revision that was published. */
  readonly publishedRevision: () => number
  readonly header: (revision: number) => ResponseHeader
  /** Takes over a watcher that has been sent everything published. */
  readonly join: (watcher: Watcher) => void
  readonly onReadError: (error: unknown) => void
}

/**
 * Serves watchers that are owed events of the past: one reading of history at a time, in chunks,
 * each for all watchers that need any of it. At most one chunk is in memory, and what sinks took.
 */
export class CatchUp {
  private readonly behind = new BehindWatchers()
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
    let turnStartMs = this.options.clock.nowMs()
    while (!this.closed) {
      this.endCompacted()
      const next = this.behind.nextRead()
      if (next === undefined) break
      const piece = await this.read(next)
      if (piece !== undefined) this.serve(piece)
      // Where history answers from memory, nothing else would get its turn until the end.
      if (this.options.clock.nowMs() - turnStartMs < longestTurnMs) continue
      await this.sleep(0)
      turnStartMs = this.options.clock.nowMs()
    }
    this.running = false
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
      const overtaken =
        error instanceof MetastoreError &&
        error.code === 'compacted' &&
        fromRevision < history.compactedRevision
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

  private serve(piece: HistoryPiece): void {
    const shares = distribute(piece, this.behind.index)
    const header = this.options.header(piece.lastRevision)
    for (const watcher of this.behind.readyWatchers) {
      if (!this.behind.isReady(watcher) || !canServe(piece, watcher)) continue
      this.serveOne(watcher, shares.get(watcher) ?? [], piece.lastRevision, header)
    }
  }

  /**
   * The header of a response that leaves the watcher behind carries the last revision it covers,
   * not the current one: clients that resume from the header's revision lose nothing.
   */
  private serveOne(
    watcher: Watcher,
    batches: readonly RevisionEvents[],
    lastRevision: number,
    lastHeader: ResponseHeader,
  ): void {
    const { fragmentBytes, header, join, publishedRevision } = this.options
    const responses = splitByBytes(batches, fragmentBytes)
    for (const [index, share] of responses.entries()) {
      if (watcher.outlet.paused) {
        this.behind.delete(watcher)
        watcher.nextRevision = share.firstRevision
        this.behind.add(watcher)
        return
      }
      const isLast = index === responses.length - 1
      const shareHeader = isLast ? lastHeader : header(share.lastRevision)
      sendEvents(watcher, shareHeader, share.events, fragmentBytes)
      if (!this.behind.isReady(watcher)) return
    }
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

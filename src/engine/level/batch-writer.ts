import { setImmediate as nextTurnOfProcess } from 'node:timers/promises'
import type { ByteString } from '../../base/bytes.js'
import type { Clock, Timer } from '../../base/clock.js'
import { invariant, MetastoreError, messageOf } from '../../base/errors.js'
import { MergedRows, type RowSource } from '../ordered/merged-rows.js'
import { type BatchMark, writeMark } from './batch-trail.js'
import type { LevelDatabase } from './level-database.js'
import type { OverlayCapture } from './overlay.js'
import { RowBatch } from './row-batch.js'
import type { RowChecksum } from './row-checksum.js'

interface BatchWriterEvents {
  /** A batch is about to be made of all rows sealed so far; answers them. They change no more. */
  onLaunch(): OverlayCapture
  onConfirmed(position: number): void
  /** Called once; nothing is written any more. */
  onFailed(error: MetastoreError): void
}

interface Waiter {
  readonly sequence: number
  resolve(): void
  reject(error: MetastoreError): void
}

/**
 * Rows gather for this long before they are written: the log holds them already, so nobody waits for
 * them, and fewer, larger batches leave the disk to the log.
 */
const gatherMs = 20

/** More than this is written without further waiting. */
const gatherBytes = 1024 * 1024

/** A larger batch is not used again, for it would keep its room. */
const maxReusedBytes = 8 * 1024 * 1024

/** Rows handed to LevelDB in one turn: about half a millisecond. */
const rowsPerTurn = 512

/**
 * Writes rows in synced batches, never two at a time: LevelDB gives concurrent batches to
 * concurrent threads, which then end in any order. Rows that arrive meanwhile go into the next
 * batch. A batch of many rows is made over several turns, so that no commit, however large, holds
 * up the rest of the process; of a row that changed often since the last batch, it has the last
 * value alone.
 */
export class BatchWriter {
  readonly #database: LevelDatabase
  readonly #checksum: RowChecksum
  readonly #events: BatchWriterEvents
  readonly #clock: Clock
  #waiters: Waiter[] = []
  /** Rows are sealed that are in no batch yet. */
  #sealed = false
  /** Empty, unless it is being written. */
  #batch: RowBatch | undefined
  #position: number
  /** The number of the last batch that was started. */
  #sequence: number
  #gatheredBytes = 0
  #gathering: Timer | undefined
  #state: 'idle' | 'scheduled' | 'writing' | 'failed' = 'idle'
  #failure: MetastoreError | undefined

  constructor(
    database: LevelDatabase,
    checksum: RowChecksum,
    last: BatchMark,
    clock: Clock,
    events: BatchWriterEvents,
  ) {
    this.#database = database
    this.#checksum = checksum
    this.#sequence = last.sequence
    this.#position = last.position
    this.#clock = clock
    this.#events = events
  }

  /**
   * All rows there are bring the state to `position`; `gatheredBytes` of them wait for the next
   * batch, which starts when that is enough.
   */
  seal(position: number, gatheredBytes: number): void {
    if (this.#state === 'failed') return
    this.#sealed = true
    this.#position = position
    this.#gatheredBytes = gatheredBytes
    if (this.#state === 'idle') this.#schedule()
    else if (this.#gathering !== undefined && this.#gatheredBytes >= gatherBytes) this.#hurry()
  }

  /**
   * Resolves when all that is sealed is on the disk.
   * @throws MetastoreError `disk-failed`, `no-space`
   */
  async flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#state === 'idle') return
    if (this.#gathering !== undefined) this.#hurry()
    const sequence = this.#sealed ? this.#sequence + 1 : this.#sequence
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ sequence, resolve, reject })
    })
  }

  #schedule(): void {
    this.#state = 'scheduled'
    const urgent = this.#waiters.length > 0 || this.#gatheredBytes >= gatherBytes
    if (urgent) this.#hurry()
    else this.#gathering = this.#clock.schedule(gatherMs, () => this.#launch())
  }

  /** Starts the batch when this turn has ended. */
  #hurry(): void {
    this.#gathering?.cancel()
    this.#gathering = undefined
    queueMicrotask(() => this.#launch())
  }

  #launch(): void {
    invariant(this.#sealed, 'a batch is scheduled when rows are sealed')
    this.#sealed = false
    this.#gathering = undefined
    this.#gatheredBytes = 0
    this.#state = 'writing'
    this.#sequence++
    const mark = { sequence: this.#sequence, position: this.#position }
    const rows = this.#events.onLaunch()
    this.#write(rows, mark).then(
      () => this.#confirmed(mark),
      (thrown: unknown) => this.#failed(thrown),
    )
  }

  async #write(layers: OverlayCapture, mark: BatchMark): Promise<void> {
    const batch = this.#batch ?? new RowBatch(this.#database)
    this.#batch = batch
    const rows = inOrder(layers)
    for (let row = 1; rows.key !== undefined; row++, rows.advance()) {
      if (row % rowsPerTurn === 0) await nextTurnOfProcess()
      this.#add(batch, rows.key, rows.value)
    }
    writeMark(batch, this.#checksum, mark)
    await batch.write()
    if (batch.sizeBytes <= maxReusedBytes) {
      batch.clear()
      return
    }
    batch.close()
    this.#batch = undefined
  }

  #add(batch: RowBatch, key: ByteString, value: Buffer | undefined): void {
    if (value === undefined) batch.del(key)
    else batch.put(key, this.#checksum.seal(key, value))
  }

  #confirmed(mark: BatchMark): void {
    this.#state = 'idle'
    if (this.#sealed) this.#schedule()
    this.#events.onConfirmed(mark.position)
    const waiters = this.#waiters
    this.#waiters = waiters.filter((waiter) => waiter.sequence > mark.sequence)
    for (const waiter of waiters) if (waiter.sequence <= mark.sequence) waiter.resolve()
  }

  #failed(thrown: unknown): void {
    this.#failure = writeFailure(thrown)
    this.#state = 'failed'
    this.#sealed = false
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter.reject(this.#failure)
    this.#events.onFailed(this.#failure)
  }
}

function inOrder(layers: OverlayCapture): RowSource {
  const sources = layers.map((layer) => layer.cursor('', undefined, false))
  const [only] = sources
  return sources.length === 1 && only !== undefined ? only : new MergedRows(sources, false)
}

/** A full disk is told apart: what is stored stays right, and making room mends it. */
export function writeFailure(thrown: unknown): MetastoreError {
  if (thrown instanceof MetastoreError) return thrown
  const cause = thrown instanceof Error ? messageOf(thrown.cause) : ''
  const full = /No space left on device|ENOSPC/.test(`${messageOf(thrown)} ${cause}`)
  if (full) return new MetastoreError('no-space', undefined, { cause: thrown })
  const message = `writing to LevelDB failed: ${messageOf(thrown)}`
  return new MetastoreError('disk-failed', message, { cause: thrown })
}

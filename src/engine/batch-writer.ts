import type { ByteString } from '../base/bytes.js'
import type { Clock, Timer } from '../base/clock.js'
import { invariant, MetastoreError, messageOf } from '../base/errors.js'
import { type BatchMark, writeMark } from './batch-trail.js'
import type { LevelDatabase } from './level-database.js'
import type { RowChecksum } from './row-checksum.js'

type LevelBatch = ReturnType<LevelDatabase['batch']>

interface BatchWriterEvents {
  /** A batch with all rows added so far is about to be written; called before it is. */
  onLaunch(): void
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

/** What a row takes beside key and value. */
const rowOverheadBytes = 16

/**
 * Writes rows in synced batches, never two at a time: LevelDB gives concurrent batches to
 * concurrent threads, which then end in any order. Rows that arrive meanwhile go into the next
 * batch as they come, so that starting it costs next to nothing however many there are.
 */
export class BatchWriter {
  readonly #database: LevelDatabase
  readonly #checksum: RowChecksum
  readonly #events: BatchWriterEvents
  readonly #clock: Clock
  #waiters: Waiter[] = []
  /** The batch that gathers rows. */
  #next: LevelBatch | undefined
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

  /** Rows are written together up to {@link seal}, which has to follow in the same turn. */
  add(key: ByteString, value: Buffer | undefined): void {
    if (this.#state === 'failed') return
    this.#next ??= this.#database.batch()
    this.#gatheredBytes += key.length + (value?.length ?? 0) + rowOverheadBytes
    if (value === undefined) this.#next.del(key)
    else this.#next.put(key, this.#checksum.seal(key, value))
  }

  /** What was added brings the rows to `position`. The batch starts when enough has gathered. */
  seal(position: number): void {
    if (this.#state === 'failed') return
    this.#next ??= this.#database.batch()
    this.#position = position
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
    const sequence = this.#next === undefined ? this.#sequence : this.#sequence + 1
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
    const batch = this.#next
    invariant(batch !== undefined, 'a batch is scheduled when rows are sealed')
    this.#next = undefined
    this.#gathering = undefined
    this.#gatheredBytes = 0
    this.#state = 'writing'
    this.#sequence++
    const mark = { sequence: this.#sequence, position: this.#position }
    writeMark(batch, this.#checksum, mark)
    this.#events.onLaunch()
    batch.write({ sync: true }).then(
      () => this.#confirmed(mark),
      (thrown: unknown) => this.#failed(thrown),
    )
  }

  #confirmed(mark: BatchMark): void {
    this.#state = 'idle'
    if (this.#next !== undefined) this.#schedule()
    this.#events.onConfirmed(mark.position)
    const waiters = this.#waiters
    this.#waiters = waiters.filter((waiter) => waiter.sequence > mark.sequence)
    for (const waiter of waiters) if (waiter.sequence <= mark.sequence) waiter.resolve()
  }

  #failed(thrown: unknown): void {
    this.#failure = writeFailure(thrown)
    this.#state = 'failed'
    this.#next = undefined
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter.reject(this.#failure)
    this.#events.onFailed(this.#failure)
  }
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

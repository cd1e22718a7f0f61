import type { ByteString } from '../../base/bytes.js'
import type { CancelSignal } from '../../base/cancel-signal.js'
import { MetastoreError } from '../../base/errors.js'
import { closedError } from '../closed-error.js'
import { between } from '../ordered/between.js'
import { type LevelDatabase, readFailure } from './level-database.js'
import { TurnQueue } from './turn-queue.js'

/** Bytes of tables gone through in one step: what a cancel or a close waits for, under a second. */
const defaultStepBytes = 32 * 1024 * 1024

/**
 * Has LevelDB rewrite the tables of a range without the rows that are deleted or replaced. By itself
 * it does that only where a level outgrows its size, which can be never. One step runs at a time;
 * LevelDB lets the writes of others pass between the tables of a step.
 */
export class SpaceReclaimer {
  readonly #database: LevelDatabase
  readonly #stepBytes: number
  readonly #turns = new TurnQueue()
  #closed = false

  constructor(database: LevelDatabase, stepBytes = defaultStepBytes) {
    this.#database = database
    this.#stepBytes = stepBytes
  }

  /** @throws MetastoreError `request-canceled`, `server-stopped`, `disk-failed` */
  async reclaim(low: ByteString, high: ByteString, signal?: CancelSignal): Promise<void> {
    let from = low
    for await (const to of this.#bounds(low, high)) {
      await this.#turns.run(async () => {
        if (this.#closed) throw closedError('engine')
        if (signal?.aborted === true) throw new MetastoreError('request-canceled')
        await this.#database.compactRange(from, to).catch(rejectRead)
      })
      from = to
    }
  }

  /** Ends after the step under way. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#turns.run(async () => {})
  }

  /** Ends of consecutive parts of the range, each of about a step's bytes in tables. */
  async *#bounds(low: ByteString, high: ByteString): AsyncGenerator<ByteString> {
    const parts = [{ low, high }]
    let gatheredBytes = 0
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (this.#closed) throw closedError('engine')
      const bytes = await this.#database.approximateSize(part.low, part.high).catch(rejectRead)
      const fits = gatheredBytes + bytes <= this.#stepBytes
      const middle = fits ? undefined : between(part.low, part.high)
      if (middle === undefined) {
        gatheredBytes += bytes
        if (gatheredBytes < this.#stepBytes / 2 && parts.length > 0) continue
        gatheredBytes = 0
        yield part.high
      } else {
        parts.push({ low: middle, high: part.high }, { low: part.low, high: middle })
      }
    }
  }
}

function rejectRead(thrown: unknown): never {
  throw readFailure(thrown)
}

import type { ByteString } from '../../base/bytes.js'
import { invariant } from '../../base/errors.js'
import { closedError } from '../closed-error.js'
import type { EngineReplacement, EngineView, RowChanges } from '../engine.js'
import { startTrail } from './batch-trail.js'
import { writeFailure } from './batch-writer.js'
import type { LevelDatabase } from './level-database.js'
import type { LevelEngine } from './level-engine.js'
import { RowBatch } from './row-batch.js'
import { RowChecksum } from './row-checksum.js'

interface LevelReplacementParts {
  /** Open, and empty. */
  readonly database: LevelDatabase
  readonly folder: string
  /** Opens the closed database as an engine, durable and ready to be switched to. */
  readonly seal: () => Promise<LevelEngine>
  /** Removes the folder. */
  readonly remove: () => Promise<void>
}

/**
 * A database of its own, filled without overlay: every batch is synced, so that no log is left behind unsynced. One
 * is written while the next is filled.
 */
export class LevelReplacement implements EngineReplacement {
  readonly #parts: LevelReplacementParts
  readonly #checksum = new RowChecksum()
  #database: LevelDatabase | undefined
  /** Empty, and not being written. */
  #spare: RowBatch | undefined
  /** The batch before; rejects with what kept it from being written. */
  #writing: Promise<void> = Promise.resolve()
  #engine: LevelEngine | undefined
  #working: Promise<unknown> = Promise.resolve()
  #state: 'open' | 'finished' | 'taken' | 'discarded' = 'open'

  constructor(parts: LevelReplacementParts) {
    this.#parts = parts
    this.#database = parts.database
  }

  get folder(): string {
    return this.#parts.folder
  }

  add(rows: RowChanges): Promise<void> {
    return this.#step(async (database) => {
      const batch = this.#spare ?? new RowBatch(database)
      this.#spare = undefined
      for (const [key, value] of rows) {
        if (value === undefined) batch.del(key)
        else batch.put(key, this.#checksum.seal(key, value))
      }
      await this.#writing
      this.#writing = this.#write(batch)
      this.#writing.catch(() => {})
    })
  }

  /** The trail comes last: without it, the rows are not taken for a state. */
  finish(position: number): Promise<void> {
    return this.#step(async (database) => {
      await this.#writing
      await startTrail(database, this.#checksum, position)
      this.#database = undefined
      await database.close()
      this.#engine = await this.#parts.seal()
      if (this.#state === 'open') this.#state = 'finished'
    })
  }

  get(key: ByteString): Buffer | undefined {
    return this.#finished.get(key)
  }

  view(): EngineView {
    return this.#finished.view()
  }

  /** The engine over the rows, which is the taker's from here on. */
  take(): LevelEngine {
    const engine = this.#finished
    this.#state = 'taken'
    return engine
  }

  async discard(): Promise<void> {
    if (this.#state === 'taken' || this.#state === 'discarded') return
    this.#state = 'discarded'
    await this.#working.catch(() => {})
    await this.#writing.catch(() => {})
    await this.#database?.close()
    await this.#engine?.close()
    await this.#parts.remove()
  }

  get #finished(): LevelEngine {
    invariant(this.#state === 'finished' && this.#engine !== undefined, 'the state is whole')
    return this.#engine
  }

  async #write(batch: RowBatch): Promise<void> {
    await batch.write()
    batch.clear()
    this.#spare = batch
  }

  #step(work: (database: LevelDatabase) => Promise<void>): Promise<void> {
    const working = this.#working.then(async () => {
      if (this.#state !== 'open' || this.#database === undefined) throw closedError('engine')
      try {
        await work(this.#database)
      } catch (thrown) {
        throw writeFailure(thrown)
      }
    })
    this.#working = working.catch(() => {})
    return working
  }
}

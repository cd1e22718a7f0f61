import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import type { EngineSizes } from '../engine.js'
import { internalPrefix } from './batch-trail.js'
import type { LevelDatabase } from './level-database.js'

/** How old an answer may be before the next question has it measured again. */
const maxAgeMs = 1000

/**
 * The size of a database's folder. Answers with the last measurement and takes a new one behind the
 * answer; between questions nothing runs.
 */
export class FolderSize {
  readonly #database: LevelDatabase
  readonly #folder: string
  readonly #clock: Clock
  #sizes: EngineSizes = { totalBytes: 0, inUseBytes: 0 }
  #measuredAtMs = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined

  constructor(database: LevelDatabase, folder: string, clock: Clock) {
    this.#database = database
    this.#folder = folder
    this.#clock = clock
  }

  current(): EngineSizes {
    const nowMs = this.#clock.nowMs()
    if (this.#running === undefined && nowMs - this.#measuredAtMs >= maxAgeMs) {
      this.#running = this.measure().finally(() => {
        this.#running = undefined
      })
    }
    return this.#sizes
  }

  /** Resolves when no measurement is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** A measurement that fails leaves the last one standing: sizes are estimates. */
  async measure(): Promise<void> {
    this.#measuredAtMs = this.#clock.nowMs()
    try {
      const files = await this.#fileSizes()
      const tableBytes = await this.#database.approximateSize('', internalPrefix)
      let totalBytes = 0
      let logBytes = 0
      for (const [name, sizeBytes] of files) {
        totalBytes += sizeBytes
        if (name.endsWith('.log')) logBytes += sizeBytes
      }
      this.#sizes = { totalBytes, inUseBytes: Math.min(totalBytes, tableBytes + logBytes) }
    } catch {}
  }

  async #fileSizes(): Promise<[string, number][]> {
    const names = await readdir(this.#folder)
    const sizes = await Promise.all(names.map((name) => this.#fileSize(name)))
    return names.map((name, index) => [name, sizes[index] ?? 0])
  }

  /** LevelDB removes files at any time: one that is gone counts nothing. */
  async #fileSize(name: string): Promise<number> {
    const status = await stat(join(this.#folder, name)).catch(() => undefined)
    return status?.size ?? 0
  }
}

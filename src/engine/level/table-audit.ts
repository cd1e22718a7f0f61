import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Timer } from '../../base/clock.js'
import { MetastoreError } from '../../base/errors.js'
import { checkTable } from './table-check.js'

/** Between tables checked beside the work of the engine: a table takes 2 ms, so this is a fiftieth. */
const pauseMs = 100
/** Checked without letting other work go on; a quarter of a millisecond. */
const sliceBytes = 256 * 1024

interface ListedTable {
  readonly name: string
  /** Differs when LevelDB has meanwhile written another table under the name. */
  readonly identity: string
}

/**
 * Checks the tables that were in the folder before it was opened, the newest first. What exceeds
 * the bytes for opening is checked afterwards, slowly. Tables of this process's own making are not
 * checked: LevelDB removes and writes tables at any time.
 */
export class TableAudit {
  readonly #folder: string
  readonly #clock: Clock
  #tables: ListedTable[] = []
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #closed = false

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
  }

  /** Notes the tables there are. To be called before LevelDB opens the folder. */
  async list(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    const tables = names
      .filter((name) => /^\d+\.(ldb|sst)$/.test(name))
      .sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10))
    for (const name of tables) {
      const identity = await this.#identify(name)
      if (identity !== undefined) this.#tables.push({ name, identity })
    }
  }

  /** Checks tables of at least so many bytes together. @throws MetastoreError `data-corrupt` */
  async check(sizeBytes: number): Promise<void> {
    for (let bytes = 0; bytes < sizeBytes && this.#tables.length > 0; ) {
      bytes += await this.#checkNext()
    }
  }

  /** Checks the rest, one table after another, until it finds damage or is closed. */
  start(onDamage: (error: MetastoreError) => void): void {
    if (this.#tables.length === 0 || this.#closed) return
    this.#timer = this.#clock.schedule(pauseMs, () => {
      this.#running = this.#checkNext().then(
        () => this.start(onDamage),
        (error: MetastoreError) => onDamage(error),
      )
    })
  }

  /** Resolves when it no longer reads. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.#running
  }

  async #checkNext(): Promise<number> {
    const listed = this.#tables.pop()
    const table = listed === undefined ? undefined : await this.#read(listed)
    if (listed === undefined || table === undefined) return 0
    const check = checkTable(table)
    for (let blocks = 0; !this.#closed; ) {
      const step = check.next()
      if (step.done === true) {
        if (step.value !== undefined) throw this.#damaged(`table ${listed.name}: ${step.value}`)
        break
      }
      blocks++
      if (blocks % (sliceBytes / 4096) === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return table.length
  }

  /** Undefined: LevelDB has removed the table meanwhile. */
  async #read({ name, identity }: ListedTable): Promise<Buffer | undefined> {
    try {
      const table = await readFile(join(this.#folder, name))
      return (await this.#identify(name)) === identity ? table : undefined
    } catch (thrown) {
      if ((await this.#identify(name)) !== identity) return undefined
      throw this.#damaged(`table ${name} cannot be read`, thrown)
    }
  }

  async #identify(name: string): Promise<string | undefined> {
    const status = await stat(join(this.#folder, name)).catch(() => undefined)
    return status && `${status.ino} ${status.size} ${status.mtimeMs}`
  }

  #damaged(what: string, cause?: unknown): MetastoreError {
    const message = `data directory "${this.#folder}" is damaged: ${what}`
    return new MetastoreError('data-corrupt', message, { cause })
  }
}

import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ByteString } from '../../src/base/bytes.js'
import { type Engine, LevelEngine, type RowRange } from '../../src/engine/index.js'
import {
  createLevelDatabase,
  type LevelDatabase,
  type LevelTuning,
} from '../../src/engine/level/level-database.js'

/** Temporary folders of one test file. */
export class Folders {
  readonly #made: string[] = []

  async make(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'metastore-level-'))
    this.#made.push(folder)
    return folder
  }

  async copyOf(source: string): Promise<string> {
    const folder = await this.make()
    await cp(source, folder, { recursive: true })
    return folder
  }

  async removeAll(): Promise<void> {
    await Promise.all(
      this.#made.splice(0).map((made) => rm(made, { recursive: true, force: true })),
    )
  }
}

type Write = () => Promise<void>
type WriteOptions = { sync: boolean }

/** What engines use of a chained batch. */
interface NativeBatch {
  _put(key: string, value: Buffer): void
  _del(key: string): void
  _write(options: WriteOptions): Promise<void>
}

/** A database whose batches, of `length` operations, are written when, and if, `write` says so. */
export function databaseWith(
  write: (proceed: Write, options: WriteOptions, length: number) => Promise<void>,
) {
  return (folder: string, tuning: LevelTuning): LevelDatabase => {
    const database = createLevelDatabase(folder, tuning)
    const makeBatch = database.batch.bind(database) as unknown as () => NativeBatch
    const batch = () => {
      const made = makeBatch()
      const own = { put: made._put.bind(made), del: made._del.bind(made) }
      const writeMade = made._write.bind(made)
      let length = 0
      return Object.assign(made, {
        _put: (key: string, value: Buffer) => {
          length++
          own.put(key, value)
        },
        _del: (key: string) => {
          length++
          own.del(key)
        },
        _write: (options: WriteOptions) => {
          const operations = length
          length = 0
          return write(() => writeMade(options), options, operations)
        },
      })
    }
    return Object.assign(database, { batch })
  }
}

/** Holds batches back until they are let through, one by one. */
export class Gate {
  /** Batches that wait; the first is the only one, unless the engine breaks its promise. */
  readonly waiting: (() => void)[] = []
  open = true

  readonly write = async (proceed: Write): Promise<void> => {
    if (!this.open) await new Promise<void>((resolve) => this.waiting.push(resolve))
    await proceed()
  }

  letOneThrough(): void {
    this.waiting.shift()?.()
  }

  letAllThrough(): void {
    this.open = true
    for (const go of this.waiting.splice(0)) go()
  }
}

/** An engine whose batches wait at a gate, which is shut when the engine is open. */
export async function openGated(folders: Folders, options: { maxOverlayBytes?: number } = {}) {
  const gate = new Gate()
  const folder = await folders.make()
  const createDatabase = databaseWith(gate.write)
  const engine = await LevelEngine.open({ folder, createDatabase, ...options })
  gate.open = false
  return { engine, gate, folder }
}

export function rows(entries: Record<ByteString, string | undefined>) {
  return new Map(
    Object.entries(entries).map(([key, text]) => [
      key,
      text === undefined ? text : Buffer.from(text),
    ]),
  )
}

export async function readAll(
  engine: Engine,
  range: RowRange = { gte: '', lt: undefined },
): Promise<Map<ByteString, string>> {
  const found = new Map<ByteString, string>()
  const view = engine.view()
  try {
    const scan = view.scan(range)
    for (;;) {
      const chunk = await scan.next(100)
      if (chunk.length === 0) return found
      for (const row of chunk) found.set(row.key, row.value.toString())
    }
  } finally {
    view.close()
  }
}

/** The newest log of a LevelDB folder. */
export async function newestLog(folder: string): Promise<{ path: string; sizeBytes: number }> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log')).sort()
  const path = join(folder, logs.at(-1) ?? 'missing')
  return { path, sizeBytes: (await stat(path)).size }
}

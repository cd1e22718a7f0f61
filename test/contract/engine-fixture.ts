import type { ByteString } from '../../src/base/bytes.js'
import type { Engine, ReplaceableEngine, Row, RowRange, RowScan } from '../../src/engine/index.js'

/** An engine, empty, and how to get rid of what it leaves behind. */
export interface EngineFixture {
  readonly engine: ReplaceableEngine
  dispose(): Promise<void>
}

/** The engine of the test that runs. */
export class EngineUnderTest {
  readonly create: () => Promise<EngineFixture>
  #fixture: EngineFixture | undefined
  #position = 0

  constructor(create: () => Promise<EngineFixture>) {
    this.create = create
  }

  get engine(): ReplaceableEngine {
    if (this.#fixture === undefined) throw new Error('no test is running')
    return this.#fixture.engine
  }

  async begin(): Promise<void> {
    this.#fixture = await this.create()
    this.#position = 0
  }

  async end(): Promise<void> {
    await this.#fixture?.engine.close()
    await this.#fixture?.dispose()
    this.#fixture = undefined
  }

  /** Commits texts at the next position; undefined deletes. */
  commit(changes: Record<ByteString, string | undefined>): void {
    const entries = Object.entries(changes).map(
      ([key, text]) => [key, text === undefined ? undefined : Buffer.from(text)] as const,
    )
    this.engine.commit(new Map(entries), ++this.#position)
  }
}

export const everything: RowRange = { gte: '', lt: undefined }

export function textAt(from: Pick<Engine, 'get'>, key: ByteString): string | undefined {
  return from.get(key)?.toString()
}

export async function rowsOf(engine: Engine, range: RowRange, limit: number): Promise<Row[]> {
  const view = engine.view()
  try {
    return await drain(view.scan(range), limit)
  } finally {
    view.close()
  }
}

export async function keysOf(engine: Engine, range: RowRange): Promise<ByteString[]> {
  return (await rowsOf(engine, range, 100)).map((row) => row.key)
}

export async function drainKeys(scan: RowScan): Promise<ByteString[]> {
  return (await drain(scan, 100)).map((row) => row.key)
}

/** All rows that are left in a scan; closes it. */
export async function drain(scan: RowScan, limit: number): Promise<Row[]> {
  const all: Row[] = []
  for (;;) {
    const rows = await scan.next(limit)
    if (rows.length === 0) break
    all.push(...rows)
  }
  scan.close()
  return all
}

/** The next rows, as a promise also when they are refused at once. */
export async function nextOf(scan: RowScan): Promise<Row[]> {
  return await scan.next(10)
}

export function numberedKeys(count: number): ByteString[] {
  return Array.from({ length: count }, (_, index) => `key${String(index).padStart(4, '0')}`)
}

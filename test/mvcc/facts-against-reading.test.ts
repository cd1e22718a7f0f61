import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from '../../src/base/random.js'
import {
  type Engine,
  type EngineView,
  LevelEngine,
  MemoryEngine,
  type RowRange,
  type RowScan,
} from '../../src/engine/index.js'
import { type ApplyOutcome, FactLoader, KeyValueState, Sweeper } from '../../src/mvcc/index.js'
import { Command, Event, KeyValue } from '../../src/wire/index.js'
import { Commands, keyCount, keys } from './random-commands.js'
import { operation } from './state-harness.js'

/** A memory engine that facts are remembered for; what is read behind everything else takes its time. */
class SlowMemory extends MemoryEngine {
  override readonly kind = 'level' as 'memory'

  override view(): EngineView {
    const view = super.view()
    const scan = (range: RowRange): RowScan => {
      const rows = view.scan(range)
      const next = async (limit: number) => {
        if (range.priority === 'background') await nextTurn()
        return rows.next(limit)
      }
      return { next, close: () => rows.close() }
    }
    return { get: (key) => view.get(key), scan, close: () => view.close() }
  }
}

/** Two states that are told the same, of which only one remembers facts. */
class Pair {
  #index = 0
  #remembering: KeyValueState
  #reading: KeyValueState
  #loading: Promise<void> | undefined
  #waiting: (() => void)[] = []
  #outcomes: [ApplyOutcome | undefined, ApplyOutcome | undefined][] = []

  private constructor(
    readonly engines: readonly [Engine, Engine],
    states: readonly [KeyValueState, KeyValueState],
    readonly factsBytes: number,
  ) {
    ;[this.#remembering, this.#reading] = states
  }

  static async open(engines: readonly [Engine, Engine], factsBytes: number): Promise<Pair> {
    return new Pair(engines, await Pair.#states(engines, factsBytes), factsBytes)
  }

  static async #states([first, second]: readonly [Engine, Engine], keyFactsBytes: number) {
    return [
      await KeyValueState.open(first, { keyFactsBytes, rangeCacheBytes: 0 }),
      await KeyValueState.open(second, { keyFactsBytes: 0, rangeCacheBytes: 0 }),
    ] as const
  }

  get revision(): number {
    return this.#remembering.revision
  }

  async apply(command: Command): Promise<void> {
    this.#index++
    const encoded = Command.encode(command)
    const [first, second] = await Promise.all(
      [this.#remembering, this.#reading].map((state) =>
        state.apply(this.#index, 1, Command.decode(encoded)),
      ),
    )
    // It knows nothing of what is not committed: each entry is a commit of its own.
    this.#reading.commit()
    expect(textOf(first?.response)).toBe(textOf(second?.response))
    this.#outcomes.push([first, second])
  }

  /** Not everybody asks for events. */
  commit(random: Random): void {
    this.#remembering.commit()
    this.#reading.commit()
    for (const [first, second] of this.#outcomes) {
      expect(first?.revision).toBe(second?.revision)
      expect(first?.eventCount).toBe(second?.eventCount)
      if (random.below(3) === 0) expect(textOf(first?.events)).toBe(textOf(second?.events))
    }
    this.#outcomes = []
  }

  /** Loading goes on a step with each turn. */
  load(): void {
    const { facts } = this.#remembering
    const loader = new FactLoader(this.engines[0], () => facts)
    const load = async () => {
      while (facts?.isSettled === false) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
        await loader.load()
      }
      this.#loading = undefined
      await loader.close()
    }
    this.#loading = load()
  }

  turn(): void {
    this.#waiting.shift()?.()
  }

  async endLoad(): Promise<void> {
    while (this.#loading !== undefined) {
      this.turn()
      await nextTurn()
    }
  }

  async sweep(): Promise<void> {
    for (const [at, state] of [this.#remembering, this.#reading].entries()) {
      const sweeper = new Sweeper(this.engines[at] as Engine, state, () => Promise.resolve())
      await sweeper.sweep()
      await sweeper.close()
    }
  }

  async restart(): Promise<void> {
    await this.endLoad()
    const states = await Pair.#states(this.engines, this.factsBytes)
    ;[this.#remembering, this.#reading] = states
  }

  async compareRows(): Promise<void> {
    const [first, second] = await Promise.all(this.engines.map(allRows))
    expect(first?.size).toBe(second?.size)
    for (const [key, value] of first ?? []) {
      const other = second?.get(key)
      if (other === undefined || !other.equals(value)) {
        expect([key, value.toString('hex')]).toEqual([key, other?.toString('hex')])
      }
    }
  }

  async close(): Promise<void> {
    await this.endLoad()
  }
}

/** KeyValues are as equal as their bytes, however much of them has been looked at. */
function textOf(answer: unknown): string {
  return JSON.stringify(answer, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}`
    if (value instanceof Error) return `${value}`
    if (value instanceof Event) return value.encoded.toString('hex')
    return value instanceof KeyValue ? value.encoded.toString('hex') : value
  })
}

async function allRows(engine: Engine): Promise<Map<string, Buffer>> {
  const view = engine.view()
  const scan = view.scan({ gte: '', lt: undefined })
  const found = new Map<string, Buffer>()
  try {
    for (;;) {
      const rows = await scan.next(1000)
      if (rows.length === 0) return found
      for (const { key, value } of rows) found.set(key, value)
    }
  } finally {
    scan.close()
    view.close()
  }
}

/** Puts keys again that were deleted, has both states begin anew, and the one load what there is. */
async function refill(pair: Pair, random: Random): Promise<void> {
  for (let index = 0; index < keyCount; index += 1 + random.below(3)) {
    await pair.apply(operation.put(keys[index] ?? '', 'refilled', 0n))
  }
  pair.commit(random)
  await pair.restart()
  pair.load()
}

async function drive(pair: Pair, random: Random): Promise<void> {
  const commands = new Commands(random)
  for (let round = 0; round < 400; round++) {
    if (round % 80 === 0) await refill(pair, random)
    commands.narrow()
    for (let count = random.below(6); count >= 0; count--) {
      await pair.apply(commands.any(pair.revision))
    }
    pair.commit(random)
    pair.turn()
    if (random.below(80) === 0) await pair.sweep()
    if (random.below(100) === 0) await pair.compareRows()
    if (random.below(2) === 0) await nextTurn()
  }
  await pair.compareRows()
  await pair.close()
}

describe('a state that remembers facts does what one does that reads', () => {
  const manyBytes = 64 * 1024 * 1024

  test.each([1, 200 * 1024, manyBytes])('over memory, with %i bytes for them', async (size) => {
    await drive(await Pair.open([new SlowMemory(), new SlowMemory()], size), seededRandom(size))
  })

  test.each([1, manyBytes])('over LevelDB, with %i bytes for them', async (size) => {
    const root = await mkdtemp(join(tmpdir(), 'metastore-facts-'))
    const open = (name: string) =>
      LevelEngine.open({ folder: join(root, name), writeBufferSizeBytes: 64 * 1024 })
    const engines = [await open('a'), await open('b')] as const
    try {
      await drive(await Pair.open(engines, size), seededRandom(size))
    } finally {
      for (const engine of engines) await engine.close()
      await rm(root, { recursive: true })
    }
  })
})

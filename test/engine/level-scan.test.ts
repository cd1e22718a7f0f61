import { afterEach, describe, expect, test } from 'vitest'
import { LevelEngine, type RowRange } from '../../src/engine/index.js'
import { createLevelDatabase, type LevelTuning } from '../../src/engine/level/level-database.js'
import { TurnQueue } from '../../src/engine/level/turn-queue.js'
import { Folders, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

/** Notes what the engine asks LevelDB for. */
class Watched {
  readonly chunkSizes: number[] = []
  snapshots = 0
  /** Who got a chunk, in order. */
  readonly readers: string[] = []
  steps = 0
  mostSteps = 0
  /** Of each closed iterator, how many rows it read last. */
  readonly heldAtClose: number[] = []

  readonly create = (folder: string, tuning: LevelTuning) => {
    const database = createLevelDatabase(folder, tuning)
    const makeSnapshot = database.snapshot.bind(database)
    const makeIterator = database.iterator.bind(database) as (options: object) => object
    const snapshot = () => {
      this.snapshots++
      return makeSnapshot()
    }
    const iterator = (options: object) => {
      const made = makeIterator(options) as {
        nextv(size: number): Promise<unknown[]>
        close(): Promise<void>
      }
      const nextv = made.nextv.bind(made)
      const close = made.close.bind(made)
      let held = 0
      return Object.assign(made, {
        nextv: async (size: number) => {
          const chunk = await this.#step(size, () => nextv(size))
          held = chunk.length
          return chunk
        },
        close: () => {
          this.heldAtClose.push(held)
          return close()
        },
      })
    }
    return Object.assign(database, { snapshot, iterator })
  }

  async #step<Chunk>(size: number, read: () => Promise<Chunk>): Promise<Chunk> {
    this.chunkSizes.push(size)
    this.steps++
    this.mostSteps = Math.max(this.mostSteps, this.steps)
    try {
      return await read()
    } finally {
      this.steps--
    }
  }
}

async function openFilled(watched: Watched, count: number): Promise<LevelEngine> {
  const folder = await folders.make()
  const engine = await LevelEngine.open({ folder, createDatabase: watched.create })
  const keys = Array.from({ length: count }, (_, index) => `row${String(index).padStart(5, '0')}`)
  engine.commit(rows(Object.fromEntries(keys.map((key) => [key, key]))), 1)
  await engine.flush()
  return engine
}

describe('scans over LevelDB', () => {
  test('leave an iterator with no large rows in it behind', async () => {
    const watched = new Watched()
    const folder = await folders.make()
    const engine = await LevelEngine.open({ folder, createDatabase: watched.create })
    const small = Object.fromEntries(['s1', 's2', 's3'].map((key) => [key, key]))
    const large = Object.fromEntries(['t1', 't2', 't3'].map((key) => [key, 'x'.repeat(10_000)]))
    engine.commit(rows({ ...small, ...large }), 1)
    await engine.flush()
    const opening = watched.heldAtClose.length
    const view = engine.view()
    for (const [prefix, reverse] of [
      ['s', false],
      ['t', false],
      ['t', true],
    ] as const) {
      const scan = view.scan({ gte: prefix, lt: `${prefix}9`, reverse })
      expect(await scan.next(3)).toHaveLength(3)
      scan.close()
    }
    await expect.poll(() => watched.heldAtClose.slice(opening)).toEqual([3, 0, 0])
    view.close()
    await engine.close()
  })

  test('read 64 rows at a time at most, one scan after another', async () => {
    const watched = new Watched()
    const engine = await openFilled(watched, 1000)
    const view = engine.view()
    const finished: number[] = []
    const counts = await Promise.all(
      [0, 1, 2, 3].map(async (number) => {
        const scan = view.scan({ gte: number === 3 ? 'row00950' : '', lt: undefined })
        let count = 0
        for (;;) {
          const chunk = await scan.next(500)
          if (chunk.length === 0) break
          count += chunk.length
        }
        finished.push(number)
        return count
      }),
    )
    expect(counts).toEqual([1000, 1000, 1000, 50])
    expect(Math.max(...watched.chunkSizes)).toBe(64)
    expect(watched.mostSteps).toBe(1)
    expect(finished[0]).toBe(3)
    view.close()
    await engine.close()
  })

  test('answer at once when the rows are at hand, and ask no more once the disk is used up', async () => {
    const watched = new Watched()
    const engine = await openFilled(watched, 60)
    const view = engine.view()
    const scan = view.scan({ gte: '', lt: undefined })
    const pending = scan.next(64)
    expect(pending).toBeInstanceOf(Promise)
    scan.close()
    await expect(pending).rejects.toThrow('the scan is closed')

    const second = view.scan({ gte: 'row00010', lt: undefined })
    expect(await second.next(20)).toHaveLength(20)
    expect(await second.next(64)).toHaveLength(30)
    expect(second.next(64)).toEqual([])
    view.close()
    await engine.close()
  })

  test('a chunk that bytes cut short is not taken for the last one', async () => {
    const engine = await openFilled(new Watched(), 0)
    const value = 'x'.repeat(30_000)
    engine.commit(rows(Object.fromEntries([...'abcdefgh'].map((key) => [key, value]))), 2)
    await engine.flush()
    const view = engine.view()
    const scan = view.scan({ gte: '', lt: undefined })
    const keys: string[] = []
    for (;;) {
      const chunk = await scan.next(64)
      if (chunk.length === 0) break
      keys.push(...chunk.map((row) => row.key))
    }
    expect(keys.join('')).toBe('abcdefgh')
    view.close()
    await engine.close()
  })

  test('a snapshot is taken only for a view that is open when the next batch starts', async () => {
    const watched = new Watched()
    const engine = await openFilled(watched, 10)
    engine.view().close()
    engine.commit(rows({ a: '1' }), 2)
    await engine.flush()
    expect(watched.snapshots).toBe(0)
    const [one, other] = [engine.view(), engine.view()]
    for (let position = 3; position < 6; position++) {
      engine.commit(rows({ a: `${position}` }), position)
      await engine.flush()
    }
    expect(watched.snapshots).toBe(1)
    expect([one, other].map((view) => view.get('a')?.toString())).toEqual(['1', '1'])
    one.close()
    expect(other.get('a')?.toString()).toBe('1')
    other.close()
    await engine.close()
  })
})

describe('the queue of turns', () => {
  test('runs one step at a time, in the order they came, and goes on after one that fails', async () => {
    const queue = new TurnQueue()
    const seen: string[] = []
    const step = (name: string) => async () => {
      seen.push(`${name} begins`)
      await Promise.resolve()
      seen.push(`${name} ends`)
      if (name === 'b') throw new Error('b fails')
      return name
    }
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => queue.run(step(name))))
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await queue.run(step('d'))).toBe('d')
  })
})

describe('the queue of turns, by priority', () => {
  test('what applies the log goes first, the background last, but is not starved', async () => {
    const queue = new TurnQueue()
    const seen: string[] = []
    const enter = (name: string, priority: 'apply' | 'read' | 'background') =>
      queue.run(async () => void seen.push(name), priority)
    const all = [
      enter('first', 'background'),
      enter('sweep', 'background'),
      enter('hash', 'background'),
    ]
    for (let index = 0; index < 20; index++) all.push(enter(`range ${index}`, 'read'))
    all.push(enter('entry', 'apply'))
    await Promise.all(all)
    expect(seen.slice(0, 3)).toEqual(['first', 'entry', 'range 0'])
    expect(seen.indexOf('sweep')).toBe(17)
    expect(seen.slice(-2)).toEqual(['range 19', 'hash'])
  })

  test('a short read waits for no more than one chunk of a long scan in the background', async () => {
    const watched = new Watched()
    const engine = await openFilled(watched, 5000)
    const view = engine.view()
    const finished: string[] = []
    const readAllOf = async (name: string, range: RowRange): Promise<void> => {
      const scan = view.scan(range)
      while ((await scan.next(64)).length > 0) watched.readers.push(name)
      finished.push(name)
    }
    const long = readAllOf('long', { gte: '', lt: undefined, priority: 'background' })
    const other = readAllOf('other', { gte: '', lt: undefined, priority: 'background' })
    await readAllOf('short', { gte: 'row03000', lt: 'row03010' })
    expect(watched.readers.length).toBeLessThanOrEqual(3)
    await Promise.all([long, other])
    expect(finished[0]).toBe('short')
    view.close()
    await engine.close()
  })
})

import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/base/clock.js'
import { LevelEngine } from '../../src/engine/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { databaseWith, Folders, Gate, readAll, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

/** An engine whose batches wait at a gate, which is shut when the engine is open. */
async function openGated(options: { maxOverlayBytes?: number } = {}) {
  const gate = new Gate()
  const folder = await folders.make()
  const createDatabase = databaseWith(gate.write)
  const engine = await LevelEngine.open({ folder, createDatabase, ...options })
  gate.open = false
  return { engine, gate, folder }
}

describe('what is durable', () => {
  test('reopening finds all that was flushed, and the position it belongs to', async () => {
    const folder = await folders.make()
    const first = await LevelEngine.open({ folder })
    expect(first.durablePosition).toBe(0)
    first.commit(rows({ a: '1', b: '2' }), 3)
    first.commit(rows({ b: undefined, c: '3' }), 7)
    await first.close()

    const second = await LevelEngine.open({ folder })
    expect(second.durablePosition).toBe(7)
    expect(await readAll(second)).toEqual(
      new Map([
        ['a', '1'],
        ['c', '3'],
      ]),
    )
    await second.close()
  })

  test('the position moves when a batch is confirmed, not when it is committed', async () => {
    const { engine, gate } = await openGated()
    const heard: number[] = []
    engine.onDurable((position) => heard.push(position))
    engine.commit(rows({ a: '1' }), 1)
    await vi.waitUntil(() => gate.waiting.length === 1)
    engine.commit(rows({ b: '2' }), 2)
    engine.commit(rows({}), 4)
    expect([engine.durablePosition, heard]).toEqual([0, []])

    gate.letOneThrough()
    await vi.waitUntil(() => engine.durablePosition === 1)
    await vi.waitUntil(() => gate.waiting.length === 1)
    gate.letOneThrough()
    await engine.flush()
    expect([engine.durablePosition, heard]).toEqual([4, [1, 4]])
    await engine.close()
  })

  test('a flush waits for what was committed before it, not for what comes after', async () => {
    const { engine, gate } = await openGated()
    engine.commit(rows({ a: '1' }), 1)
    const flushed = engine.flush()
    await vi.waitUntil(() => gate.waiting.length === 1)
    engine.commit(rows({ b: '2' }), 2)
    gate.letOneThrough()
    await flushed
    expect(engine.durablePosition).toBe(1)
    gate.letAllThrough()
    await engine.close()
  })

  test('closing writes what is still in memory', async () => {
    const { engine, gate, folder } = await openGated()
    engine.commit(rows({ a: '1' }), 1)
    const closed = engine.close()
    await vi.waitUntil(() => gate.waiting.length === 1)
    gate.letAllThrough()
    await closed
    const again = await LevelEngine.open({ folder })
    expect(again.get('a')?.toString()).toBe('1')
    await again.close()
  })

  test('positions do not go back', async () => {
    const { engine, gate } = await openGated()
    engine.commit(rows({ a: '1' }), 5)
    expect(() => engine.commit(rows({ a: '2' }), 4)).toThrow('positions do not go back')
    gate.letAllThrough()
    await engine.close()
  })
})

describe('batches', () => {
  test('are synced, every one', async () => {
    const syncs = new Set<boolean>()
    const createDatabase = databaseWith((proceed, options) => {
      syncs.add(options.sync)
      return proceed()
    })
    const engine = await LevelEngine.open({ folder: await folders.make(), createDatabase })
    engine.commit(rows({ a: '1' }), 1)
    await engine.flush()
    await engine.close()
    expect(syncs).toEqual(new Set([true]))
  })

  test('there is never more than one under way, and what arrives meanwhile goes together', async () => {
    let running = 0
    let most = 0
    let batches = 0
    const createDatabase = databaseWith(async (proceed) => {
      running++
      batches++
      most = Math.max(most, running)
      await proceed()
      await new Promise((resolve) => setImmediate(resolve))
      running--
    })
    const engine = await LevelEngine.open({ folder: await folders.make(), createDatabase })
    batches = 0
    for (let position = 1; position <= 400; position++) {
      engine.commit(rows({ counter: `${position}`, [`row${position}`]: 'x' }), position)
      if (position % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (position % 50 === 0) void engine.flush()
    }
    await engine.flush()
    expect(most).toBe(1)
    expect(batches).toBeGreaterThan(1)
    expect(batches).toBeLessThan(200)
    expect(engine.get('counter')?.toString()).toBe('400')
    await engine.close()
  })

  test('rows of many turns gather for one batch while nobody waits for it', async () => {
    let batches = 0
    const createDatabase = databaseWith(async (proceed) => {
      batches++
      await proceed()
    })
    const clock = new SimulatedClock()
    const folder = await folders.make()
    const engine = await LevelEngine.open({ folder, createDatabase, clock })
    batches = 0
    for (let position = 1; position <= 20; position++) {
      engine.commit(rows({ counter: `${position}` }), position)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(batches).toBe(0)
    await clock.advance(20)
    await vi.waitUntil(() => engine.durablePosition === 20)
    expect(batches).toBe(1)
    await engine.close()
  })

  test('of many rows are made over many turns, while reads and commits go on', async () => {
    const { engine, gate } = await openGated()
    const many = new Map<string, Buffer | undefined>()
    for (let row = 0; row < 10_000; row++) many.set(`row${row}`, Buffer.from(`${row}`))
    engine.commit(many, 1)
    let turns = 0
    for (; gate.waiting.length === 0; turns++) {
      if (turns === 5) {
        const early = engine.view()
        engine.commit(rows({ row0: undefined, row9999: 'later' }), 2)
        expect(early.get('row0')?.toString()).toBe('0')
        early.close()
      }
      expect(engine.get('row5000')?.toString()).toBe('5000')
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(turns).toBeGreaterThan(10)
    gate.letOneThrough()
    await vi.waitUntil(() => engine.durablePosition === 1)
    expect(engine.get('row9998')?.toString()).toBe('9998')
    expect([engine.get('row0'), engine.get('row9999')?.toString()]).toEqual([undefined, 'later'])
    gate.letAllThrough()
    await engine.flush()
    expect([engine.get('row0'), engine.get('row9999')?.toString()]).toEqual([undefined, 'later'])
    await engine.close()
  })

  test('hold the last value alone of a row that changed often', async () => {
    const lengths: number[] = []
    const createDatabase = databaseWith(async (proceed, _options, length) => {
      lengths.push(length)
      await proceed()
    })
    const folder = await folders.make()
    const engine = await LevelEngine.open({ folder, createDatabase })
    const [ofMarks = 0] = await lengthsOf(() => engine.commit(rows({}), 1))
    const [length] = await lengthsOf(() => {
      for (let position = 2; position <= 20; position++) {
        engine.commit(rows({ counter: `${position}`, gone: `${position}` }), position)
      }
      engine.commit(rows({ gone: undefined }), 21)
    })
    expect(length).toBe(ofMarks + 2)
    await engine.close()
    const again = await LevelEngine.open({ folder })
    expect(await readAll(again)).toEqual(new Map([['counter', '20']]))
    await again.close()

    async function lengthsOf(commit: () => void): Promise<number[]> {
      lengths.length = 0
      commit()
      await engine.flush()
      return lengths
    }
  })

  test('rows under way and rows behind them are read in their order', async () => {
    const { engine, gate } = await openGated()
    engine.commit(rows({ a: 'first', b: 'first' }), 1)
    await vi.waitUntil(() => gate.waiting.length === 1)
    const early = engine.view()
    engine.commit(rows({ a: 'second', c: 'second', b: undefined }), 2)
    expect(await readAll(engine)).toEqual(
      new Map([
        ['a', 'second'],
        ['c', 'second'],
      ]),
    )
    gate.letAllThrough()
    await engine.flush()
    expect(early.get('a')?.toString()).toBe('first')
    expect(early.get('b')?.toString()).toBe('first')
    expect(early.get('c')).toBeUndefined()
    early.close()
    await engine.close()
  })

  test('the engine is congested while too many bytes wait for the disk', async () => {
    const { engine, gate } = await openGated({ maxOverlayBytes: 1000 })
    engine.commit(rows({ a: 'x'.repeat(500) }), 1)
    await vi.waitUntil(() => gate.waiting.length === 1)
    expect(engine.congested).toBe(false)
    engine.commit(rows({ b: 'x'.repeat(500) }), 2)
    expect(engine.congested).toBe(true)
    gate.letAllThrough()
    await engine.flush()
    expect(engine.congested).toBe(false)
    await engine.close()
  })
})

describe('when a write fails', () => {
  async function openFailing(problem = 'input/output error') {
    let broken = false
    const createDatabase = databaseWith(async (proceed) => {
      if (broken) throw new Error(problem)
      await proceed()
    })
    const folder = await folders.make()
    const engine = await LevelEngine.open({ folder, createDatabase })
    engine.commit(rows({ kept: 'durable' }), 1)
    await engine.flush()
    broken = true
    return { engine, folder }
  }

  test('it is said once, nothing more is taken, and reads go on', async () => {
    const { engine } = await openFailing()
    const failures: Error[] = []
    engine.onFailure((error) => failures.push(error))
    engine.commit(rows({ lost: 'in memory', kept: undefined }), 2)
    await expect(engine.flush()).rejects.toMatchObject({ code: 'disk-failed' })

    expect(failures.map((error) => error.message)).toEqual([
      'writing to LevelDB failed: input/output error',
    ])
    expect(() => engine.commit(rows({ more: 'x' }), 3)).toThrow('input/output error')
    await expect(engine.flush()).rejects.toMatchObject({ code: 'disk-failed' })
    expect(engine.durablePosition).toBe(1)
    expect(await readAll(engine)).toEqual(new Map([['lost', 'in memory']]))
    await engine.close()
    expect(failures).toHaveLength(1)
  })

  test('a full disk takes rows into memory, so that what the log holds can still be applied', async () => {
    const { engine } = await openFailing('IO error: 000005.log: No space left on device')
    engine.commit(rows({ first: 'in memory' }), 2)
    await expect(engine.flush()).rejects.toMatchObject({ code: 'no-space' })
    expect(engine.failure?.code).toBe('no-space')
    engine.commit(rows({ second: 'in memory' }), 3)
    expect(engine.get('second')?.toString()).toBe('in memory')
    expect(engine.durablePosition).toBe(1)
    await engine.close()
  })

  test('R11: closing still releases the folder', async () => {
    const { engine, folder } = await openFailing()
    engine.commit(rows({ lost: 'x' }), 2)
    await engine.close()
    const again = await LevelEngine.open({ folder })
    expect(again.durablePosition).toBe(1)
    expect(await readAll(again)).toEqual(new Map([['kept', 'durable']]))
    await again.close()
  })
})

describe('sizes', () => {
  test('they are measured at most once a second, behind the answer', async () => {
    let nowMs = 0
    const clock: Clock = { nowMs: () => nowMs, schedule: () => ({ cancel: () => {} }) }
    const engine = await LevelEngine.open({ folder: await folders.make(), clock })
    const before = engine.sizes().totalBytes
    expect(before).toBeGreaterThan(0)
    engine.commit(rows({ large: 'x'.repeat(100_000) }), 1)
    await engine.flush()
    nowMs = 900
    expect(engine.sizes().totalBytes).toBe(before)
    nowMs = 2000
    await vi.waitUntil(() => engine.sizes().totalBytes > before + 100_000)
    const { totalBytes, inUseBytes } = engine.sizes()
    expect(inUseBytes).toBeGreaterThan(100_000)
    expect(inUseBytes).toBeLessThanOrEqual(totalBytes)
    await engine.close()
  })
})

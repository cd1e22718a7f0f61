import { afterEach, describe, expect, test, vi } from 'vitest'
import { LevelEngine } from '../../src/engine/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { databaseWith, Folders, openGated, readAll, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

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
    const { engine, gate } = await openGated(folders)
    const many = new Map<string, Buffer | undefined>()
    for (let row = 0; row < 10_000; row++) many.set(`row${row}`, Buffer.from(`${row}`))
    engine.commit(many, 1)
    const firstBatch = engine.flush()
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
    await firstBatch
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
    const { engine, gate } = await openGated(folders)
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
    const { engine, gate } = await openGated(folders, { maxOverlayBytes: 1000 })
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

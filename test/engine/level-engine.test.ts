import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/base/clock.js'
import { LevelEngine } from '../../src/engine/index.js'
import { databaseWith, Folders, openGated, readAll, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

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
    const { engine, gate } = await openGated(folders)
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
    const { engine, gate } = await openGated(folders)
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
    const { engine, gate, folder } = await openGated(folders)
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
    const { engine, gate } = await openGated(folders)
    engine.commit(rows({ a: '1' }), 5)
    expect(() => engine.commit(rows({ a: '2' }), 4)).toThrow('positions do not go back')
    gate.letAllThrough()
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

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { LevelEngine } from '../../src/engine/index.js'
import { createLevelDatabase } from '../../src/engine/level/level-database.js'
import { between } from '../../src/engine/ordered/between.js'
import { Folders, readAll } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

const everything = { gte: '', lt: undefined }
const rowCount = 20_000
const value = Buffer.alloc(500, 'v')
const name = (index: number) => `key/with/a/common/start/${String(index).padStart(6, '0')}`

/** An engine whose steps of giving back are counted, and can be held. */
async function openCounting() {
  const folder = await folders.make()
  const steps = { begun: 0, underWay: 0, most: 0, hold: undefined as Promise<void> | undefined }
  const engine = await LevelEngine.open({
    folder,
    writeBufferSizeBytes: 1024 * 1024,
    reclaimStepBytes: 512 * 1024,
    createDatabase: (location, tuning) => {
      const database = createLevelDatabase(location, tuning)
      const compactRange = database.compactRange.bind(database)
      const counted = async (from: string, to: string) => {
        steps.begun++
        steps.most = Math.max(steps.most, ++steps.underWay)
        await steps.hold
        await compactRange(from, to)
        steps.underWay--
      }
      return Object.assign(database, { compactRange: counted })
    },
  })
  return { engine, folder, steps }
}

/** Puts many rows, and then, unless told otherwise, deletes all but every hundredth. */
async function fillAndDelete(engine: LevelEngine, rounds: readonly number[] = [1, 100]) {
  for (const kept of rounds) {
    for (let start = 0; start < rowCount; start += 1000) {
      const indexes = Array.from({ length: 1000 }, (_, offset) => start + offset)
      const changes = indexes.map(
        (index) => [name(index), index % kept === 0 ? value : undefined] as const,
      )
      engine.commit(new Map(changes), 1)
      await engine.flush()
    }
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map((each) => stat(join(folder, each)).catch(() => null)))
  return sizes.reduce((sum, status) => sum + (status?.size ?? 0), 0)
}

describe('giving space back', () => {
  test('makes the folder small and keeps what is alive, one step at a time', async () => {
    const { engine, folder, steps } = await openCounting()
    await fillAndDelete(engine)
    const before = await sizeOf(folder)
    await Promise.all([engine.reclaim(everything), engine.reclaim(everything)])
    expect(await sizeOf(folder)).toBeLessThan(before / 5)
    expect((await readAll(engine)).size).toBe(rowCount / 100)
    expect(steps.most).toBe(1)
    await engine.close()
  })

  test('goes in steps of a bounded size', async () => {
    const { engine, steps } = await openCounting()
    await fillAndDelete(engine, [1])
    await engine.reclaim(everything)
    expect(steps.begun).toBeGreaterThan(10)
    await engine.close()
  })

  test('holds up no commit', async () => {
    const { engine, steps } = await openCounting()
    await fillAndDelete(engine)
    let release = () => {}
    steps.hold = new Promise((resolve) => {
      release = resolve
    })
    const reclaiming = engine.reclaim(everything)
    await vi.waitUntil(() => steps.underWay === 1)
    engine.commit(new Map([['new', value]]), 2)
    await engine.flush()
    expect(engine.durablePosition).toBe(2)
    release()
    await reclaiming
    await engine.close()
  })

  test('ends after the step under way when it is cancelled, or the engine closed', async () => {
    const { engine, steps } = await openCounting()
    await fillAndDelete(engine)
    let release = () => {}
    steps.hold = new Promise((resolve) => {
      release = resolve
    })
    const signal = new CancelSource()
    const cancelled = engine.reclaim(everything, signal)
    const stopped = engine.reclaim(everything)
    await vi.waitUntil(() => steps.underWay === 1)
    signal.abort(undefined)
    const closing = engine.close()
    release()
    await expect(cancelled).rejects.toMatchObject({ code: /request-canceled|server-stopped/ })
    await expect(stopped).rejects.toMatchObject({ code: 'server-stopped' })
    await closing
    expect(steps.begun).toBe(1)
  })
})

test('between two byte strings lies another, unless they are next to each other', () => {
  const bytes = fc
    .uint8Array({ maxLength: 12 })
    .map((array) => Buffer.from(array).toString('latin1'))
  fc.assert(
    fc.property(bytes, bytes, (left, right) => {
      fc.pre(left !== right)
      const [low, high] = left < right ? [left, right] : [right, left]
      const middle = between(low, high)
      if (middle === undefined) return
      expect(middle > low && middle < high).toBe(true)
    }),
  )
  expect(between('a', 'c')?.startsWith('b')).toBe(true)
  expect(between('key/1', 'key/2')?.startsWith('key/1')).toBe(true)
  expect(between('a', 'a\0')).toBeUndefined()
})

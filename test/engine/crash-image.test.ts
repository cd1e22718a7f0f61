import { copyFile, mkdir, open, readdir, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/base/clock.js'
import { MetastoreError } from '../../src/base/errors.js'
import { type Random, seededRandom } from '../../src/base/random.js'
import { LevelEngine } from '../../src/engine/index.js'
import { heldFolder } from '../../src/engine/level/held-files.js'
import { databaseWith, Folders, Gate, newestLog, readAll, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

type State = ReadonlyMap<string, string>

/** Random commits, and the rows after each: `states[position]`. */
class History {
  readonly states: State[] = [new Map()]
  readonly #random: Random

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  get position(): number {
    return this.states.length - 1
  }

  commitTo(engine: LevelEngine): void {
    const position = this.position + 1
    const changes: Record<string, string | undefined> = { last: `${position}` }
    for (let change = 0; change < 4; change++) {
      const text = `${position} ${'v'.repeat(this.#random.below(200))}`
      changes[`row${this.#random.below(300)}`] = this.#random.below(5) === 0 ? undefined : text
    }
    engine.commit(rows(changes), position)
    const state = new Map(this.states.at(-1))
    for (const [key, text] of Object.entries(changes)) {
      if (text === undefined) state.delete(key)
      else state.set(key, text)
    }
    this.states.push(state)
  }
}

/**
 * Opens a folder after a crash. Either it is refused with a clear error, or it holds exactly the
 * rows of its position: read row by row, and by scan. Returns that position.
 */
async function openAfterCrash(folder: string, states: readonly State[]): Promise<number | string> {
  let engine: LevelEngine | undefined
  try {
    engine = await LevelEngine.open({ folder })
    const expected = states[engine.durablePosition]
    for (let row = 0; row < 300; row++) {
      expect(engine.get(`row${row}`)?.toString()).toBe(expected?.get(`row${row}`))
    }
    expect(await readAll(engine)).toEqual(expected)
    return engine.durablePosition
  } catch (thrown) {
    if (!(thrown instanceof MetastoreError)) throw thrown
    expect(['data-corrupt', 'data-directory-unusable']).toContain(thrown.code)
    return thrown.message
  } finally {
    await engine?.close()
  }
}

/** Copies a folder that LevelDB works in; again, when its files changed in the middle of that. */
async function imageOf(live: string): Promise<string> {
  for (;;) {
    const before = await manifestOf(live)
    const copy = join(await folders.make(), 'image')
    await mkdir(copy)
    const copied = (await readdir(live))
      .filter((name) => name !== 'LOCK' && name !== heldFolder)
      .map((name) => copyFile(join(live, name), join(copy, name)).catch(() => 'gone'))
    const results = await Promise.all(copied)
    if (!results.includes('gone') && (await manifestOf(live)) === before) return copy
  }
}

async function manifestOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  const manifest = names.find((name) => name.startsWith('MANIFEST')) ?? ''
  const status = await stat(join(folder, manifest))
  return `${names.join()} ${status.size}`
}

describe('crash images of the LevelDB engine', () => {
  test('copied at random moments while writing, they hold all that was durable', async () => {
    const random = seededRandom(1)
    const live = await folders.make()
    const engine = await LevelEngine.open({ folder: live, writeBufferSizeBytes: 64 * 1024 })
    const history = new History(2)
    const images: { folder: string; atLeast: number }[] = []
    for (let round = 0; round < 300; round++) {
      for (let count = random.below(6); count >= 0; count--) history.commitTo(engine)
      if (random.below(2) === 0) await new Promise((resolve) => setImmediate(resolve))
      if (round % 25 !== 0) continue
      const atLeast = engine.durablePosition
      const copying = imageOf(live)
      while (history.position < atLeast + 30) {
        history.commitTo(engine)
        await new Promise((resolve) => setImmediate(resolve))
      }
      images.push({ folder: await copying, atLeast })
    }
    await engine.close()
    for (const { folder, atLeast } of images) {
      const position = await openAfterCrash(folder, history.states)
      expect(position).toBeTypeOf('number')
      expect(position).toBeGreaterThanOrEqual(atLeast)
    }
  })

  test('with the log cut behind the last confirmed batch, they hold exactly that batch', async () => {
    const gate = new Gate()
    const live = await folders.make()
    const engine = await LevelEngine.open({
      folder: live,
      createDatabase: databaseWith(gate.write),
    })
    const history = new History(3)
    for (let commits = 0; commits < 40; commits++) history.commitTo(engine)
    await engine.flush()
    const confirmed = await newestLog(live)
    gate.open = false
    for (let commits = 0; commits < 40; commits++) history.commitTo(engine)
    await vi.waitUntil(() => gate.waiting.length === 1)
    gate.letAllThrough()
    await engine.close()
    const whole = await newestLog(live)
    expect(whole.sizeBytes).toBeGreaterThan(confirmed.sizeBytes)

    const random = seededRandom(4)
    for (let cut = 0; cut < 12; cut++) {
      const image = await imageOf(live)
      const torn = random.below(whole.sizeBytes - confirmed.sizeBytes)
      await truncate((await newestLog(image)).path, confirmed.sizeBytes + torn)
      expect(await openAfterCrash(image, history.states)).toBe(40)
    }
  })

  test('with the log cut anywhere, they hold a state that once was, or are refused', async () => {
    const { live, states } = await manyBatches(150)
    const random = seededRandom(5)
    const { sizeBytes } = await newestLog(live)
    const positions: (number | string)[] = []
    for (let cut = 0; cut < 15; cut++) {
      const image = await imageOf(live)
      await truncate((await newestLog(image)).path, random.below(sizeBytes))
      positions.push(await openAfterCrash(image, states))
    }
    expect(positions.some((position) => typeof position === 'number' && position > 10)).toBe(true)
  })

  test('a batch that LevelDB skips in the middle of its log is missed, however old it is', async () => {
    const { live, states } = await manyBatches(400)
    const { sizeBytes } = await newestLog(live)
    expect(sizeBytes).toBeGreaterThan(4 * 32 * 1024)
    for (const part of [0.02, 0.1, 0.3, 0.5, 0.7]) {
      const image = await imageOf(live)
      await flip((await newestLog(image)).path, Math.floor(sizeBytes * part), 1)
      const refusal = await openAfterCrash(image, states)
      expect(refusal).toMatch(/is damaged: .*(missing|does not belong)/)
      expect(refusal).toContain(image)
    }
  })

  test('with any byte changed, they answer rightly or say that they are damaged', async () => {
    const { live, states } = await manyBatches(300, { writeBufferSizeBytes: 64 * 1024 })
    const names = (await readdir(live)).filter((name) =>
      /^MANIFEST|^CURRENT|\.(ldb|log)$/.test(name),
    )
    expect(names.filter((name) => name.endsWith('.ldb')).length).toBeGreaterThan(0)
    const random = seededRandom(6)
    let refused = 0
    for (let trial = 0; trial < 60; trial++) {
      const image = await imageOf(live)
      const name = names[trial % names.length] ?? ''
      const { size } = await stat(join(image, name))
      if (size === 0) continue
      await flip(join(image, name), random.below(size), 1 + random.below(255))
      if (typeof (await openAfterCrash(image, states)) === 'string') refused++
    }
    expect(refused).toBeGreaterThan(10)
  })

  test('damage in tables that are checked only after the start stops the engine', async () => {
    const { live: folder, states } = await manyBatches(300, { writeBufferSizeBytes: 64 * 1024 })
    const tables = (await readdir(folder)).filter((name) => name.endsWith('.ldb')).sort()
    await flip(join(folder, tables[0] ?? ''), 10_000, 1)

    const due: (() => void)[] = []
    const clock: Clock = {
      nowMs: () => 0,
      schedule: (_delayMs, callback) => {
        due.push(callback)
        return { cancel: () => {} }
      },
    }
    const engine = await LevelEngine.open({ folder, clock, checkedAtOpenBytes: 0 })
    let failure: Error | undefined
    engine.onFailure((error) => {
      failure = error
    })
    await vi.waitUntil(() => {
      due.shift()?.()
      return failure !== undefined
    })
    expect(failure).toMatchObject({ code: 'data-corrupt' })
    expect(() => engine.get('last')).toThrow('does not match its checksum')
    expect(() => engine.view()).toThrow('does not match its checksum')
    expect(() => engine.commit(rows({ a: '1' }), states.length)).toThrow(
      'does not match its checksum',
    )
    await engine.close()
  })
})

/** A closed engine's folder after many batches of one commit each. */
async function manyBatches(count: number, options: { writeBufferSizeBytes?: number } = {}) {
  const live = await folders.make()
  const engine = await LevelEngine.open({ folder: live, ...options })
  const history = new History(count)
  for (let batch = 0; batch < count; batch++) {
    history.commitTo(engine)
    await engine.flush()
  }
  await engine.close()
  return { live, states: history.states }
}

async function flip(path: string, offset: number, mask: number): Promise<void> {
  const byte = (await readFile(path))[offset] ?? 0
  const file = await open(path, 'r+')
  await file.write(Buffer.from([byte ^ mask]), 0, 1, offset)
  await file.close()
}

import { describe, expect, test } from 'vitest'
import { KeyValueState, Sweeper } from '../../src/mvcc/index.js'
import type { Command } from '../../src/wire/index.js'
import { RecordingEngine } from './recording-engine.js'
import { operation } from './state-harness.js'

const noPause = () => Promise.resolve()

/** A state over an engine that is driven without a log. */
class Driven {
  index = 0
  private constructor(
    readonly engine: RecordingEngine,
    readonly state: KeyValueState,
  ) {}

  static async on(engine: RecordingEngine): Promise<Driven> {
    return new Driven(engine, await KeyValueState.open(engine))
  }

  async apply(...commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      await this.state.apply(++this.index, 1, command)
      this.state.commit()
    }
    this.engine.unflushed = 0
    this.engine.mostUnflushed = 0
  }

  sweeper(nextTurn = noPause): Sweeper {
    return new Sweeper(this.engine, this.state, nextTurn)
  }
}

/** Many revisions of few keys; deletes; one revision of more rows than a piece; a compaction. */
async function busyHistory(): Promise<Driven> {
  const driven = await Driven.on(new RecordingEngine())
  for (let count = 0; count < 4300; count++) {
    const key = `key-${count % 7}`
    await driven.apply(
      count % 50 === 9 ? operation.deleteRange(key, '') : operation.put(key, `${count}`, 0n),
    )
  }
  for (let count = 0; count < 4200; count++) {
    await driven.apply(operation.put(`other-${count}`, 'x', 0n))
  }
  await driven.apply(operation.deleteRange('other-', 'other.'))
  const compacted = driven.state.revision
  await driven.apply(operation.put('key-1', 'last', 0n), operation.compact(compacted))
  return driven
}

describe('sweeping', () => {
  test('goes on after a crash at any step, and ends as if there had been none', async () => {
    const whole = await busyHistory()
    const before = whole.engine.commits.length
    await whole.sweeper().sweep()
    const expected = await whole.engine.allRows()
    const steps = whole.engine.commits.length - before
    expect(steps).toBeGreaterThan(30)
    for (let step = 0; step <= steps; step++) {
      const left = RecordingEngine.after(whole.engine.commits.slice(0, before + step))
      const again = await Driven.on(left)
      await again.sweeper().sweep()
      expect(await left.allRows(), `after step ${step}`).toEqual(expected)
    }
  }, 60_000)

  test('leaves only what can be read: the newest change of each key, and what came later', async () => {
    const { engine, state, sweeper } = await Driven.on(new RecordingEngine()).then((driven) =>
      driven
        .apply(
          operation.put('a', '1', 0n),
          operation.put('a', '2', 0n),
          operation.put('b', '1', 0n),
          operation.deleteRange('b', ''),
          operation.deleteRange('a', ''),
          operation.put('c', '1', 0n),
          operation.compact(6),
        )
        .then(() => ({ engine: driven.engine, state: driven.state, sweeper: driven.sweeper() })),
    )
    await sweeper.sweep()
    const names = (await engine.allRows()).map((row) => row[0])
    // The tombstone at the compacted revision itself stays readable; c is current.
    expect(names.filter((name) => name === 'h').length).toBe(2)
    expect(names.filter((name) => name === 'i').length).toBe(2)
    expect(state.sweptRevision).toBe(6)
  })

  test('waits for the disk after each piece, however much there is', async () => {
    const driven = await busyHistory()
    await driven.sweeper().sweep()
    expect(driven.engine.mostUnflushed).toBeLessThan(20)
  })

  test('gives way after every chunk', async () => {
    const driven = await busyHistory()
    let turns = 0
    await driven
      .sweeper(async () => {
        turns++
      })
      .sweep()
    expect(turns).toBeGreaterThan(8500 / 64)
  })

  test('one that is asked for while another gives space back is carried out too', async () => {
    const driven = await Driven.on(new RecordingEngine())
    const put = operation.put('a', 'x', 0n)
    await driven.apply(put, put, put, operation.compact(3))
    const sweeper = driven.sweeper()
    const first = sweeper.sweep()
    let release = () => {}
    driven.engine.hold = new Promise((resolve) => {
      release = resolve
    })
    await driven.apply(operation.compact(4))
    const second = sweeper.sweep()
    release()
    await Promise.all([first, second])
    expect(driven.state.sweptRevision).toBe(4)
  })

  test('that is closed says so to who waits for it', async () => {
    const driven = await busyHistory()
    const sweeper = driven.sweeper()
    const swept = sweeper.sweep()
    const closed = sweeper.close()
    await expect(swept).rejects.toMatchObject({ code: 'server-stopped' })
    await closed
    expect(driven.state.sweptRevision).toBeLessThan(driven.state.compactedRevision)
  })
})

describe('giving space back', () => {
  const mebibyte = 2 ** 20
  const put = operation.put('a', 'x'.repeat(mebibyte), 0n)

  /** Removes three changes of a mebibyte in each round; answers how often space was given back. */
  async function givenBack(rounds: number, totalBytes: number): Promise<number[]> {
    const driven = await Driven.on(new RecordingEngine())
    driven.engine.totalBytes = totalBytes
    const sweeper = driven.sweeper()
    await driven.apply(put)
    const counts: number[] = []
    for (let round = 0; round < rounds; round++) {
      await driven.apply(put, put, put, operation.compact(driven.state.revision + 3))
      await sweeper.sweep()
      counts.push(driven.engine.reclaimed.length / 2)
    }
    expect(new Set(driven.engine.reclaimed.map(({ gte }) => gte[0]))).toEqual(new Set(['h', 'i']))
    return counts
  }

  test('follows when the rows removed are a quarter of all', async () => {
    const counts = await givenBack(6, 60 * mebibyte)
    expect([counts[2], counts[5]]).toEqual([0, 1])
  })

  test('waits until it is worth the work', async () => {
    const counts = await givenBack(3, 1)
    expect([counts[1], counts[2]]).toEqual([0, 1])
  })
})

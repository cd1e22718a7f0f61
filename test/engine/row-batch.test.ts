import { afterEach, describe, expect, test } from 'vitest'
import { LevelEngine } from '../../src/engine/index.js'
import { createLevelDatabase, type LevelTuning } from '../../src/engine/level/level-database.js'
import { Folders, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

/** Counts the batches that LevelDB is asked for, and those it was told to let go of. */
class CountedBatches {
  made = 0
  closed = 0

  readonly create = (folder: string, tuning: LevelTuning) => {
    const database = createLevelDatabase(folder, tuning)
    const makeBatch = database.batch.bind(database) as unknown as () => {
      close(): Promise<void>
    }
    const batch = () => {
      const made = makeBatch()
      const close = made.close.bind(made)
      this.made++
      return Object.assign(made, {
        close: () => {
          this.closed++
          return close()
        },
      })
    }
    return Object.assign(database, { batch })
  }
}

async function flushed(engine: LevelEngine, position: number, text: string): Promise<void> {
  engine.commit(rows({ [`row${position}`]: text, gone: undefined }), position)
  await engine.flush()
}

describe('batches of rows', () => {
  test('are the same one in turn, however much is written, and hold the rows of one write each', async () => {
    const counted = new CountedBatches()
    const folder = await folders.make()
    const engine = await LevelEngine.open({ folder, createDatabase: counted.create })
    const opening = counted.made
    for (let position = 1; position <= 20; position++) await flushed(engine, position, 'text')
    for (let position = 21; position <= 40; position++) {
      engine.commit(rows({ [`row${position}`]: 'text' }), position)
      if (position % 3 === 0) await engine.flush()
    }
    await engine.flush()
    expect(counted.made - opening).toBe(1)
    await engine.close()

    const again = await LevelEngine.open({ folder })
    for (let position = 1; position <= 40; position++) {
      expect(again.get(`row${position}`)?.toString()).toBe('text')
    }
    expect(again.durablePosition).toBe(40)
    await again.close()
  })

  test('are let go of when they were large', async () => {
    const counted = new CountedBatches()
    const engine = await LevelEngine.open({
      folder: await folders.make(),
      createDatabase: counted.create,
    })
    await flushed(engine, 1, 'text')
    const closedBefore = counted.closed
    await flushed(engine, 2, 'x'.repeat(9 * 1024 * 1024))
    expect(counted.closed).toBe(closedBefore + 1)
    await flushed(engine, 3, 'text')
    expect(engine.get('row3')?.toString()).toBe('text')
    await engine.close()
  })
})

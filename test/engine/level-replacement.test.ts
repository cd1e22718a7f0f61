import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type EngineReplacement,
  LevelEngine,
  ReplaceableLevelEngine,
} from '../../src/engine/index.js'
import { Folders, readAll, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

const oldRows = Object.fromEntries(Array.from({ length: 200 }, (_, row) => [`row${row}`, 'old']))
const newRows = { come: 'new', row0: 'new' }

async function filled(folder: string): Promise<ReplaceableLevelEngine> {
  const engine = await ReplaceableLevelEngine.open({ folder })
  engine.commit(rows(oldRows), 10)
  await engine.flush()
  return engine
}

async function finished(engine: ReplaceableLevelEngine): Promise<EngineReplacement> {
  const replacement = await engine.replacement()
  await replacement.add(rows({ ...newRows, gone: 'x' }))
  await replacement.add(rows({ gone: undefined }))
  await replacement.finish(90)
  return replacement
}

/** What a folder holds after a crash, and what is left in it then. */
async function afterCrash(folder: string) {
  const engine = await ReplaceableLevelEngine.open({ folder })
  const found = { position: engine.durablePosition, rows: await readAll(engine) }
  await engine.close()
  return found
}

const oldState = { position: 10, rows: new Map(Object.entries(oldRows)) }
const newState = { position: 90, rows: new Map(Object.entries(newRows)) }

async function statesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('state-'))
}

describe('replacing a LevelDB by another one', () => {
  test('it survives, and nothing of the one before is left', async () => {
    const folder = await folders.make()
    const engine = await filled(folder)
    const durable: number[] = []
    engine.onDurable((position) => durable.push(position))
    await engine.replaceBy(await finished(engine))
    expect([engine.durablePosition, ...durable]).toEqual([90, 90])
    await vi.waitUntil(async () => (await readdir(folder)).length === 2)
    engine.commit(rows({ later: 'new' }), 91)
    await engine.close()
    expect((await readdir(folder)).sort()).toEqual(['ACTIVE', 'state-1'])
    const rowsNow = new Map(Object.entries({ ...newRows, later: 'new' }))
    expect(await afterCrash(folder)).toEqual({ position: 91, rows: rowsNow })
  })

  test('a folder made by LevelDB alone is opened as it is, and can be replaced', async () => {
    const folder = await folders.make()
    const plain = await LevelEngine.open({ folder })
    plain.commit(rows(oldRows), 10)
    await plain.close()
    expect(await afterCrash(folder)).toEqual(oldState)
    const engine = await ReplaceableLevelEngine.open({ folder })
    await engine.replaceBy(await finished(engine))
    await engine.close()
    expect(await afterCrash(folder)).toEqual(newState)
  })

  test('a crash before the switch leaves the old state, and removes the new one', async () => {
    const folder = await folders.make()
    const engine = await filled(folder)
    const begun = await engine.replacement()
    const images = [await folders.copyOf(folder)]
    await begun.add(rows({ half: 'new' }))
    images.push(await folders.copyOf(folder))
    await begun.discard()
    expect(await statesIn(folder)).toEqual([])
    const whole = await finished(engine)
    images.push(await folders.copyOf(folder))
    const torn = await folders.copyOf(folder)
    await writeFile(join(torn, 'ACTIVE.new'), 'sta')
    for (const image of [...images, torn]) {
      expect(await afterCrash(image)).toEqual(oldState)
      expect(await statesIn(image)).toEqual([])
      expect(await readdir(image)).not.toContain('ACTIVE.new')
    }
    await whole.discard()
    await engine.close()
  })

  test('a crash after the switch leaves the new state, however much of the old one is removed', async () => {
    const folder = await folders.make()
    const engine = await filled(folder)
    const view = engine.view()
    await engine.replaceBy(await finished(engine))
    const old = (await readdir(folder)).filter((name) => !/^(ACTIVE|state-1)$/.test(name))
    expect(old).toContain('CURRENT')
    for (let removed = 0; removed <= old.length; removed++) {
      const image = await folders.copyOf(folder)
      for (const name of old.slice(0, removed)) await rm(join(image, name), { recursive: true })
      expect(await afterCrash(image)).toEqual(newState)
      expect((await readdir(image)).sort()).toEqual(['ACTIVE', 'state-1'])
    }
    view.close()
    await engine.close()
    expect((await readdir(folder)).sort()).toEqual(['ACTIVE', 'state-1'])
  })

  test('a second switch goes from one folder to the next, and a crash removes the first', async () => {
    const folder = await folders.make()
    const engine = await filled(folder)
    await engine.replaceBy(await finished(engine))
    const view = engine.view()
    const second = await engine.replacement()
    await second.add(rows({ second: 'x' }))
    await second.finish(120)
    await engine.replaceBy(second)
    const image = await folders.copyOf(folder)
    expect(await statesIn(image)).toHaveLength(2)
    view.close()
    await engine.close()
    for (const crashed of [image, folder]) {
      expect(await afterCrash(crashed)).toEqual({
        position: 120,
        rows: new Map([['second', 'x']]),
      })
      expect(await statesIn(crashed)).toHaveLength(1)
    }
  })

  test('an old state that is still read stays, and goes with its last reader', async () => {
    const folder = await folders.make()
    const engine = await filled(folder)
    const [first, last] = [engine.view(), engine.view()]
    await engine.replaceBy(await finished(engine))
    first.close()
    expect(last.get('row7')?.toString()).toBe('old')
    expect(await readdir(folder)).toContain('CURRENT')
    last.close()
    await vi.waitUntil(async () => !(await readdir(folder)).includes('CURRENT'))
    await engine.close()
  })

  test.each([
    ['is lost', async (folder: string) => rm(join(folder, 'ACTIVE'))],
    ['is damaged', async (folder: string) => writeFile(join(folder, 'ACTIVE'), 'stale-1\n')],
    ['names nothing', async (folder: string) => writeFile(join(folder, 'ACTIVE'), 'state-7\n')],
  ])(
    'when the file that names the folder %s, the start is refused and nothing is removed',
    async (_, damage) => {
      const folder = await folders.make()
      const engine = await filled(folder)
      await engine.replaceBy(await finished(engine))
      await engine.close()
      await damage(folder)
      const before = (await readdir(folder)).sort()
      await expect(ReplaceableLevelEngine.open({ folder })).rejects.toMatchObject({
        code: 'data-corrupt',
      })
      expect((await readdir(folder)).sort()).toEqual(before)
    },
  )
})

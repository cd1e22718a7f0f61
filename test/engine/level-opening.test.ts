import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { orderedNumber } from '../../src/base/bytes.js'
import { LevelEngine, type LevelEngineOptions } from '../../src/engine/index.js'
import { createLevelDatabase } from '../../src/engine/level/level-database.js'
import { Folders, readAll, rows } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

const tuning = {
  maxOpenFiles: 100,
  cacheSizeBytes: 1 << 20,
  writeBufferSizeBytes: 1 << 20,
  compression: false,
}

/** Opens the LevelDB below an engine and lets `change` do what the engine never would. */
async function tamper(
  folder: string,
  change: (database: ReturnType<typeof createLevelDatabase>) => Promise<unknown>,
): Promise<void> {
  const database = createLevelDatabase(folder, tuning)
  await database.open()
  await change(database)
  await database.close()
}

async function filled(batches: number): Promise<string> {
  const folder = await folders.make()
  const engine = await LevelEngine.open({ folder })
  for (let position = 1; position <= batches; position++) {
    engine.commit(rows({ [`row${position}`]: `${position}` }), position)
    await engine.flush()
  }
  await engine.close()
  return folder
}

describe('folders that cannot be used', () => {
  test('R11: one that is open already, until that one is closed', async () => {
    const folder = await folders.make()
    const first = await LevelEngine.open({ folder })
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({
      code: 'data-directory-unusable',
      message: `data directory "${folder}" is in use by another process`,
    })
    await first.close()
    await (await LevelEngine.open({ folder })).close()
  })

  test('one whose parent is a file', async () => {
    const file = join(await folders.make(), 'file')
    await writeFile(file, '')
    await expect(LevelEngine.open({ folder: join(file, 'data') })).rejects.toMatchObject({
      code: 'data-directory-unusable',
    })
  })

  test('one that may not be written to', async () => {
    const folder = await folders.make()
    const message = `IO error: ${folder}/LOCK: Permission denied`
    const cause = Object.assign(new Error(message), { code: 'LEVEL_IO_ERROR' })
    const open = () => Promise.reject(new Error('Database failed to open', { cause }))
    const createDatabase: LevelEngineOptions['createDatabase'] = (path, options) =>
      Object.assign(createLevelDatabase(path, options), { open })
    await expect(LevelEngine.open({ folder, createDatabase })).rejects.toMatchObject({
      code: 'data-directory-unusable',
      message: `data directory "${folder}" lacks a permission: ${message}`,
    })
  })

  test('one with the files of somebody else, which stay untouched', async () => {
    const folder = await folders.make()
    await writeFile(join(folder, 'letter.txt'), 'dear reader')
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({
      code: 'data-directory-unusable',
      message: expect.stringContaining(
        'is not a LevelDB: it holds other files, such as "letter.txt"',
      ),
    })
    expect(await readdir(folder)).toEqual(['letter.txt'])
  })

  test('one with the LevelDB of somebody else', async () => {
    const folder = await folders.make()
    await tamper(folder, (database) => database.put('key', Buffer.from('value')))
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({
      code: 'data-directory-unusable',
      message: expect.stringContaining('a LevelDB that metastore has not written'),
    })
  })
})

describe('folders that have lost something', () => {
  test('the file that names the newest state', async () => {
    const folder = await filled(3)
    await rm(join(folder, 'CURRENT'))
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('its CURRENT file is missing'),
    })
  })

  test('any single one of the rows that tell of batches', async () => {
    const folder = await filled(100)
    const names: string[] = []
    await tamper(folder, async (database) => {
      names.push(...(await database.keys({ gte: '\u0100' }).all()))
    })
    expect(names).toHaveLength(66)
    for (const name of [names[0], names[1], names[2], names[40], names[65]]) {
      const copy = await folders.copyOf(folder)
      await tamper(copy, (database) => database.del(name ?? ''))
      await expect(LevelEngine.open({ folder: copy })).rejects.toMatchObject({
        code: 'data-corrupt',
        message: expect.stringContaining(copy),
      })
    }
  })

  test('a batch of late, which leaves the mark it should have deleted', async () => {
    const mark = (sequence: number) => `\u0100sequence/${orderedNumber(sequence)}`
    const early = await filled(20)
    let stale: Buffer | undefined
    await tamper(early, async (database) => {
      stale = await database.get(mark(84))
    })
    const folder = await filled(100)
    await tamper(folder, async (database) => {
      await database.del(mark(148))
      await database.put(mark(84), stale ?? Buffer.alloc(0))
    })
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('batch 148 of 164 is missing'),
    })
  })

  test('a table', async () => {
    const folder = await filled(3)
    await (await LevelEngine.open({ folder })).close()
    const table = (await readdir(folder)).find((name) => name.endsWith('.ldb'))
    await rm(join(folder, table ?? 'no table'))
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({ code: 'data-corrupt' })
  })

  test('a row, whose key has changed in its table so that nobody would find it', async () => {
    const folder = await filled(3)
    await (await LevelEngine.open({ folder })).close()
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.ldb'))
    const path = join(folder, name ?? 'no table')
    const table = await readFile(path)
    table.write('q', table.indexOf('row1'))
    await writeFile(path, table)
    await expect(LevelEngine.open({ folder })).rejects.toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(`table ${name}: the block at 0 does not match its checksum`),
    })
  })

  test('an empty folder and one that a crash left before the first batch are new ones', async () => {
    const folder = await folders.make()
    await tamper(folder, async () => {})
    const engine = await LevelEngine.open({ folder })
    expect(await readAll(engine)).toEqual(new Map())
    await engine.close()
  })
})

describe('rows that are damaged', () => {
  test('a value that is not the one that was written names its row in get, view and scan', async () => {
    const folder = await filled(3)
    await tamper(folder, async (database) => {
      const stored = Buffer.from((await database.get('row2')) ?? '')
      stored[0] = 0x7a
      await database.put('row2', stored)
    })
    await expectDamage(folder, 'row2')
  })

  test('a sound value under the key of another row is damage', async () => {
    const folder = await filled(3)
    await tamper(folder, async (database) => {
      await database.put('row2', Buffer.from((await database.get('row1')) ?? ''))
    })
    await expectDamage(folder, 'row2')
  })

  async function expectDamage(folder: string, key: string): Promise<void> {
    const named = { code: 'data-corrupt', message: expect.stringContaining('726f7732') }
    const engine = await LevelEngine.open({ folder })
    expect(() => engine.get(key)).toThrow('data is damaged')
    const view = engine.view()
    expect(() => view.get(key)).toThrow('data is damaged')
    const scan = view.scan({ gte: 'row2', lt: undefined })
    await expect((async () => await scan.next(10))()).rejects.toMatchObject(named)
    await expect((async () => await scan.next(10))()).rejects.toMatchObject(named)
    expect(engine.get('row1')?.toString()).toBe('1')
    await engine.close()
  }
})

import { mkdir, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { LevelEngine } from '../../src/engine/index.js'
import { HeldFiles, heldFolder } from '../../src/engine/level/held-files.js'
import { waitFor } from '../support/wait-for.js'
import { FakeClock } from '../watch/fake-clock.js'
import { Folders } from './level-harness.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

async function startHolding(...names: string[]) {
  const folder = await folders.make()
  const put = (name: string) => writeFile(join(folder, name), name)
  for (const name of names) await put(name)
  const clock = new FakeClock()
  const files = new HeldFiles(folder, clock)
  await files.start()
  return {
    folder,
    clock,
    files,
    put,
    held: async () => (await readdir(join(folder, heldFolder))).sort(),
    namesOf: async (name: string) => (await stat(join(folder, name))).nlink,
    /** As LevelDB does. */
    remove: (name: string) => unlink(join(folder, name)),
  }
}

type Holding = Awaited<ReturnType<typeof startHolding>>

/** Lets looks happen until it is so. */
function afterLooks(
  { clock, files }: Holding,
  what: string,
  isSo: () => boolean | Promise<boolean>,
) {
  return waitFor(what, async () => {
    await clock.advance(100)
    await files.settled()
    return isSo()
  })
}

const holds = (holding: Holding, count: number) =>
  afterLooks(
    holding,
    `${count} names are held`,
    async () => (await holding.held()).length === count,
  )

describe('second names of LevelDB’s files', () => {
  test('tables and logs get one when something is written, other files none', async () => {
    const names = ['000005.ldb', '000006.log', 'CURRENT', 'MANIFEST-000002', 'LOG', 'LOCK']
    const holding = await startHolding(...names)
    expect(holding.clock.timerCount).toBe(0)
    holding.files.written()
    await holds(holding, 2)
    expect(await holding.held()).toEqual(['000005.ldb', '000006.log'])
    expect(await holding.namesOf('000005.ldb')).toBe(2)
    expect(await holding.namesOf('CURRENT')).toBe(1)
    await holding.files.close()
  })

  test('follow what LevelDB makes and removes, however much at once', async () => {
    const tables = Array.from({ length: 50 }, (_, index) => `${100 + index}.ldb`)
    const holding = await startHolding(...tables)
    holding.files.written()
    await holds(holding, 50)
    await holding.put('000200.ldb')
    await holds(holding, 51)
    for (const table of tables) await holding.remove(table)
    await holds(holding, 1)
    expect(await holding.held()).toEqual(['000200.ldb'])
    await holding.files.close()
  })

  test('are not looked after any more when nothing has changed for long, until something is written', async () => {
    const holding = await startHolding('000005.ldb')
    holding.files.written()
    await afterLooks(holding, 'no further look is planned', () => holding.clock.timerCount === 0)
    await holding.put('000006.ldb')
    await holding.clock.advance(60_000)
    expect(await holding.held()).toEqual(['000005.ldb'])
    holding.files.written()
    await holds(holding, 2)
    await holding.files.close()
  })

  test('that a crash left are removed at the start, and all of them at the end', async () => {
    const holding = await startHolding('000005.ldb')
    holding.files.written()
    await holds(holding, 1)
    await holding.remove('000005.ldb')
    const next = new HeldFiles(holding.folder, new FakeClock())
    await next.start()
    expect(await holding.held()).toEqual([])
    await next.close()
    expect(await readdir(holding.folder)).toEqual([])
    await holding.files.close()
  })

  const hindrances: [string, (held: string) => Promise<void>][] = [
    ['can be none', (held) => writeFile(held, 'no folder')],
    ['are none any more', async () => {}],
  ]
  test.each(hindrances)(
    'are gone without, and do no harm, where there %s',
    async (_what, hinder) => {
      const holding = await startHolding('000005.ldb')
      await rm(join(holding.folder, heldFolder), { recursive: true })
      await hinder(join(holding.folder, heldFolder))
      holding.files.written()
      await afterLooks(holding, 'it has given up', () => holding.clock.timerCount === 0)
      expect(await holding.namesOf('000005.ldb')).toBe(1)
      holding.files.written()
      expect(holding.clock.timerCount).toBe(0)
      await holding.files.close()
    },
  )

  test('are all taken back where there can be no further one, as on a full disk', async () => {
    const holding = await startHolding('000005.ldb')
    holding.files.written()
    await holds(holding, 1)
    // A directory can have no second name.
    await mkdir(join(holding.folder, '000006.ldb'))
    await afterLooks(holding, 'it has given up', () => holding.clock.timerCount === 0)
    expect(await holding.namesOf('000005.ldb')).toBe(1)
    expect(await readdir(holding.folder)).not.toContain(heldFolder)
    await holding.files.close()
  })
})

test('an engine holds its tables while it is open', async () => {
  const folder = await folders.make()
  const engine = await LevelEngine.open({ folder })
  engine.commit(new Map([['a', Buffer.from('1')]]), 1)
  await engine.flush()
  const isHeld = async () =>
    (await readdir(join(folder, heldFolder))).some((name) => name.endsWith('.log'))
  await waitFor('the log is held', isHeld)
  await engine.close()
  expect(await readdir(folder)).not.toContain(heldFolder)
})

import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirectory } from '../../src/server/data-directory.js'
import type { MemberIdentity } from '../../src/server/member-record.js'
import { StartedProcess } from '../support/started-process.js'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js'

const founders = [{ id: 2n, name: 'one', peerUrls: ['http://one:1', 'http://one:2'] }]
const ids = { clusterId: 1n, memberId: 2n }
const identity: MemberIdentity = { ...ids, engine: 'memory', name: 'one', founders }
const holder = fileURLToPath(new URL('hold-directory.ts', import.meta.url))

let folder: TemporaryFolder
let root: string
let path: string
let walPath: string
const opened: DataDirectory[] = []

beforeEach(async () => {
  folder = await temporaryFolder('directory')
  root = folder.path
  path = join(root, 'deep', 'data')
  walPath = join(root, 'wal')
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((directory) => directory.close()))
  await folder.remove()
})

interface Choice {
  readonly walDirectory?: string
  readonly identity?: Partial<MemberIdentity>
  /** Whether {@link identity} is a mere default. */
  readonly byDefault?: boolean
  readonly unprivileged?: boolean
}

async function open(choice: Choice = {}): Promise<DataDirectory> {
  const directory = await DataDirectory.open({
    dataDirectory: path,
    walDirectory: choice.walDirectory,
    claim: {
      identity: { ...identity, ...choice.identity },
      saidBy: choice.byDefault ? undefined : 'the flags make',
    },
  })
  opened.push(directory)
  return directory
}

async function make(choice: Choice = {}): Promise<void> {
  await (await open(choice)).close()
}

/** The line it is refused with, having checked that the refusal changed nothing. */
async function refusal(choice: Choice = {}): Promise<string> {
  const reject = () =>
    open(choice).then(
      () => undefined,
      (reason: unknown) => reason,
    )
  const before = await pictureOf(root)
  const error = await (choice.unprivileged ? withoutPrivileges(reject) : reject())
  expect(error).toMatchObject({ name: 'MetastoreError', code: 'data-directory-unusable' })
  expect(await pictureOf(root)).toEqual(before)
  const { message } = error as Error
  expect(message).not.toContain('\n')
  return message
}

/** Every file with its size and time. */
async function pictureOf(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true })
  const lines = names.map(async (name) => {
    const { size, mtimeMs, mode } = await stat(join(directory, name))
    return `${name} ${size} ${mtimeMs} ${mode}`
  })
  return (await Promise.all(lines)).sort()
}

function holdInAnotherProcess(): Promise<StartedProcess> {
  const args = ['--import', 'tsx', holder, path]
  return StartedProcess.start({ command: process.execPath, args, readyText: 'held' })
}

describe('a directory of a member', () => {
  test('is made with its parents, its folders and the record of whose it is', async () => {
    const directory = await open()
    expect(directory.logParent).toBe(path)
    expect((await readdir(path)).sort()).toEqual(['lock', 'log', 'member.json', 'snapshots'])
    expect(JSON.parse(await readFile(join(path, 'member.json'), 'utf8'))).toEqual({
      formatVersion: 1,
      holds: 'everything',
      engine: 'memory',
      clusterId: '0000000000000001',
      memberId: '0000000000000002',
      name: 'one',
      founders: [
        { id: '0000000000000002', name: 'one', peerUrls: ['http://one:1', 'http://one:2'] },
      ],
    })
  })

  test('remembers who the member is and who founded its cluster, whatever is said later', async () => {
    const others = [...founders, { id: 3n, name: 'two', peerUrls: ['http://two:1'] }]
    const whole = { ...identity, founders: others }
    await make({ identity: whole })
    const byDefault = await open({ identity: { memberId: 9n, clusterId: 8n }, byDefault: true })
    expect(byDefault.identity).toEqual(whole)
    await byDefault.close()
    const saidWithoutTheOthers = await open({ identity: { clusterId: 7n } })
    expect(saidWithoutTheOthers.identity).toEqual(whole)
  })

  test('of a version that knew no other members founded a cluster alone', async () => {
    await make()
    const file = join(path, 'member.json')
    const { founders: _, ...record } = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify(record))
    expect((await open()).identity.founders).toEqual([{ id: 2n, name: 'one', peerUrls: [] }])
  })

  test('has a folder for LevelDB with that engine', async () => {
    const directory = await open({ identity: { engine: 'level' } })
    expect(directory.levelFolder).toBe(join(path, 'level'))
    expect(await readdir(path)).toContain('level')
  })

  test('can be opened again, also under another name', async () => {
    await make()
    await writeFile(join(path, 'log', 'something'), 'x')
    await make({ identity: { name: 'two' } })
    expect(await readdir(join(path, 'log'))).toEqual(['something'])
  })

  test('may exist before, empty, or as the root of a volume', async () => {
    await mkdir(join(path, 'lost+found'), { recursive: true })
    await make()
    expect(await readdir(path)).toContain('member.json')
  })

  test('is made anew where a first start was cut short', async () => {
    await make()
    await rm(join(path, 'member.json'))
    await writeFile(join(path, 'member.json.new'), '{"formatVer')
    await make()
    expect((await readdir(path)).sort()).toEqual(['lock', 'log', 'member.json', 'snapshots'])
  })

  test('R12: can be closed twice', async () => {
    const directory = await open()
    await Promise.all([directory.close(), directory.close()])
    await directory.close()
    await make()
  })
})

describe('a log in a directory of its own', () => {
  test('holds the log, and the data directory the rest', async () => {
    const directory = await open({ walDirectory: walPath, identity: { engine: 'level' } })
    expect(directory.logParent).toBe(walPath)
    expect((await readdir(walPath)).sort()).toEqual(['lock', 'log', 'member.json', 'snapshots'])
    expect((await readdir(path)).sort()).toEqual(['level', 'lock', 'member.json'])
    await directory.close()
    await make({ walDirectory: walPath, identity: { engine: 'level' } })
  })

  test('is not forgotten, added or mistaken for data', async () => {
    await make({ walDirectory: walPath })
    expect(await refusal()).toBe(
      `data directory ${path}: was made with a log in a place of its own; name it with --wal-dir`,
    )
    const other = join(root, 'other')
    expect(await refusal({ walDirectory: other })).toBe(
      `log directory ${other}: the log of this member is not there`,
    )
    expect(await refusal({ walDirectory: join(path, 'wal') })).toBe(
      `log directory ${join(path, 'wal')}: must lie apart from the data directory`,
    )
    path = walPath
    expect(await refusal()).toBe(
      `data directory ${walPath}: holds a member's log alone (--wal-dir), not its data`,
    )
    path = other
    await make()
    expect(await refusal({ walDirectory: walPath })).toBe(
      `data directory ${other}: holds its log itself; --wal-dir cannot be given later`,
    )
  })

  test('is locked too', async () => {
    await open({ walDirectory: walPath })
    path = join(root, 'second')
    await expect(open({ walDirectory: walPath })).rejects.toThrow(
      `log directory ${walPath}: is in use by another process`,
    )
  })
})

describe('refused, with one line and nothing touched:', () => {
  test('a foreign directory', async () => {
    await mkdir(join(path, 'log'), { recursive: true })
    await writeFile(join(path, 'log', '1'), 'somebody else wrote this')
    expect(await refusal()).toBe(
      `data directory ${path}: is not empty and holds no member.json, so it is not metastore's`,
    )
  })

  test('a file in the way', async () => {
    await writeFile(join(root, 'deep'), '')
    expect(await refusal()).toBe(`data directory ${path}: a file is in the way`)
    path = join(root, 'deep')
    expect(await refusal()).toBe(`data directory ${path}: a file is in the way`)
  })

  test('data of another engine', async () => {
    await make()
    expect(await refusal({ identity: { engine: 'level' } })).toBe(
      `data directory ${path}: holds data of the engine "memory", not "level" (--engine)`,
    )
  })

  test('data of another member', async () => {
    await make()
    expect(await refusal({ identity: { memberId: 3n } })).toBe(
      `data directory ${path}: belongs to member 0000000000000002 of cluster 0000000000000001; ` +
        'the flags make member 0000000000000003 of cluster 0000000000000001',
    )
  })

  test('the log of another member', async () => {
    await make({ walDirectory: walPath })
    await rm(path, { recursive: true })
    const other = join(root, 'other')
    await make({ walDirectory: other, identity: { memberId: 3n } })
    expect(await refusal({ walDirectory: walPath, byDefault: true })).toBe(
      `data directory ${path}: belongs to another member than its log`,
    )
  })

  test('data of a newer format, whatever else its record says', async () => {
    await make()
    await writeFile(join(path, 'member.json'), '{"formatVersion": 2, "shape": "new"}')
    expect(await refusal()).toBe(
      `data directory ${path}: has format 2; this version of metastore knows formats up to 1`,
    )
  })

  test.each(['', '{"formatVersion": 1}', '[]'])('a damaged record: %j', async (text) => {
    await make()
    await writeFile(join(path, 'member.json'), text)
    expect(await refusal()).toBe(`data directory ${path}: member.json is damaged`)
  })

  test('a member whose log is gone', async () => {
    await make()
    await rm(join(path, 'log'), { recursive: true })
    expect(await refusal()).toBe(`data directory ${path}: its folder "log" is missing`)
  })

  test('a second user in the same process', async () => {
    await open()
    await expect(open()).rejects.toThrow(`data directory ${path}: is in use by another process`)
  })

  test('a second process; the lock goes with kill -9', async () => {
    await using holding = await holdInAnotherProcess()
    await expect(open()).rejects.toThrow(`data directory ${path}: is in use by another process`)
    await holding.kill()
    await make()
  })

  test('a directory that may not be written', async () => {
    await make()
    for (const name of [root, join(root, 'deep'), path]) await chmod(name, 0o555)
    await chmod(join(path, 'member.json'), 0o444)
    const reason = 'permission denied: it must be readable and writable'
    expect(await refusal({ unprivileged: true })).toBe(`data directory ${path}: ${reason}`)
    path = join(root, 'deep', 'another')
    expect(await refusal({ unprivileged: true })).toBe(`data directory ${path}: ${reason}`)
    for (const name of [root, join(root, 'deep')]) await chmod(name, 0o755)
  })
})

/** To root nothing is forbidden; run as somebody else meanwhile. */
async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

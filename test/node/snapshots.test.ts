import { expect, test } from 'vitest'
import { messageOf } from '../../src/base/errors.js'
import type { SnapshotCapture, SnapshotSource } from '../../src/node/index.js'
import { SnapshotStore } from '../../src/node/snapshots/snapshots.js'
import { configurationOf } from '../../src/raft/index.js'
import { MemoryFiles } from './memory-files.js'

const configuration = configurationOf([7n])

function openStore(fileSystem: MemoryFiles): Promise<SnapshotStore> {
  return SnapshotStore.open({ fileSystem, directory: '/snapshots', groupId: 1n, memberId: 7n })
}

function captureOf(index: number, pieces: string[]): SnapshotCapture {
  async function* chunks() {
    for (const piece of pieces) yield Buffer.from(piece)
  }
  return { index, chunks: chunks(), close: () => {} }
}

async function save(store: SnapshotStore, index: number, pieces = [`a${index}`, `b${index}`]) {
  await store.save(captureOf(index, pieces), { index, term: 2, configuration })
}

async function load(store: SnapshotStore) {
  let pieces: string[] = []
  const loaded = await store.load(async (source: SnapshotSource) => {
    pieces = []
    for await (const chunk of source.chunks) pieces.push(chunk.toString())
  })
  return { metadata: loaded?.metadata, pieces }
}

test('the newest snapshot comes back piece by piece; two are kept', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  expect(await load(store)).toEqual({ metadata: undefined, pieces: [] })
  for (const index of [5, 9, 12]) await save(store, index)
  expect(store.safeIndex).toBe(9)
  expect(files.paths).toEqual([
    '/snapshots/0000000000000009.snapshot',
    '/snapshots/000000000000000c.snapshot',
  ])
  expect(await load(await openStore(files))).toEqual({
    metadata: { index: 12, term: 2, configuration },
    pieces: ['a12', 'b12'],
  })
})

test('with one snapshot alone the log may not be cut', async () => {
  const store = await openStore(new MemoryFiles())
  await save(store, 5)
  expect(store.safeIndex).toBe(0)
})

test('a snapshot is synced before it gets its name, and the directory after', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  files.trace.length = 0
  await save(store, 5)
  expect(files.trace.slice(-4)).toEqual([
    'sync /snapshots/next.tmp',
    'rename /snapshots/next.tmp /snapshots/0000000000000005.snapshot',
    'sync-directory /snapshots',
    'sync-directory /snapshots',
  ])
})

test('damage to any byte, or a cut at any byte, is noticed and named; the older one is taken', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  await save(store, 5)
  await save(store, 9)
  const path = '/snapshots/0000000000000009.snapshot'
  const whole = files.bytes(path)
  for (let at = 0; at < whole.length; at++) {
    const flipped = files.copy()
    const bytes = flipped.bytes(path)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    const cut = files.copy()
    cut.set(path, whole.subarray(0, at))
    for (const image of [flipped, cut]) {
      const damaged = await openStore(image)
      expect((await load(damaged)).pieces).toEqual(['a5', 'b5'])
      expect(damaged.damaged.map(messageOf)).toEqual([expect.stringContaining(`${path} at offset`)])
    }
  }
})

test('when every snapshot is damaged the newest one is named', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  await save(store, 5)
  await save(store, 9)
  for (const path of files.paths) files.bytes(path).fill(1, 40)
  await expect(load(await openStore(files))).rejects.toThrow(/0009\.snapshot at offset/)
})

test('a damaged snapshot is replaced by the next one', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  await save(store, 5)
  await save(store, 9)
  files.bytes('/snapshots/0000000000000009.snapshot').fill(1, 40)
  const reopened = await openStore(files)
  await load(reopened)
  await save(reopened, 11)
  expect(files.paths.map((path) => path.slice(-11))).toEqual(['05.snapshot', '0b.snapshot'])
  expect(reopened.safeIndex).toBe(5)
})

test('no room for a snapshot changes nothing', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  await save(store, 5)
  files.failure = (step) =>
    step.startsWith('write') ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : undefined
  await expect(save(store, 9)).rejects.toMatchObject({ code: 'no-space' })
  expect(files.paths).toEqual(['/snapshots/0000000000000005.snapshot'])
})

test('a snapshot of another member is refused', async () => {
  const files = new MemoryFiles()
  await save(await openStore(files), 5)
  const directory = '/snapshots'
  const other = await SnapshotStore.open({
    fileSystem: files,
    directory,
    groupId: 1n,
    memberId: 8n,
  })
  await expect(load(other)).rejects.toMatchObject({ code: 'data-directory-unusable' })
})

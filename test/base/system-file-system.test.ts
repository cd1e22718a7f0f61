import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { systemFileSystem } from '../../src/base/system-file-system.js'
import { temporaryFolder } from '../support/temporary-folder.js'

test('a directory is made with all its parents, and making it again does nothing', async () => {
  await using folder = await temporaryFolder('files')
  const path = `${folder.path}/a/b/c`
  await systemFileSystem.makeDirectory(path)
  await systemFileSystem.makeDirectory(path)
  expect(await systemFileSystem.list(path)).toEqual([])
})

test('a parent that takes no directories is an error, not an endless try', async () => {
  await expect(systemFileSystem.makeDirectory('/proc/metastore/data')).rejects.toThrow('mkdir')
})

test('synced writes follow each other, and one under way is waited for by the close', async () => {
  await using folder = await temporaryFolder('files')
  const path = `${folder.path}/file`
  const file = await systemFileSystem.open(path, 'create')
  const pieces = Array.from({ length: 20 }, (_, index) => Buffer.alloc(100_000, index + 1))
  for (const [index, piece] of pieces.entries()) await file.writeSynced(piece, index * 100_000)
  const last = Buffer.alloc(3_000_000, 'z')
  const written = file.writeSynced(last, 2_000_000)
  await file.close()
  await written
  expect((await readFile(path)).equals(Buffer.concat([...pieces, last]))).toBe(true)
})

test('a synced write that the platform refuses is an error, and the file is closed all the same', async () => {
  const file = await systemFileSystem.open('/dev/full', 'read-write')
  await expect(file.writeSynced(Buffer.from('a'), 0)).rejects.toMatchObject({ code: 'ENOSPC' })
  await expect(file.writeSynced(Buffer.from('b'), 0)).rejects.toMatchObject({ code: 'ENOSPC' })
  await file.close()
})

test('two synced writes at once are a mistake', async () => {
  await using folder = await temporaryFolder('files')
  const file = await systemFileSystem.open(`${folder.path}/file`, 'create')
  await file.writeSynced(Buffer.from('a'), 0)
  const first = file.writeSynced(Buffer.from('b'), 1)
  expect(() => file.writeSynced(Buffer.from('c'), 2)).toThrow('one write')
  await first
  await file.close()
})

test('a synced write is there to be read, and the file can be closed twice', async () => {
  await using folder = await temporaryFolder('files')
  const file = await systemFileSystem.open(`${folder.path}/file`, 'create')
  await file.writeSynced(Buffer.from('hello'), 3)
  await file.write(Buffer.from('abc'), 0)
  expect((await file.read(100, 0)).toString()).toBe('abchello')
  await file.close()
  await file.close()
})

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

test('a synced write is there to be read, and the file can be closed twice', async () => {
  await using folder = await temporaryFolder('files')
  const file = await systemFileSystem.open(`${folder.path}/file`, 'create')
  await file.writeSynced(Buffer.from('hello'), 3)
  await file.write(Buffer.from('abc'), 0)
  expect((await file.read(100, 0)).toString()).toBe('abchello')
  await file.close()
  await file.close()
})

import { expect, test } from 'vitest'
import { directory, entries, openLog, plain, segmentName, write } from './log-fixture.js'
import { MemoryFiles } from './memory-files.js'

function platformError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

test('a failed sync is final: nothing is tried again, everything later is refused', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 1) }))
  files.failure = (step) => (step.startsWith('sync') ? platformError('EIO') : undefined)
  const failing = log.append(write({ entries: entries(2, 2) }))
  const joined = log.append(write({ entries: entries(3, 3) }))
  await expect(failing).rejects.toMatchObject({ code: 'disk-failed' })
  await expect(joined).rejects.toMatchObject({ code: 'disk-failed' })
  files.failure = () => undefined
  files.trace.length = 0
  await expect(log.append(write({ entries: entries(2, 2) }))).rejects.toThrow(/EIO/)
  await log.close()
  expect(files.trace).toEqual([])
})

test('a failed write is final too', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  files.failure = (step) => (step.startsWith('write') ? platformError('EIO') : undefined)
  await expect(log.append(write({ entries: entries(1, 1) }))).rejects.toMatchObject({
    code: 'disk-failed',
  })
  await log.close()
})

test('no room for a segment: the write does not take place, and a restart finds all before it', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  files.failure = (step) =>
    step.startsWith(`write ${directory}/next.tmp`) ? platformError('ENOSPC') : undefined
  await log.append(write({ entries: entries(1, 8, 1, 400) }))
  const refused = { code: 'no-space' }
  await expect(log.append(write({ entries: entries(9, 12, 1, 400) }))).rejects.toMatchObject(
    refused,
  )
  await expect(log.append(write({ entries: entries(9, 9) }))).rejects.toMatchObject(refused)
  await log.close()
  files.failure = () => undefined
  const reopened = await openLog(files)
  expect(plain(reopened.recovered.entries)).toEqual(plain(entries(1, 8, 1, 400)))
  await reopened.log.append(write({ entries: entries(9, 12, 1, 400) }))
  await reopened.log.close()
  expect(files.paths).toEqual([segmentName(1), segmentName(2)])
})

test('no room for the first segment: nothing is left behind', async () => {
  const files = new MemoryFiles()
  files.failure = (step) => (step.startsWith('write') ? platformError('ENOSPC') : undefined)
  await expect(openLog(files)).rejects.toMatchObject({ code: 'no-space' })
  expect(await files.list(directory)).toEqual([])
})

test('a closed log takes nothing, and closing it again is fine', async () => {
  const { log } = await openLog(new MemoryFiles())
  const last = log.append(write({ entries: entries(1, 1) }))
  await Promise.all([log.close(), log.close()])
  await last
  await expect(log.append(write({ entries: entries(2, 2) }))).rejects.toMatchObject({
    code: 'server-stopped',
  })
})

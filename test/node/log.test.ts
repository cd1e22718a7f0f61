import { expect, test } from 'vitest'
import { configurationOf } from '../../src/raft/index.js'
import { directory, entries, entry, openLog, plain, segmentName, write } from './log-fixture.js'
import { MemoryFiles } from './memory-files.js'

const hardState = { term: 3, vote: 7n, commit: 2 }

test('a log gives back what was appended, above the applied index', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 3), hardState }))
  await log.append(write({ entries: [{ ...entry(4, 3), kind: 'configuration' }] }))
  await log.append(write({ configuration: { ...configurationOf([7n, 8n]), index: 2 } }))
  await log.close()
  const { recovered } = await openLog(files, { applied: 2 })
  expect(plain(recovered.entries)).toEqual(
    plain([...entries(3, 3), { ...entry(4, 3), kind: 'configuration' }]),
  )
  expect(recovered.previous).toEqual({ index: 2, term: 1 })
  expect(recovered.hardState).toEqual(hardState)
  expect(recovered.configuration).toEqual({ ...configurationOf([7n, 8n]), index: 2 })
  expect(recovered.tornTail).toBeUndefined()
})

test('an entry at or below an earlier index replaces the tail, also behind a restart', async () => {
  const files = new MemoryFiles()
  const first = await openLog(files)
  await first.log.append(write({ entries: entries(1, 5) }))
  await first.log.append(write({ entries: entries(3, 4, 2) }))
  await first.log.close()
  const second = await openLog(files)
  const expected = [...entries(1, 2), ...entries(3, 4, 2)]
  expect(plain(second.recovered.entries)).toEqual(plain(expected))
  await second.log.append(write({ entries: entries(2, 2, 3) }))
  await second.log.close()
  const third = await openLog(files, { applied: 1 })
  expect(plain(third.recovered.entries)).toEqual(plain(entries(2, 2, 3)))
})

test('a snapshot of the leader replaces all entries before it', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  const configuration = configurationOf([7n, 9n])
  await log.append(write({ entries: entries(1, 5) }))
  await log.append(write({ snapshot: { index: 90, term: 4, configuration } }))
  await log.append(write({ entries: entries(91, 92, 4) }))
  await log.close()
  const { recovered } = await openLog(files, { applied: 90 })
  expect(recovered.previous).toEqual({ index: 90, term: 4 })
  expect(plain(recovered.entries)).toEqual(plain(entries(91, 92, 4)))
  expect(recovered.configuration).toEqual({ ...configuration, index: 90 })
})

test('entries behind the applied index are given back as far as they are wanted', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: [...entries(1, 5), ...entries(6, 12, 2)] }))
  await log.append(write({ entries: entries(8, 16, 3) }))
  await log.close()
  const stored = [...entries(1, 5), ...entries(6, 7, 2), ...entries(8, 16, 3)]
  for (let applied = 0; applied <= 16; applied++) {
    for (let wanted = 0; wanted <= 17; wanted++) {
      const most = { entries: wanted, bytes: 1000 }
      const ofBytes = { entries: 1000, bytes: wanted * 20 + 19 }
      for (const behind of [most, ofBytes]) {
        const { log: again, recovered } = await openLog(files, { applied, behind })
        await again.close()
        const first = Math.max(0, applied - wanted)
        expect(plain(recovered.entries)).toEqual(plain(stored.slice(first)))
        expect(recovered.previous).toEqual({ index: first, term: stored[first - 1]?.term ?? 0 })
        expect(recovered.applied).toEqual({ index: applied, term: stored[applied - 1]?.term ?? 0 })
      }
    }
  }
})

test('nothing that a snapshot took the place of is given back behind it', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  const configuration = configurationOf([7n, 9n])
  await log.append(write({ entries: entries(1, 5) }))
  await log.append(write({ snapshot: { index: 90, term: 4, configuration } }))
  await log.append(write({ entries: entries(91, 95, 4) }))
  await log.close()
  const behind = { entries: 100, bytes: 1000 }
  const { recovered } = await openLog(files, { applied: 93, behind })
  expect(recovered.previous).toEqual({ index: 90, term: 4 })
  expect(recovered.applied).toEqual({ index: 93, term: 4 })
  expect(plain(recovered.entries)).toEqual(plain(entries(91, 95, 4)))
})

test('what comes while a write is under way becomes one next write', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  files.trace.length = 0
  const appended = [1, 2, 3, 4].map((index) => log.append(write({ entries: [entry(index)] })))
  await Promise.all(appended)
  const path = segmentName(1)
  const steps = stepsOn(files, path).map((step) => step.split(' ').slice(0, 2).join(' '))
  expect(steps).toEqual([`write ${path}`, `sync ${path}`, `write ${path}`, `sync ${path}`])
})

test('a commit index alone waits for the next write, or the close', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 2), hardState }))
  files.trace.length = 0
  const moved = { ...hardState, commit: 3 }
  await log.append(write({ hardState: moved, mustSync: false }))
  expect(stepsOn(files, segmentName(1))).toEqual([])
  await log.close()
  const { recovered } = await openLog(files)
  expect(recovered.hardState).toEqual(moved)
})

test('a segment is made aside, synced, renamed, and its directory synced, before it is used', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 10, 1, 300) }))
  files.trace.length = 0
  await log.append(write({ entries: entries(11, 20, 1, 300) }))
  const path = segmentName(2)
  const renamed = files.trace.indexOf(`rename ${directory}/next.tmp ${path}`)
  expect(files.trace.slice(renamed - 2, renamed + 2)).toEqual([
    `write ${directory}/next.tmp 0 4096`,
    `sync ${directory}/next.tmp`,
    `rename ${directory}/next.tmp ${path}`,
    `sync-directory ${directory}`,
  ])
  expect(stepsOn(files, path)[0]).toMatch(`write ${path} 4096`)
  expect(stepsOn(files, path)[1]).toBe(`sync ${path}`)
  await log.close()
})

test('a write larger than a segment gets a segment of its own size', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 2, 1, 50_000) }))
  await log.append(write({ entries: entries(3, 3) }))
  await log.close()
  const { recovered } = await openLog(files)
  expect(plain(recovered.entries)).toEqual(plain([...entries(1, 2, 1, 50_000), ...entries(3, 3)]))
})

test('segments wholly behind an index are removed, oldest first, and the rest starts alone', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  for (let index = 1; index <= 40; index++) {
    await log.append(write({ entries: entries(index, index, 2, 400), hardState }))
  }
  const before = (await files.list(directory)).length
  files.trace.length = 0
  await log.cut(30)
  const removed = files.trace.filter((step) => step.startsWith('remove'))
  expect(removed.length).toBeGreaterThan(2)
  expect(removed).toEqual(removed.map((_, at) => `remove ${segmentName(at + 1)}`))
  expect(files.trace.filter((step) => step.startsWith('sync-dir')).length).toBe(removed.length)
  expect((await files.list(directory)).length).toBe(before - removed.length)
  await log.close()
  const { recovered } = await openLog(files, { applied: 30 })
  expect(plain(recovered.entries)).toEqual(plain(entries(31, 40, 2, 400)))
  expect(recovered.hardState).toEqual(hardState)
  await expect(openLog(files, { applied: 3 })).rejects.toThrow(/the state reaches 3/)
})

test('entries replaced across a cut segment leave a log that starts', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  for (let index = 1; index <= 12; index++) {
    await log.append(write({ entries: entries(index, index, 1, 400) }))
  }
  await log.append(write({ entries: entries(8, 8, 2, 400) }))
  for (let index = 9; index <= 16; index++) {
    await log.append(write({ entries: entries(index, index, 2, 400) }))
  }
  await log.cut(12)
  await log.close()
  const { log: again, recovered } = await openLog(files, { applied: 12 })
  expect(recovered.previous).toEqual({ index: 12, term: 2 })
  expect(plain(recovered.entries)).toEqual(plain(entries(13, 16, 2, 400)))
  await again.close()
  const behind = { entries: 100, bytes: 100_000 }
  const whole = await openLog(files, { applied: 12, behind })
  const { previous } = whole.recovered
  expect(previous.index).toBeLessThan(12)
  expect(plain(whole.recovered.entries)).toEqual(
    plain(entries(previous.index + 1, 16, previous.index < 7 ? 1 : 2, 400)),
  )
})

test('a log with a gap in its indexes does not start', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 2) }))
  await log.append(write({ entries: entries(4, 4) }))
  await log.close()
  await expect(openLog(files)).rejects.toThrow(
    /000001\.log at offset \d+: entry 4 stands where 3 is the next one/,
  )
})

test('a log with a segment missing does not start', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  for (let index = 1; index <= 30; index++) {
    await log.append(write({ entries: entries(index, index, 1, 400) }))
  }
  await log.close()
  await files.remove(segmentName(2))
  await expect(openLog(files)).rejects.toThrow(/000003\.log at offset 0: .* 2, is missing/)
})

test('a log that does not reach the applied index does not start', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 2) }))
  await log.close()
  await expect(openLog(files, { applied: 3 })).rejects.toMatchObject({ code: 'log-corrupt' })
  await expect(openLog(new MemoryFiles(), { applied: 3 })).rejects.toMatchObject({
    code: 'log-corrupt',
  })
})

test('the log of another member or group is refused and not touched', async () => {
  const files = new MemoryFiles()
  await (await openLog(files)).log.close()
  files.trace.length = 0
  const refused = { code: 'data-directory-unusable' }
  await expect(openLog(files, { memberId: 8n })).rejects.toMatchObject(refused)
  await expect(openLog(files, { groupId: 2n })).rejects.toMatchObject(refused)
  expect(files.trace.filter((step) => step.startsWith('write'))).toEqual([])
})

function stepsOn(files: MemoryFiles, path: string): string[] {
  return files.trace.filter((step) => step.split(' ')[1] === path)
}

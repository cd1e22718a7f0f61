import { expect, test } from 'vitest'
import { Run } from '../../src/mvcc/cache/run.js'
import { RunFile } from '../../src/mvcc/cache/run-file.js'
import { KeyValue, KeyValueBlock } from '../../src/wire/index.js'
import { MemoryScratch } from '../support/memory-scratch.js'
import { waitFor } from '../support/wait-for.js'

function runOf(name: string): Run {
  const keyValue = KeyValue.of({
    key: Buffer.from(name, 'latin1'),
    value: Buffer.alloc(100),
    createRevision: 1,
    modRevision: 1,
    version: 1,
    lease: 0n,
  })
  return new Run(name, `${name}\0`, KeyValueBlock.of([keyValue], 0, 1))
}

/** A file with a hundred runs on it, and what it has told of those that are gone. */
async function filled(): Promise<{
  file: RunFile
  scratch: MemoryScratch
  runs: Run[]
  gone: (readonly Run[])[]
  fail: () => void
}> {
  let isFull = false
  const written = () => new Promise<void>((resolve) => setImmediate(resolve))
  const scratch = new MemoryScratch({ sizeBytes: 1_000_000, written, fails: () => isFull })
  const gone: (readonly Run[])[] = []
  const file = new RunFile(scratch, (runs) => gone.push(runs))
  const runs = Array.from({ length: 100 }, (_, at) => runOf(`run-${100 + at}`))
  for (const run of runs) file.store(run)
  await waitFor('all are written', () => runs.every(({ place }) => place !== undefined))
  const fail = () => {
    isFull = true
  }
  return { file, scratch, runs, gone, fail }
}

test('tells of all runs at once when the file is given up', async () => {
  const { file, scratch, runs, gone, fail } = await filled()
  fail()
  file.store(runOf('one more'))
  await waitFor('the file is given up', () => scratch.isAbandoned)
  expect(gone).toEqual([runs])
  expect(runs.some(({ place }) => place !== undefined)).toBe(false)
})

test('gives up the oldest runs at once, as many as take what memory is wanted', async () => {
  const { file, runs, gone } = await filled()
  const [{ memoryBytes }] = runs as [Run]
  file.dropOldest(2.5 * memoryBytes)
  expect(gone).toEqual([runs.slice(0, 3)])
})

test('lets no more runs wait than have a bounded place in memory, however small their blocks are', async () => {
  const { file } = await filled()
  const small = Array.from({ length: 40_000 }, (_, at) => {
    return new Run(`${at}`, `${at}\0`, KeyValueBlock.of([], 0, 0))
  })
  for (const run of small) file.store(run)
  await waitFor('the first is written', () => small[0]?.place !== undefined)
  await waitFor('no more are written', () => small[30_000]?.place !== undefined)
  expect(small[39_999]?.place).toBeUndefined()
})

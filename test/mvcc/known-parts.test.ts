import { expect, test } from 'vitest'
import { KnownParts } from '../../src/mvcc/cache/known-parts.js'
import { Run } from '../../src/mvcc/cache/run.js'
import { RunTable } from '../../src/mvcc/cache/run-table.js'
import { KeyValue, KeyValueBlock } from '../../src/wire/index.js'
import { MemoryScratch } from '../support/memory-scratch.js'
import { waitFor } from '../support/wait-for.js'

const runBytes = 50_000

function keyValueOf(name: string): KeyValue {
  return KeyValue.of({
    key: Buffer.from(name, 'latin1'),
    value: Buffer.alloc(runBytes - 100),
    createRevision: 1,
    modRevision: 1,
    version: 1,
    lease: 0n,
  })
}

test('a run that leaves memory while others are brought up to date is not taken for lost', async () => {
  const written = () => new Promise<void>((resolve) => setImmediate(resolve))
  const scratch = new MemoryScratch({ sizeBytes: 1_000_000, written })
  const runs = new RunTable(2 * runBytes, scratch)
  for (const bounds of ['ab', 'bc', 'cd', 'de']) {
    const [start, end] = [...bounds] as [string, string]
    const run = new Run(start, end, KeyValueBlock.of([keyValueOf(start)], 0, 1))
    runs.insert(run)
    await waitFor('it is written', () => run.place !== undefined)
  }
  // Only the last one is in memory, and it leaves that when the first one is renewed.
  runs.noteChange('a')
  const parts = new KnownParts(runs, runBytes, keyValueOf)
  parts.of({ start: 'a', end: 'e' }, 0, () => false)
  expect(runs.at(3)?.block).toBeUndefined()
  expect(parts.of({ start: 'a', end: 'e' }, 0, () => false)).toHaveLength(4)
})

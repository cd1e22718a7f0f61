import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ByteString } from '../../src/base/bytes.js'
import { MemoryEngine, type RowRun } from '../../src/engine/index.js'
import { BucketTable } from '../../src/mvcc/counts/bucket-table.js'
import { KeyCounts } from '../../src/mvcc/counts/key-counts.js'
import { Stage } from '../../src/mvcc/writes/stage.js'

type Change = readonly [ByteString, string | undefined]
type Rows = ReadonlyMap<ByteString, string>

type Step =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'runs'; readonly runs: readonly (readonly Change[])[] }
  | { readonly kind: 'savepoint' | 'rollBack' | 'release' | 'commit' }

const names = ['a', 'ab', 'b', 'c\x00', 'c\x01', 'd', 'ef']
const changeArbitrary: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom(...names),
  fc.option(fc.string({ maxLength: 2 }), { nil: undefined }),
)
const runArbitrary = fc
  .uniqueArray(changeArbitrary, { minLength: 1, maxLength: 7, selector: ([key]) => key })
  .map((changes) => changes.sort(([left], [right]) => (left < right ? -1 : 1)))
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('change'), change: changeArbitrary }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('runs'),
      runs: fc.array(runArbitrary, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('savepoint', 'rollBack', 'release', 'commit') }),
  },
)

function runOf(changes: readonly Change[]): RowRun {
  return {
    size: changes.length,
    byteCount: 1,
    keyAt: (index) => changes[index]?.[0] ?? '',
    valueAt: (index) => {
      const text = changes[index]?.[1]
      return text === undefined ? undefined : Buffer.from(text)
    },
  }
}

async function rowsOf(stage: Stage, reverse: boolean): Promise<string[]> {
  const scan = stage.scan({ gte: 'a', lt: 'e', reverse })
  const rows: string[] = []
  for (let chunk = await scan.next(2); chunk.length > 0; chunk = await scan.next(2)) {
    rows.push(...chunk.map(({ key, value }) => `${key}=${value}`))
  }
  scan.close()
  return rows
}

async function compare(stage: Stage, engine: MemoryEngine, staged: Rows, committed: Rows) {
  for (const name of names) {
    expect(stage.get(name)?.toString()).toBe(staged.get(name))
    expect(engine.get(name)?.toString()).toBe(committed.get(name))
  }
  const expected = [...staged]
    .filter(([key]) => key < 'e')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, text]) => `${key}=${text}`)
  expect(await rowsOf(stage, false)).toEqual(expected)
  expect(await rowsOf(stage, true)).toEqual(expected.reverse())
}

function withChanges(rows: Rows, changes: readonly Change[]): Rows {
  const changed = new Map(rows)
  for (const [key, text] of changes) {
    if (text === undefined) changed.delete(key)
    else changed.set(key, text)
  }
  return changed
}

test('changes and runs of them are read, taken back and committed in the order they were staged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 40 }), async (steps) => {
      const engine = new MemoryEngine()
      const stage = new Stage(engine, new KeyCounts(new BucketTable([{ start: '', count: 0 }])))
      let committed: Rows = new Map()
      let staged = committed
      let saved: Rows | undefined
      let position = 0
      for (const step of steps) {
        if (step.kind === 'change') {
          const [key, text] = step.change
          stage.change(key, text === undefined ? undefined : Buffer.from(text))
          staged = withChanges(staged, [step.change])
        } else if (step.kind === 'runs') {
          stage.changeRuns(step.runs.map(runOf))
          staged = withChanges(staged, step.runs.flat())
        } else if (step.kind === 'savepoint') {
          stage.savepoint()
          saved = staged
        } else if (step.kind === 'commit') {
          stage.release()
          saved = undefined
          stage.commit(++position)
          committed = staged
        } else {
          if (step.kind === 'rollBack') stage.rollBack()
          else stage.release()
          if (step.kind === 'rollBack') staged = saved ?? staged
          saved = undefined
        }
        await compare(stage, engine, staged, committed)
      }
    }),
    { numRuns: 100 },
  )
})

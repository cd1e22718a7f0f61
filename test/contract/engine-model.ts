import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ByteString } from '../../src/base/bytes.js'
import type { Engine, EngineView, Row, RowRange, RowRun } from '../../src/engine/index.js'
import { drain, type EngineUnderTest, rowsOf } from './engine-fixture.js'

type Model = ReadonlyMap<ByteString, Buffer>

type Change = readonly [ByteString, number | null]

type Step =
  | {
      readonly kind: 'commit'
      readonly changes: readonly Change[]
      readonly runs: readonly (readonly Change[])[]
    }
  | { readonly kind: 'flush' | 'yield' | 'open' }
  | { readonly kind: 'scan'; readonly range: RowRange; readonly limit: number }
  | { readonly kind: 'close' }

/** Few and short keys, so that commits overwrite and ranges meet. */
const keyArbitrary = fc
  .array(fc.constantFrom('\x00', 'a', 'b', '\xff'), { maxLength: 3 })
  .map((units) => units.join(''))

const rangeArbitrary = fc.record({
  gte: keyArbitrary,
  lt: fc.option(keyArbitrary, { nil: undefined }),
  reverse: fc.boolean(),
})

const changeArbitrary = fc.tuple(keyArbitrary, fc.option(fc.nat(100)))

const runArbitrary = fc
  .uniqueArray(changeArbitrary, { minLength: 1, maxLength: 12, selector: ([key]) => key })
  .map((changes) => changes.sort(([left], [right]) => (left < right ? -1 : 1)))

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      changes: fc.array(changeArbitrary, { maxLength: 8 }),
      runs: fc.oneof(fc.constant([]), fc.array(runArbitrary, { maxLength: 3 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('flush', 'yield', 'open') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      range: rangeArbitrary,
      limit: fc.constantFrom(1, 2, 7, 100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const) }) },
)

/** Takes the steps on the engine and on a map, and compares every answer, of every open view too. */
async function runAgainstModel(engine: Engine, steps: readonly Step[]): Promise<void> {
  const model = new Map<ByteString, Buffer>()
  const opened: { view: EngineView; model: Model }[] = []
  let position = 0
  for (const next of steps) {
    if (next.kind === 'commit') {
      engine.commit(new Map(next.changes.map(rowOf)), ++position, next.runs.map(runOf))
      for (const [key, value] of [...next.runs.flat(), ...next.changes].map(rowOf)) {
        if (value === undefined) model.delete(key)
        else model.set(key, value)
      }
    }
    if (next.kind === 'flush') await engine.flush()
    if (next.kind === 'yield') await new Promise((resolve) => setImmediate(resolve))
    if (next.kind === 'open') opened.push({ view: engine.view(), model: new Map(model) })
    if (next.kind === 'close') opened.shift()?.view.close()
    if (next.kind === 'scan') {
      for (const { view, model: expected } of opened) {
        const rows = await drain(view.scan(next.range), next.limit)
        expect(rows).toEqual(modelRows(expected, next.range))
      }
      expect(await rowsOf(engine, next.range, next.limit)).toEqual(modelRows(model, next.range))
    }
    for (const key of ['', 'a', '\xff', 'b\x00']) {
      expect(engine.get(key)).toEqual(model.get(key))
      for (const { view, model: expected } of opened) {
        expect(view.get(key)).toEqual(expected.get(key))
      }
    }
  }
  for (const { view } of opened) view.close()
}

function rowOf([key, number]: Change): readonly [ByteString, Buffer | undefined] {
  return [key, number === null ? undefined : Buffer.from(`${number}`)]
}

function runOf(changes: readonly Change[]): RowRun {
  const rows = changes.map(rowOf)
  return {
    size: rows.length,
    byteCount: 100,
    keyAt: (index) => rows[index]?.[0] ?? '',
    valueAt: (index) => rows[index]?.[1],
  }
}

function modelRows(model: Model, range: RowRange): Row[] {
  const rows = [...model]
    .filter(([key]) => key >= range.gte && (range.lt === undefined || key < range.lt))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => ({ key, value }))
  return range.reverse ? rows.reverse() : rows
}

/** Random operations beside a map. */
export function describeModel(under: EngineUnderTest): void {
  test('agrees with a model through random commits, flushes, views and scans', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { engine: fresh, dispose } = await under.create()
        try {
          await runAgainstModel(fresh, steps)
        } finally {
          await fresh.close()
          await dispose()
        }
      }),
      { numRuns: 25 },
    )
  })
}

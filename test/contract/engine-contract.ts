import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ByteString, emptyBuffer } from '../../src/base/bytes.js'
import type { Engine, EngineView, Row, RowRange, RowScan } from '../../src/engine/index.js'

/** An engine under test, empty, and how to get rid of what it leaves behind. */
export interface EngineFixture {
  readonly engine: Engine
  dispose(): Promise<void>
}

type Model = ReadonlyMap<ByteString, Buffer>
const everything: RowRange = { gte: '', lt: undefined }

/** What every engine owes its callers, whatever it keeps its rows in. */
export function describeEngineContract(name: string, create: () => Promise<EngineFixture>): void {
  describe(`the engine contract: ${name}`, () => {
    let fixture: EngineFixture
    let engine: Engine
    let position = 0

    beforeEach(async () => {
      fixture = await create()
      engine = fixture.engine
      position = 0
    })

    afterEach(async () => {
      await engine.close()
      await fixture.dispose()
    })

    function commit(changes: Record<string, string | undefined>): void {
      const entries = Object.entries(changes).map(
        ([key, text]) => [key, text === undefined ? undefined : Buffer.from(text)] as const,
      )
      engine.commit(new Map(entries), ++position)
    }

    function textAt(from: Pick<Engine, 'get'>, key: ByteString): string | undefined {
      return from.get(key)?.toString()
    }

    describe('rows', () => {
      test('a row is undefined before it is committed and after it is deleted', () => {
        expect(engine.get('key')).toBeUndefined()
        commit({ key: 'value' })
        expect(textAt(engine, 'key')).toBe('value')
        commit({ key: undefined })
        expect(engine.get('key')).toBeUndefined()
      })

      test('a commit is visible at once, and still when it is durable', async () => {
        commit({ a: '1', b: '2' })
        commit({ b: undefined, c: '3' })
        const read = () => ['a', 'b', 'c'].map((key) => textAt(engine, key))
        expect(read()).toEqual(['1', undefined, '3'])
        await engine.flush()
        expect(read()).toEqual(['1', undefined, '3'])
      })

      test('deleting a row that is on the disk hides it at once', async () => {
        commit({ key: 'value' })
        await engine.flush()
        commit({ key: undefined })
        expect(engine.get('key')).toBeUndefined()
        expect(await rowsOf(engine, everything, 10)).toEqual([])
        await engine.flush()
        expect(engine.get('key')).toBeUndefined()
      })

      test('an empty value is a value', async () => {
        commit({ key: '' })
        await engine.flush()
        expect(engine.get('key')).toEqual(emptyBuffer)
      })

      test('keys hold any bytes, and order as bytes', async () => {
        const keys = [
          '',
          '\x00',
          '\x00\xff',
          'a',
          'a\x00',
          'a\xff',
          '\x7f',
          '\x80',
          '\xff',
          '\xff\xff',
        ]
        commit(Object.fromEntries(keys.map((key) => [key, `value of ${key}`])))
        expect(await keysOf(engine, everything)).toEqual(keys)
        await engine.flush()
        expect(await keysOf(engine, everything)).toEqual(keys)
        for (const key of keys) expect(textAt(engine, key)).toBe(`value of ${key}`)
      })

      test('large keys and values come back as they were', async () => {
        const key = 'k\xff'.repeat(50_000)
        const value = Buffer.alloc(3 * 1024 * 1024, 'large')
        engine.commit(new Map([[key, value]]), 1)
        await engine.flush()
        expect(engine.get(key)?.equals(value)).toBe(true)
        const [row] = await rowsOf(engine, everything, 5)
        expect(row?.key === key && row.value.equals(value)).toBe(true)
      })

      test('commits without changes are taken', async () => {
        engine.commit(new Map(), 5)
        await engine.flush()
        expect(await keysOf(engine, everything)).toEqual([])
      })
    })

    describe('views', () => {
      test('a view shows the rows of its moment while commits and flushes go on', async () => {
        commit({ kept: '1', changed: '1', deleted: '1' })
        await engine.flush()
        commit({ overlaid: '1' })
        const view = engine.view()
        for (const round of ['2', '3', '4']) {
          commit({ changed: round, deleted: undefined, overlaid: round, added: round })
          await engine.flush()
          expect(textAt(view, 'changed')).toBe('1')
          expect(textAt(view, 'deleted')).toBe('1')
          expect(textAt(view, 'overlaid')).toBe('1')
          expect(view.get('added')).toBeUndefined()
          expect(await drainKeys(view.scan(everything))).toEqual([
            'changed',
            'deleted',
            'kept',
            'overlaid',
          ])
        }
        view.close()
        expect(textAt(engine, 'changed')).toBe('4')
      })

      test('views made before, beside and after a batch under way each keep their moment', async () => {
        const views: EngineView[] = []
        for (let round = 0; round < 50; round++) {
          commit({ counter: `${round}`, [`row${round}`]: 'x' })
          views.push(engine.view())
          if (round % 3 === 0) await Promise.resolve()
          if (round % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
        await engine.flush()
        for (const [round, view] of views.entries()) {
          expect(textAt(view, 'counter')).toBe(`${round}`)
          expect(await drainKeys(view.scan({ gte: 'row', lt: 'rox' }))).toHaveLength(round + 1)
          view.close()
        }
      })

      test('a scan goes on over the rows of its view while these are deleted', async () => {
        commit(Object.fromEntries(numberedKeys(300).map((key) => [key, 'old'])))
        await engine.flush()
        const view = engine.view()
        const scan = view.scan(everything)
        const rows = [...(await scan.next(10))]
        commit(Object.fromEntries(numberedKeys(300).map((key) => [key, undefined])))
        await engine.flush()
        rows.push(...(await drain(scan, 10)))
        expect(rows.map((row) => row.key)).toEqual(numberedKeys(300))
        expect(new Set(rows.map((row) => row.value.toString()))).toEqual(new Set(['old']))
        view.close()
      })
    })

    describe('scans', () => {
      beforeEach(async () => {
        commit(Object.fromEntries(numberedKeys(500).map((key) => [key, key])))
        await engine.flush()
      })

      test('bounds: from included, to excluded, in both directions', async () => {
        const range = { gte: 'key0100', lt: 'key0103' }
        const forward = ['key0100', 'key0101', 'key0102']
        expect(await keysOf(engine, range)).toEqual(forward)
        expect(await keysOf(engine, { ...range, reverse: true })).toEqual(forward.toReversed())
        expect(await keysOf(engine, { gte: 'key0498', lt: undefined })).toEqual([
          'key0498',
          'key0499',
        ])
        expect(await keysOf(engine, { gte: 'x', lt: undefined, reverse: true })).toEqual([])
        expect(await keysOf(engine, { gte: 'key0103', lt: 'key0100' })).toEqual([])
        expect(await keysOf(engine, { gte: 'key0103', lt: 'key0100', reverse: true })).toEqual([])
      })

      test('never more rows than asked for, and all of them in the end', async () => {
        for (const reverse of [false, true]) {
          for (const limit of [1, 63, 64, 65, 1000]) {
            const view = engine.view()
            const scan = view.scan({ ...everything, reverse })
            const keys: ByteString[] = []
            for (;;) {
              const rows = await scan.next(limit)
              if (rows.length === 0) break
              expect(rows.length).toBeLessThanOrEqual(limit)
              keys.push(...rows.map((row) => row.key))
            }
            expect(keys).toEqual(reverse ? numberedKeys(500).reverse() : numberedKeys(500))
            expect(await scan.next(limit)).toEqual([])
            view.close()
          }
        }
      })

      test('rows that are all deleted again in memory are skipped, however many there are', async () => {
        const gone = numberedKeys(500).slice(1, 499)
        commit(Object.fromEntries(gone.map((key) => [key, undefined])))
        expect(await keysOf(engine, everything)).toEqual(['key0000', 'key0499'])
        expect(await keysOf(engine, { ...everything, reverse: true })).toEqual([
          'key0499',
          'key0000',
        ])
      })

      test('many scans at once all get their rows', async () => {
        const ranges = Array.from({ length: 20 }, (_, index) => ({
          gte: `key0${String(index * 10).padStart(3, '0')}`,
          lt: undefined,
        }))
        const found = await Promise.all(ranges.map((range) => keysOf(engine, range)))
        expect(found.map((keys) => keys.length)).toEqual(ranges.map((_, index) => 500 - index * 10))
      })
    })

    test('agrees with a model through random commits, flushes, views and scans', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const { engine: fresh, dispose } = await create()
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

    describe('closing', () => {
      test('closing twice is closing once', async () => {
        commit({ key: 'value' })
        await Promise.all([engine.close(), engine.close()])
        await engine.close()
      })

      test('R11: closing the engine closes the views and scans left open', async () => {
        commit({ key: 'value' })
        const view = engine.view()
        const scan = view.scan(everything)
        await engine.close()
        expect(() => view.get('key')).toThrow('closed')
        expect(() => view.scan(everything)).toThrow('closed')
        await expect(nextOf(scan)).rejects.toThrow('closed')
        view.close()
        scan.close()
      })

      test('R11: closing a view closes its scans, and nothing else', async () => {
        commit({ key: 'value' })
        const [view, other] = [engine.view(), engine.view()]
        const scan = view.scan(everything)
        view.close()
        view.close()
        await expect(nextOf(scan)).rejects.toThrow('closed')
        expect(textAt(other, 'key')).toBe('value')
        expect(textAt(engine, 'key')).toBe('value')
        other.close()
      })

      test('R11: closing a scan in the middle leaves its view in use', async () => {
        commit(Object.fromEntries(numberedKeys(200).map((key) => [key, 'x'])))
        await engine.flush()
        const view = engine.view()
        const scan = view.scan(everything)
        const step = scan.next(10)
        scan.close()
        scan.close()
        await Promise.resolve(step).catch(() => {})
        await expect(nextOf(scan)).rejects.toThrow('closed')
        expect(await drainKeys(view.scan(everything))).toHaveLength(200)
        view.close()
      })

      test('a closed engine refuses everything', async () => {
        await engine.close()
        expect(() => engine.get('key')).toThrow('closed')
        expect(() => engine.view()).toThrow('closed')
        expect(() => commit({ key: 'value' })).toThrow('closed')
        expect(() => engine.sizes()).toThrow('closed')
        await expect(engine.flush()).rejects.toThrow('closed')
      })
    })
  })
}

type Step =
  | { readonly kind: 'commit'; readonly changes: readonly (readonly [ByteString, number | null])[] }
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

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      changes: fc.array(fc.tuple(keyArbitrary, fc.option(fc.nat(100))), { maxLength: 8 }),
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
      const changes = next.changes.map(
        ([key, number]) => [key, number === null ? undefined : Buffer.from(`${number}`)] as const,
      )
      engine.commit(new Map(changes), ++position)
      for (const [key, value] of changes) {
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

function modelRows(model: Model, range: RowRange): Row[] {
  const rows = [...model]
    .filter(([key]) => key >= range.gte && (range.lt === undefined || key < range.lt))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => ({ key, value }))
  return range.reverse ? rows.reverse() : rows
}

async function rowsOf(engine: Engine, range: RowRange, limit: number): Promise<Row[]> {
  const view = engine.view()
  try {
    return await drain(view.scan(range), limit)
  } finally {
    view.close()
  }
}

async function keysOf(engine: Engine, range: RowRange): Promise<ByteString[]> {
  return (await rowsOf(engine, range, 100)).map((row) => row.key)
}

async function drainKeys(scan: RowScan): Promise<ByteString[]> {
  return (await drain(scan, 100)).map((row) => row.key)
}

/** All rows that are left in a scan; closes it. */
async function drain(scan: RowScan, limit: number): Promise<Row[]> {
  const all: Row[] = []
  for (;;) {
    const rows = await scan.next(limit)
    if (rows.length === 0) break
    all.push(...rows)
  }
  scan.close()
  return all
}

/** The next rows, as a promise also when they are refused at once. */
async function nextOf(scan: RowScan): Promise<Row[]> {
  return await scan.next(10)
}

function numberedKeys(count: number): ByteString[] {
  return Array.from({ length: count }, (_, index) => `key${String(index).padStart(4, '0')}`)
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteBudget } from '../../src/base/byte-budget.js'
import { type Command, RangeRequest } from '../../src/wire/index.js'
import { MemoryScratch } from '../support/memory-scratch.js'
import { keyOf, Pair, requestOf } from './remembering-pair.js'
import { bytes, operation } from './state-harness.js'

const names = ['a', 'b', 'bb', 'c', 'ca', 'cb', 'd', 'd\0', 'e', '\u00ff', '\0']
const key = fc.constantFrom(...names)
const rangeEnd = fc.constantFrom('\0', 'b', 'c', 'cb', 'd', 'zz', '')
const value = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(200), 'y'.repeat(5000)) },
)
const lease = fc.constantFrom(0n, 0n, 7n)

interface Asked {
  readonly key: string
  readonly rangeEnd: string
  readonly limit: number
  readonly countOnly: boolean
  readonly times: number
}

type Action = { readonly command: Command } | 'commit' | 'hold' | 'let go' | Asked

/** Few enough that many are asked again. */
const range: fc.Arbitrary<Asked> = fc.record({
  key: fc.constantFrom('\0', 'b', 'ca'),
  rangeEnd: fc.constantFrom('\0', 'ca', 'd'),
  limit: fc.constantFrom(0, 0, 1, 2, 4, 20),
  countOnly: fc.constantFrom(false, false, false, true),
  times: fc.integer({ min: 1, max: 3 }),
})

const write: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(key, value, lease).map((put) => operation.put(...put)) },
  {
    weight: 2,
    arbitrary: fc.tuple(key, rangeEnd).map((bounds) => operation.deleteRange(...bounds)),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.record({ kind: fc.constant('put' as const), key, value }),
          fc.record({ kind: fc.constant('delete' as const), key, rangeEnd }),
        ),
        { maxLength: 3 },
      )
      .map((steps) => operation.txn(steps)),
  },
  { weight: 1, arbitrary: key.map((name) => operation.deleteThenKeepValue(name)) },
  { weight: 1, arbitrary: fc.constantFrom(operation.grant(7n), operation.revoke(7n)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 20 }).map((revision) => operation.compact(revision)),
  },
)

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: write.map((command) => ({ command })) },
  { weight: 4, arbitrary: fc.constant('commit' as const) },
  { weight: 8, arbitrary: range },
  { weight: 3, arbitrary: fc.constantFrom('hold' as const, 'let go' as const) },
)

/** Some reads are slow, some find nothing, and few writes fail. */
function troubledScratch(sizeBytes: number, numbers: Iterator<number>): MemoryScratch {
  const next = (): number => numbers.next().value
  return new MemoryScratch({
    sizeBytes,
    written: () => new Promise((resolve) => setImmediate(resolve)),
    fails: () => next() === 0,
    outcome: () => (['slow', 'lost'] as const)[next() - 1] ?? 'done',
  })
}

describe('a state that remembers ranges', () => {
  test('answers what one that does not answers, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        fc.constantFrom(5_000, 16_000, 1_000_000),
        fc.constantFrom(undefined, 600, 20_000, 1_000_000),
        fc.infiniteStream(fc.nat(99)),
        async (actions, cacheBytes, fileBytes, numbers) => {
          const scratch = fileBytes === undefined ? undefined : troubledScratch(fileBytes, numbers)
          const pair = await Pair.open(cacheBytes, scratch)
          for (const name of names) await pair.apply(operation.put(name, name, 0n))
          const asked: Promise<void>[] = []
          for (const act of actions) {
            if (act === 'commit') pair.commit()
            else if (act === 'hold') pair.engine.hold()
            else if (act === 'let go') pair.engine.letGo()
            else if ('command' in act) await pair.stage(act.command)
            else {
              const { times, ...bounds } = act
              const request = { ...bounds, key: bytes(act.key), rangeEnd: bytes(act.rangeEnd) }
              for (let time = 0; time < times; time++) {
                asked.push(pair.ask(RangeRequest.create(request)))
                await new Promise((resolve) => setImmediate(resolve))
              }
            }
          }
          pair.engine.letGo()
          await Promise.all(asked)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('answers without a scan, whatever has changed in what it knows', async () => {
    const pair = await Pair.open(1_000_000)
    await pair.putAll(0, 100)
    await pair.askUntilKnown({ from: 10, to: 90 })
    await pair.apply(operation.put(keyOf(50), 'changed', 0n))
    await pair.apply(operation.put(`${keyOf(60)}-new`, 'new', 0n))
    await pair.apply(operation.deleteRange(keyOf(70), keyOf(75)))
    expect(await pair.scansOf({ from: 10, to: 90 })).toBe(0)
    expect(await pair.scansOf({ from: 49, to: 76 })).toBe(0)
    expect(await pair.scansOf({ from: 10, to: 91 })).toBe(1)
  })

  test('hears what changes while the range is read that it is to know', async () => {
    const pair = await Pair.open(1_000_000)
    await pair.putAll(0, 100)
    await pair.ask(requestOf({ from: 10, to: 90 }))
    pair.engine.hold()
    const asked = pair.ask(requestOf({ from: 10, to: 90 }))
    await pair.apply(operation.put(keyOf(50), 'changed', 0n))
    await pair.apply(operation.deleteRange(keyOf(70), keyOf(75)))
    pair.engine.letGo()
    await asked
    expect(await pair.scansOf({ from: 10, to: 90 })).toBe(0)
  })

  test('hears of many keys deleted as one, in what it knows and in what is being read', async () => {
    const pair = await Pair.open(1_000_000)
    await pair.putAll(0, 2_000)
    await pair.askUntilKnown({ from: 10, to: 400 })
    await pair.askUntilKnown({ from: 900, to: 950 })
    await pair.ask(requestOf({ from: 500, to: 800 }))
    pair.engine.hold()
    const asked = pair.ask(requestOf({ from: 500, to: 800 }))
    await pair.apply(operation.deleteRange(keyOf(300), keyOf(600)))
    pair.engine.letGo()
    await asked
    await pair.ask(requestOf({ from: 10, to: 400 }))
    await pair.ask(requestOf({ from: 500, to: 800 }))
    expect(await pair.scansOf({ from: 900, to: 950 })).toBe(0)
    await pair.apply(operation.deleteRange(keyOf(1_000), keyOf(1_900)))
    await pair.apply(operation.deleteRange(keyOf(0), keyOf(1_000)))
    await pair.ask(requestOf({ from: 10, to: 400 }))
    await pair.ask(requestOf({ from: 900, to: 950 }))
    await pair.ask(requestOf({ from: 0, to: 2_000 }))
  })

  test('knows ranges that overlap, and those that lie side by side', async () => {
    const pair = await Pair.open(1_000_000)
    await pair.putAll(0, 100)
    await pair.askUntilKnown({ from: 10, to: 30 })
    await pair.askUntilKnown({ from: 50, to: 70 })
    await pair.askUntilKnown({ from: 20, to: 60 })
    expect(await pair.scansOf({ from: 10, to: 70 })).toBe(0)
    expect(await pair.scansOf({ from: 15, to: 65 })).toBe(0)
  })

  test('counts what lies beyond a limit until a key comes or goes there', async () => {
    const pair = await Pair.open(1_000_000)
    await pair.putAll(0, 2_000)
    const limited = { from: 10, to: 1_990, limit: 20 }
    await pair.askUntilKnown(limited)
    await pair.askUntilKnown({ from: 10, to: 1_990, countOnly: true })
    await pair.apply(operation.put(keyOf(1_980), 'changed', 0n))
    expect(await pair.scansOf(limited)).toBe(0)
    for (const command of [
      operation.deleteRange(keyOf(1_980), ''),
      operation.put(keyOf(1_980), 'again', 0n),
      operation.deleteRange(keyOf(100), ''),
      operation.deleteRange(keyOf(0), ''),
      operation.put(keyOf(5_000), 'beyond', 0n),
      operation.deleteRange(keyOf(300), keyOf(1_500)),
    ]) {
      await pair.apply(command)
      await pair.ask(requestOf(limited))
      await pair.askUntilKnown({ ...limited, countOnly: true })
    }
  })

  test('takes what is asked once, and what is large, past the others', async () => {
    const pair = await Pair.open(100_000)
    await pair.putAll(0, 3_000)
    await pair.askUntilKnown({ from: 10, to: 30 })
    for (let from = 100; from < 2_900; from += 20) {
      await pair.ask(requestOf({ from, to: from + 20 }))
    }
    for (let time = 0; time < 5; time++) await pair.ask(requestOf({ from: 40, to: 2_900 }))
    expect(await pair.scansOf({ from: 10, to: 30 })).toBe(0)
    expect(await pair.scansOf({ from: 40, to: 2_900 })).toBe(1)
  })

  test('draws on the share of who asks as if it had been read', async () => {
    const pair = await Pair.open(1_000_000)
    await pair.putAll(0, 100)
    const request = requestOf({ from: 10, to: 90 })
    const read = new ByteBudget(1_000_000).share()
    await pair.plain.range(request, read)
    await pair.askUntilKnown({ from: 10, to: 90 })
    const known = new ByteBudget(read.sizeBytes * 2).share()
    await pair.cached.range(request, known)
    expect(known.sizeBytes).toBeGreaterThanOrEqual(read.sizeBytes)
    expect(() => pair.cached.range(request, known)).toThrow('too many requests')
  })
})

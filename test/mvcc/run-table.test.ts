import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Run } from '../../src/mvcc/cache/run.js'
import { RunTable } from '../../src/mvcc/cache/run-table.js'
import { KeyValue, KeyValueBlock } from '../../src/wire/index.js'

const maxBytes = 6_000

function keyOf(index: number): string {
  return String.fromCharCode(97 + index)
}

function nameOf(index: number): string {
  return `k${`${index}`.padStart(8, '0')}`
}

/** One row at the start. */
function runOf(start: string, end: string, valueBytes: number): Run {
  const keyValue = KeyValue.of({
    key: Buffer.from(start, 'latin1'),
    value: Buffer.alloc(valueBytes),
    createRevision: 1,
    modRevision: 1,
    version: 1,
    lease: 0n,
  })
  return new Run(start, end, KeyValueBlock.of([keyValue], 0, 1))
}

/** Twenty of them between two letters. */
function keysFrom(letter: number, count: number): { size: number; keyAt(index: number): string } {
  const keyAt = (index: number) =>
    `${keyOf(letter + Math.floor(index / 20))}${String(index % 20).padStart(2, '0')}`
  return { size: count, keyAt }
}

function runsOf(table: RunTable): Run[] {
  const runs: Run[] = []
  for (let at = 0; ; at++) {
    const run = table.at(at)
    if (run === undefined) return runs
    runs.push(run)
  }
}

test('runs never overlap nor take more than the bound, whatever comes, changes and is used', () => {
  const place = fc.integer({ min: 0, max: 25 })
  const step = fc.oneof(
    fc.record({ from: place, to: place, valueBytes: fc.constantFrom(0, 300, 2_000, 9_000) }),
    fc.record({ changed: place, suffix: fc.string({ maxLength: 3 }) }),
    fc.record({ changedFrom: place, count: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ used: place }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const table = new RunTable(maxBytes)
      for (const each of steps) {
        if ('changed' in each) table.noteChange(keyOf(each.changed) + each.suffix)
        else if ('changedFrom' in each) table.noteChanges(keysFrom(each.changedFrom, each.count))
        else if ('used' in each) {
          const run = table.at(table.indexOf(keyOf(each.used)))
          if (run !== undefined) table.used(run)
        } else if (each.from < each.to) {
          const span = { start: keyOf(each.from), end: keyOf(each.to) }
          for (const { start, end } of table.gapsIn(span)) {
            table.insert(runOf(start, end, each.valueBytes))
          }
        }
        const runs = runsOf(table)
        let end = ''
        for (const run of runs) {
          expect(run.start >= end && run.start < run.end).toBe(true)
          end = run.end
        }
        const sum = runs.reduce((bytes, run) => bytes + run.memoryBytes, 0)
        expect(table.memoryBytes).toBe(sum)
        expect(sum).toBeLessThanOrEqual(maxBytes)
      }
    }),
    { numRuns: 300 },
  )
})

test('the run that has not been used for longest goes first', () => {
  const table = new RunTable(3.5 * runOf('a', 'b', 1_000).memoryBytes)
  const [first, second] = [runOf('a', 'b', 1_000), runOf('b', 'c', 1_000)]
  table.insert(first)
  table.insert(second)
  table.insert(runOf('d', 'e', 1_000))
  table.used(first)
  table.insert(runOf('e', 'f', 1_000))
  expect(runsOf(table).map(({ start }) => start)).toEqual(['a', 'd', 'e'])
})

test('a run in which too many keys have changed goes', () => {
  const table = new RunTable(100_000)
  table.insert(runOf('a', 'b', 10))
  table.insert(runOf('b', 'c', 10))
  for (let index = 0; index < 100; index++) table.noteChange(`b${index}`)
  expect(runsOf(table).map(({ start }) => start)).toEqual(['a'])
})

test('keys that change together leave what they leave when they change one by one', () => {
  const letters = fc.uniqueArray(fc.integer({ min: 0, max: 25 }), { minLength: 1 })
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 26 * 40 }), {
    minLength: 1,
    maxLength: 200,
  })
  fc.assert(
    fc.property(letters, keys, keys, (starts, before, together) => {
      const tables = [new RunTable(1_000_000), new RunTable(1_000_000)] as const
      const nameOfKey = (key: number) => `${keyOf(Math.floor(key / 40))}${key % 40}`
      for (const table of tables) {
        for (const start of starts) table.insert(runOf(keyOf(start), keyOf(start + 1), 10))
        for (const key of before.slice(0, 10)) table.noteChange(nameOfKey(key))
      }
      const changed = together.map(nameOfKey).sort()
      for (const key of changed) tables[0].noteChange(key)
      tables[1].noteChanges({ size: changed.length, keyAt: (at) => changed[at] as string })
      const [apart, atOnce] = tables.map((table) =>
        runsOf(table).map((run) => ({ start: run.start, changed: run.changedKeys() })),
      )
      expect(atOnce).toEqual(apart)
      expect(tables[1].memoryBytes).toBe(tables[0].memoryBytes)
    }),
  )
})

test('of very many keys that change together in a few runs, few are looked at', () => {
  const table = new RunTable(10_000_000)
  for (let at = 0; at < 100; at++) table.insert(runOf(nameOf(at * 100), nameOf(at * 100 + 100), 10))
  let asked = 0
  const keyAt = (index: number) => {
    asked++
    return nameOf(index)
  }
  table.noteChanges({ size: 9_900, keyAt })
  expect(runsOf(table).map(({ start }) => start)).toEqual([nameOf(9_900)])
  expect(asked).toBeLessThan(2_500)
})

test('gaps are what no run holds', () => {
  const table = new RunTable(100_000)
  for (const [start, end] of ['bc', 'ef', 'fg'].map((pair) => [...pair])) {
    table.insert(runOf(start as string, end as string, 10))
  }
  expect(table.gapsIn({ start: 'a', end: 'h' })).toEqual([
    { start: 'a', end: 'b' },
    { start: 'c', end: 'e' },
    { start: 'g', end: 'h' },
  ])
  expect(table.gapsIn({ start: 'b5', end: 'c' })).toEqual([])
  expect(table.gapsIn({ start: 'b5', end: 'd' })).toEqual([{ start: 'c', end: 'd' }])
  for (const [start, end] of ['ah', 'b5', 'bc', 'cd', 'bd', 'eg', 'eh', 'fh', 'hi'].map((pair) => [
    ...pair,
  ])) {
    const span = { start: start as string, end: end as string }
    expect(table.firstGapIn(span)).toEqual(table.gapsIn(span)[0])
  }
})

test('the first gap is not looked for behind a great many runs', () => {
  const table = new RunTable(10_000_000)
  for (let at = 0; at < 1_000; at++) table.insert(runOf(nameOf(at), nameOf(at + 1), 0))
  const span = { start: nameOf(900), end: nameOf(2_000) }
  expect(table.firstGapIn(span)).toEqual({ start: nameOf(1_000), end: nameOf(2_000) })
  expect(table.firstGapIn({ ...span, start: nameOf(1) })).toBeUndefined()
})

test('a run that takes the place of very many does not hold the turn', () => {
  const small = 124_000
  const table = new RunTable(small * runOf('a', 'b', 0).memoryBytes)
  for (let at = 0; at < small; at++) table.insert(runOf(nameOf(at), nameOf(at + 1), 0))
  const started = performance.now()
  table.insert(runOf('z', 'zz', 15_000_000))
  // Some milliseconds; seconds, where each run that goes moves all others.
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(table.indexOf('z')).toBeLessThan(small - 30_000)
})

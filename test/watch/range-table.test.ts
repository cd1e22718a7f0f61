import { expect, test } from 'vitest'
import { RangeTable } from '../../src/watch/range-table.js'

/** A range that counts how often it is looked at. */
class CountedRange {
  static looks = 0
  readonly members = new Set(['somebody'])

  constructor(
    private readonly first: string,
    private readonly last: string,
  ) {}

  get start(): string {
    CountedRange.looks++
    return this.first
  }

  get end(): string {
    return this.last
  }
}

function table(size: number): RangeTable<string, CountedRange> {
  const built = new RangeTable<string, CountedRange>()
  for (let count = 0; count < size; count++) {
    const name = `key/${count.toString().padStart(6, '0')}`
    built.add(new CountedRange(name, `${name}/`))
  }
  return built
}

test('few of many thousand ranges are looked at to answer for one key', () => {
  const built = table(10_000)
  CountedRange.looks = 0
  const found: CountedRange[] = []
  built.collect('key/005000', found)
  expect(found.length).toBe(1)
  expect(CountedRange.looks).toBeLessThan(150)
})

test('adding many ranges one by one sorts them seldom', () => {
  CountedRange.looks = 0
  table(10_000)
  expect(CountedRange.looks / 10_000).toBeLessThan(500)
})

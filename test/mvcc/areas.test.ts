import { describe, expect, test } from 'vitest'
import { Areas } from '../../src/mvcc/cache/areas.js'
import { BucketTable } from '../../src/mvcc/counts/bucket-table.js'

const buckets = 200
const nameOf = (index: number) => (index === 0 ? '' : `key-${String(index).padStart(3, '0')}`)
const table = new BucketTable(
  Array.from({ length: buckets }, (_, index) => ({ start: nameOf(index), count: 256 })),
)

/** Some keys in the middle of a bucket. */
const within = (index: number) => ({ start: `${nameOf(index)}-m`, end: `${nameOf(index)}-n` })

/** Areas of which so many have been asked for again. */
function askedAgain(times: number, isFull: () => boolean = () => false): Areas {
  const areas = new Areas(isFull)
  for (let index = 0; index < times; index++) {
    areas.ask(within(index), table)
    areas.ask(within(index), table)
  }
  return areas
}

describe('an area', () => {
  test('is read when it is asked for again, from where its bucket starts to where the next one does', () => {
    const areas = new Areas(() => false)
    expect(areas.ask(within(7), table)).toBeUndefined()
    expect(areas.ask(within(8), table)).toBeUndefined()
    expect(areas.ask(within(7), table)).toMatchObject({ start: nameOf(7), end: nameOf(8) })
  })

  test('reaches to the end of what was asked', () => {
    const areas = new Areas(() => false)
    const span = { start: within(7).start, end: within(9).end }
    areas.ask(span, table)
    expect(areas.ask(span, table)).toEqual({ ...areas.ask(within(7), table), end: span.end })
  })

  test('is read at once, with those behind it, when many others have been asked for again', () => {
    expect(askedAgain(63).ask(within(100), table)).toBeUndefined()
    const area = askedAgain(64).ask(within(100), table)
    expect(area).toMatchObject({ start: nameOf(100), end: nameOf(108) })
    const one = askedAgain(1).ask(within(0), table)
    expect(area?.maxBytes).toBe(8 * (one?.maxBytes ?? 0))
  })

  test('ends behind all keys where there is no bucket behind it', () => {
    const end = askedAgain(64).ask(within(buckets - 3), table)?.end ?? ''
    expect(end > nameOf(buckets)).toBe(true)
  })

  test('waits to be asked for again when there is no room for all, and is then read now and then', () => {
    let isFull = false
    const areas = askedAgain(64, () => isFull)
    isFull = true
    expect(areas.ask(within(100), table)).toBeUndefined()
    const read = Array.from({ length: 16 }, () => areas.ask(within(100), table))
    expect(read.filter((area) => area !== undefined)).toHaveLength(2)
    expect(read.find((area) => area !== undefined)).toMatchObject({ end: nameOf(101) })
  })

  test('is left alone that was read for nothing', () => {
    const areas = askedAgain(64)
    areas.noteBarren(nameOf(100))
    expect(areas.ask(within(100), table)).toBeUndefined()
  })
})

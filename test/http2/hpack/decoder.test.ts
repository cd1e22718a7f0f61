import { describe, expect, test } from 'vitest'
import { HpackDecoder } from '../../../src/http2/hpack/index.js'
import { dynamicTable, fields, hex, indexed, inserted } from './blocks.js'

/** Each of these counts 40 bytes. */
const [a, b, c] = [inserted('name', 'aaaa'), inserted('name', 'bbbb'), inserted('name', 'cccc')]

describe('the dynamic table', () => {
  test('lets the oldest go when a new field does not fit beside it', () => {
    const decoder = newDecoder({ maxTableBytes: 80 })
    decoder.decode(Buffer.concat([a, b]))
    expect(dynamicTable(decoder)).toEqual(fields('name: bbbb', 'name: aaaa'))
    decoder.decode(c)
    expect(dynamicTable(decoder)).toEqual(fields('name: cccc', 'name: bbbb'))
  })

  test('keeps a field that fills it to the byte, and is emptied by one that is a byte too large', () => {
    const decoder = newDecoder({ maxTableBytes: 80 })
    decoder.decode(inserted('name', 'x'.repeat(44)))
    expect(dynamicTable(decoder)).toHaveLength(1)
    const { fields } = decoder.decode(inserted('name', 'x'.repeat(45)))
    expect(fields).toEqual([{ name: 'name', value: 'x'.repeat(45) }])
    expect(dynamicTable(decoder)).toEqual([])
  })

  test('may evict the very entry that lent the new one its name', () => {
    const decoder = newDecoder({ maxTableBytes: 40 })
    decoder.decode(a)
    expect(decoder.decode(hex('7e 04 62626262')).fields).toEqual(fields('name: bbbb'))
    expect(dynamicTable(decoder)).toEqual(fields('name: bbbb'))
  })

  test('keeps the order of many more entries than it began with room for', () => {
    const decoder = newDecoder({ maxTableBytes: 4096 })
    const values = Array.from({ length: 300 }, (_, index) => String(index).padStart(4, '0'))
    for (const value of values) decoder.decode(inserted('name', value))
    // An indexed field of one byte reaches the newest 65.
    const newestFirst = values.slice(-65).reverse()
    newestFirst.forEach((value, age) => {
      expect(decoder.decode(indexed(62 + age)).fields).toEqual([{ name: 'name', value }])
    })
    const oldest = 62 + Math.floor(4096 / 40) - 1
    expect(decoder.decode(Buffer.from([0xff, oldest - 127])).fields).toEqual(fields('name: 0198'))
    expect(() => decoder.decode(Buffer.from([0xff, oldest - 126]))).toThrow('index of no')
  })
})

describe('a table size update', () => {
  test('evicts down to the new size, and the size holds from then on', () => {
    const decoder = newDecoder({ maxTableBytes: 4096 })
    decoder.decode(Buffer.concat([a, b, c]))
    expect(decoder.decode(hex('3f 31')).fields).toEqual([])
    expect(dynamicTable(decoder)).toEqual(fields('name: cccc', 'name: bbbb'))
    decoder.decode(a)
    expect(dynamicTable(decoder)).toEqual(fields('name: aaaa', 'name: cccc'))
  })

  test('of nothing and back empties the table', () => {
    const decoder = newDecoder({ maxTableBytes: 4096 })
    decoder.decode(Buffer.concat([a, b]))
    decoder.decode(Buffer.concat([hex('20 3fe11f'), c]))
    expect(dynamicTable(decoder)).toEqual(fields('name: cccc'))
  })

  test('is what lets the table grow above 4096 bytes, up to the limit', () => {
    const fillings = Buffer.concat(Array.from({ length: 205 }, () => a))
    const decoder = newDecoder({ maxTableBytes: 8192 })
    const oldest = (count: number) => Buffer.from([0xff, ...base128(61 + count - 127)])
    decoder.decode(fillings)
    expect(decoder.decode(oldest(102)).fields).toHaveLength(1)
    expect(() => decoder.decode(oldest(103))).toThrow('index of no')
    decoder.decode(Buffer.concat([hex('3fe13f'), fillings]))
    expect(decoder.decode(oldest(204)).fields).toHaveLength(1)
    expect(() => decoder.decode(oldest(205))).toThrow('index of no')
  })
})

describe('the version of the table', () => {
  test('stands still through blocks that only look into it', () => {
    const decoder = newDecoder({ maxTableBytes: 4096 })
    decoder.decode(a)
    const before = decoder.tableVersion
    decoder.decode(hex('3fe11f be 82 04 01 2f 10 01 61 01 62'))
    expect(decoder.tableVersion).toBe(before)
  })

  test.each([
    { change: 'an insertion', block: b, maxTableBytes: 4096 },
    { change: 'a size that evicts', block: hex('20'), maxTableBytes: 4096 },
    { change: 'a size that evicts nothing', block: hex('3fe10f'), maxTableBytes: 4096 },
    { change: 'a field too large to keep', block: inserted('n', '!'.repeat(8)), maxTableBytes: 40 },
  ])('moves with $change', ({ block, maxTableBytes }) => {
    const decoder = newDecoder({ maxTableBytes })
    decoder.decode(a)
    const before = decoder.tableVersion
    decoder.decode(block)
    expect(decoder.tableVersion).not.toBe(before)
  })

  test('stands still where there is no table to change', () => {
    const decoder = newDecoder({ maxTableBytes: 0 })
    const before = decoder.tableVersion
    decoder.decode(a)
    expect(decoder.tableVersion).toBe(before)
  })
})

describe('the limit of the list', () => {
  test('is met by a list that comes to it to the byte', () => {
    const decoder = newDecoder({ maxListBytes: 80 })
    expect(decoder.decode(Buffer.concat([a, b]))).toEqual({
      fields: fields('name: aaaa', 'name: bbbb'),
      listBytes: 80,
      tooLarge: false,
    })
  })

  test('drops what comes when it is passed, and minds the table all the same', () => {
    const decoder = newDecoder({ maxListBytes: 79 })
    expect(decoder.decode(Buffer.concat([a, b, indexed(2), c]))).toEqual({
      fields: fields('name: aaaa'),
      listBytes: 40 + 40 + 42 + 40,
      tooLarge: true,
    })
    expect(dynamicTable(decoder)).toEqual(fields('name: cccc', 'name: bbbb', 'name: aaaa'))
  })

  test('bounds a small block that names one large entry thousands of times', () => {
    const decoder = newDecoder({ maxTableBytes: 4096, maxListBytes: 16_384 })
    const value = 'x'.repeat(4000)
    const large = Buffer.concat([hex('40 01 6e 7f a11e'), Buffer.from(value)])
    const block = decoder.decode(Buffer.concat([large, Buffer.alloc(10_000, indexed(62))]))
    expect(block.tooLarge).toBe(true)
    expect(block.fields).toHaveLength(4)
    expect(block.listBytes).toBe(10_001 * (4000 + 1 + 32))
  })

  test('does not hide that the rest of the block is malformed', () => {
    const decoder = newDecoder({ maxListBytes: 0 })
    expect(() => decoder.decode(hex('82 80'))).toThrow('index of no')
  })
})

test('an empty block has no fields', () => {
  expect(newDecoder({}).decode(Buffer.alloc(0))).toEqual({
    fields: [],
    listBytes: 0,
    tooLarge: false,
  })
})

test('bytes above 127 are one code unit each', () => {
  const block = Buffer.concat([hex('00 02 80ff 03 e282ac')])
  expect(newDecoder({}).decode(block).fields).toEqual([
    { name: '\u0080\u00ff', value: '\u00e2\u0082\u00ac' },
  ])
})

function newDecoder({ maxTableBytes = 4096, maxListBytes = 65_536 }): HpackDecoder {
  return new HpackDecoder({ maxTableBytes, maxListBytes })
}

function base128(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...base128(value >>> 7)]
}

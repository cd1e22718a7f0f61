import { describe, expect, test } from 'vitest'
import { emptyBuffer } from '../../src/base/bytes.js'
import { type EngineUnderTest, everything, keysOf, rowsOf, textAt } from './engine-fixture.js'

export function describeRows(under: EngineUnderTest): void {
  describe('rows', () => {
    test('a row is undefined before it is committed and after it is deleted', () => {
      expect(under.engine.get('key')).toBeUndefined()
      under.commit({ key: 'value' })
      expect(textAt(under.engine, 'key')).toBe('value')
      under.commit({ key: undefined })
      expect(under.engine.get('key')).toBeUndefined()
    })

    test('a commit is visible at once, and still when it is durable', async () => {
      under.commit({ a: '1', b: '2' })
      under.commit({ b: undefined, c: '3' })
      const read = () => ['a', 'b', 'c'].map((key) => textAt(under.engine, key))
      expect(read()).toEqual(['1', undefined, '3'])
      await under.engine.flush()
      expect(read()).toEqual(['1', undefined, '3'])
    })

    test('deleting a row that is on the disk hides it at once', async () => {
      under.commit({ key: 'value' })
      await under.engine.flush()
      under.commit({ key: undefined })
      expect(under.engine.get('key')).toBeUndefined()
      expect(await rowsOf(under.engine, everything, 10)).toEqual([])
      await under.engine.flush()
      expect(under.engine.get('key')).toBeUndefined()
    })

    test('giving back space changes no row', async () => {
      under.commit({ a: '1', b: '2', c: '3' })
      under.commit({ b: undefined, c: '4' })
      await under.engine.reclaim({ gte: 'b', lt: 'c' })
      await under.engine.reclaim(everything)
      expect(await keysOf(under.engine, everything)).toEqual(['a', 'c'])
      expect(textAt(under.engine, 'c')).toBe('4')
    })

    test('an empty value is a value', async () => {
      under.commit({ key: '' })
      await under.engine.flush()
      expect(under.engine.get('key')).toEqual(emptyBuffer)
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
      under.commit(Object.fromEntries(keys.map((key) => [key, `value of ${key}`])))
      expect(await keysOf(under.engine, everything)).toEqual(keys)
      await under.engine.flush()
      expect(await keysOf(under.engine, everything)).toEqual(keys)
      for (const key of keys) expect(textAt(under.engine, key)).toBe(`value of ${key}`)
    })

    test('large keys and values come back as they were', async () => {
      const key = 'k\xff'.repeat(50_000)
      const value = Buffer.alloc(3 * 1024 * 1024, 'large')
      under.engine.commit(new Map([[key, value]]), 1)
      await under.engine.flush()
      expect(under.engine.get(key)?.equals(value)).toBe(true)
      const [row] = await rowsOf(under.engine, everything, 5)
      expect(row?.key === key && row.value.equals(value)).toBe(true)
    })

    test('commits without changes are taken', async () => {
      under.engine.commit(new Map(), 5)
      await under.engine.flush()
      expect(await keysOf(under.engine, everything)).toEqual([])
    })
  })
}

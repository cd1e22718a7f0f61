import { beforeEach, describe, expect, test } from 'vitest'
import type { ByteString } from '../../src/base/bytes.js'
import { drain, type EngineUnderTest, everything, keysOf, numberedKeys } from './engine-fixture.js'

export function describeScans(under: EngineUnderTest): void {
  describe('scans', () => {
    beforeEach(async () => {
      under.commit(Object.fromEntries(numberedKeys(500).map((key) => [key, key])))
      await under.engine.flush()
    })

    test('bounds: from included, to excluded, in both directions', async () => {
      const range = { gte: 'key0100', lt: 'key0103' }
      const forward = ['key0100', 'key0101', 'key0102']
      expect(await keysOf(under.engine, range)).toEqual(forward)
      expect(await keysOf(under.engine, { ...range, reverse: true })).toEqual(forward.toReversed())
      expect(await keysOf(under.engine, { gte: 'key0498', lt: undefined })).toEqual([
        'key0498',
        'key0499',
      ])
      expect(await keysOf(under.engine, { gte: 'x', lt: undefined, reverse: true })).toEqual([])
      expect(await keysOf(under.engine, { gte: 'key0103', lt: 'key0100' })).toEqual([])
      expect(await keysOf(under.engine, { gte: 'key0103', lt: 'key0100', reverse: true })).toEqual(
        [],
      )
    })

    test('never more rows than asked for, and all of them in the end', async () => {
      for (const reverse of [false, true]) {
        for (const limit of [1, 63, 64, 65, 1000]) {
          const view = under.engine.view()
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
      under.commit(Object.fromEntries(gone.map((key) => [key, undefined])))
      expect(await keysOf(under.engine, everything)).toEqual(['key0000', 'key0499'])
      expect(await keysOf(under.engine, { ...everything, reverse: true })).toEqual([
        'key0499',
        'key0000',
      ])
    })

    test('long scans let other work go on, unless they apply the log and the rows are at hand', async () => {
      const count = 20_000
      under.commit(
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`long${index}`, 'x'])),
      )
      const range = { gte: 'long', lt: 'lonh' }
      const view = under.engine.view()
      let turns = 0
      let isReading = true
      const tick = (): void => {
        turns++
        if (isReading) setImmediate(tick)
      }
      setImmediate(tick)
      expect(await drain(view.scan(range), 64)).toHaveLength(count)
      expect(turns).toBeGreaterThan(10)
      isReading = false
      if (under.engine.kind === 'memory') {
        const scan = view.scan({ ...range, priority: 'apply' })
        for (let rows = 0; rows < count; rows += 50) expect(scan.next(50)).toHaveLength(50)
      }
      const closed = view.scan({ ...range, reverse: true })
      const reading = drain(closed, 64)
      view.close()
      await expect(reading).rejects.toThrow('the scan is closed')
    })

    test('keys alone are those of whole rows, in both directions', async () => {
      under.commit({ key0001: undefined, 'key0000\0\u00ff': 'x', key0499: 'new' })
      for (const reverse of [false, true]) {
        const range = { gte: 'key0000', lt: 'key0499\0', reverse }
        const keys = await keysOf(under.engine, { ...range, keysOnly: true })
        expect(keys).toEqual(await keysOf(under.engine, range))
        expect(keys).toHaveLength(500)
      }
    })

    test('many scans at once all get their rows', async () => {
      const ranges = Array.from({ length: 20 }, (_, index) => ({
        gte: `key0${String(index * 10).padStart(3, '0')}`,
        lt: undefined,
      }))
      const found = await Promise.all(ranges.map((range) => keysOf(under.engine, range)))
      expect(found.map((keys) => keys.length)).toEqual(ranges.map((_, index) => 500 - index * 10))
    })
  })
}

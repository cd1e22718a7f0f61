import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstIndex } from '../../src/base/first-index.js'

test('the first index of a sorted list whose item is not below another, or the end of it', () => {
  const item = fc.integer({ min: 0, max: 20 })
  fc.assert(
    fc.property(fc.array(item), item, fc.nat({ max: 30 }), (items, bound, anywhere) => {
      const sorted = items.sort((left, right) => left - right)
      const from = Math.min(anywhere, sorted.length)
      const found = sorted.findIndex((each, at) => at >= from && each >= bound)
      const holds = (at: number) => (sorted[at] as number) >= bound
      expect(firstIndex(sorted.length, holds, from)).toBe(found < 0 ? sorted.length : found)
    }),
  )
})

import { expect, test } from 'vitest'
import { randomPositiveId, SystemRandom } from '../../src/base/random.js'

test('numbers are below their bound, all over it, however many are drawn', () => {
  const random = new SystemRandom()
  const seen = new Set<number>()
  for (let drawn = 0; drawn < 10_000; drawn++) seen.add(random.below(10))
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('no id comes twice, from one source or another', () => {
  const ids = new Set<bigint>()
  for (const random of [new SystemRandom(), new SystemRandom()]) {
    for (let drawn = 0; drawn < 2_000; drawn++) ids.add(randomPositiveId(random))
  }
  expect(ids.size).toBe(4_000)
  for (const id of ids) expect(id > 0n && id < 1n << 63n).toBe(true)
})

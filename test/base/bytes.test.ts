import { expect, test } from 'vitest'
import { fromByteString, orderedId } from '../../src/base/bytes.js'

test('an id becomes its 64 bits, most significant byte first, whatever its sign', () => {
  for (const id of [
    0n,
    1n,
    0xffff_ffffn,
    0x1_0000_0000n,
    0x0123_4567_89ab_cdefn,
    -1n,
    -(1n << 63n),
  ]) {
    const bytes = fromByteString(orderedId(id))
    expect(bytes.length).toBe(8)
    expect(bytes.readBigInt64BE()).toBe(id)
  }
})

test('ids order as if they had no sign', () => {
  const ids = [0n, 1n, 255n, 256n, 0xffff_ffffn, 0x1_0000_0000n, (1n << 63n) - 1n, -1n]
  const ordered = ids.map(orderedId)
  expect([...ordered].sort()).toEqual(ordered)
})

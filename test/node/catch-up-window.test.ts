import { describe, expect, test } from 'vitest'
import { CatchUpWindow } from '../../src/node/catch-up-window.js'

const mib = 1024 * 1024

/** Applies `count` entries of `bytes` each, one by one; answers where what is kept begins. */
function keptFrom(window: CatchUpWindow, count: number, bytes: number, isAlone: boolean): number {
  let compacted = 0
  for (let index = 1; index <= count; index++) {
    compacted = window.advance(index, index * bytes, isAlone) ?? compacted
  }
  return compacted
}

describe('what is kept of the applied log', () => {
  test('is nothing but a few entries when nobody else needs them', () => {
    expect(keptFrom(new CatchUpWindow(), 20_000, 100, true)).toBeGreaterThanOrEqual(20_000 - 256)
  })

  test('is a megabyte at most, however large the entries, when nobody else needs them', () => {
    expect(keptFrom(new CatchUpWindow(), 10, mib, true)).toBe(10)
  })

  test('is the last 10,000 entries, or a step less, for members that are behind', () => {
    const begin = keptFrom(new CatchUpWindow(), 50_000, 100, false)
    expect(50_000 - begin).toBeGreaterThan(10_000 - 2 * 256)
    expect(50_000 - begin).toBeLessThanOrEqual(10_000 + 256)
  })

  test('is no more than 64 MiB of large entries', () => {
    const begin = keptFrom(new CatchUpWindow(), 1000, mib, false)
    expect(1000 - begin).toBe(64)
  })

  test('is all of a short log', () => {
    expect(keptFrom(new CatchUpWindow(), 9000, 100, false)).toBe(0)
  })

  test('begins no earlier than before when others join', () => {
    const window = new CatchUpWindow()
    const alone = keptFrom(window, 5000, 100, true)
    expect(window.advance(5300, 530_000, false)).toBeUndefined()
    expect(window.advance(15_300, 1_530_000, false)).toBeGreaterThan(alone)
  })
})

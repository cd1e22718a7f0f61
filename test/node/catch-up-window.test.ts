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
    expect(keptFrom(new CatchUpWindow(10_000), 20_000, 100, true)).toBeGreaterThanOrEqual(
      20_000 - 256,
    )
  })

  test('is a megabyte at most, however large the entries, when nobody else needs them', () => {
    expect(keptFrom(new CatchUpWindow(10_000), 10, mib, true)).toBe(10)
  })

  test('is the last 10,000 entries, or a step less, for members that are behind', () => {
    const begin = keptFrom(new CatchUpWindow(10_000), 50_000, 100, false)
    expect(50_000 - begin).toBeGreaterThan(10_000 - 2 * 256)
    expect(50_000 - begin).toBeLessThanOrEqual(10_000 + 256)
  })

  test('is no more than 64 MiB of large entries', () => {
    const begin = keptFrom(new CatchUpWindow(10_000), 1000, mib, false)
    expect(1000 - begin).toBe(64)
  })

  test('is all of a short log', () => {
    expect(keptFrom(new CatchUpWindow(10_000), 9000, 100, false)).toBe(0)
  })

  test('begins where a snapshot on its way ends, until that is too much', () => {
    const window = new CatchUpWindow(10_000)
    let begin = 0
    for (let index = 1; index <= 1000; index++) {
      const neededFrom = index < 100 ? Number.POSITIVE_INFINITY : 90
      begin = window.advance(index, index * mib, false, neededFrom) ?? begin
      if (index === 300) expect(begin).toBe(90)
    }
    expect(begin).toBe(1000 - 256)
  })

  test('is nothing of what a snapshot took the place of', () => {
    const window = new CatchUpWindow(10_000)
    window.advance(300, 300, false)
    window.restart(50_000, 300)
    expect(window.advance(50_300, 600, false)).toBeUndefined()
    expect(window.advance(70_000, 900, false)).toBeGreaterThan(50_000)
  })

  test('goes on with what the log held when it was opened, applied and not', () => {
    const data = Buffer.alloc(100)
    const entries = Array.from({ length: 12_000 }, (_, at) => {
      return { index: 5001 + at, term: 1, kind: 'normal', data } as const
    })
    const stored = { previous: { index: 5000, term: 1 }, entries }
    const window = new CatchUpWindow(10_000, stored, 14_000)
    expect(window.begin).toBe(5000)
    expect(window.advance(14_900, 300_000, false)).toBeUndefined()
    const begin = window.advance(16_000, 300_000, false) ?? 0
    expect(16_000 - begin).toBeGreaterThan(10_000 - 2 * 256)
    expect(16_000 - begin).toBeLessThanOrEqual(10_000 + 256)
    expect(window.begin).toBe(begin)
  })

  test('counts the bytes of entries that the log held when it was opened', () => {
    const data = Buffer.alloc(mib)
    const entries = Array.from({ length: 150 }, (_, at) => {
      return { index: 1 + at, term: 1, kind: 'normal', data } as const
    })
    const stored = { previous: { index: 0, term: 0 }, entries }
    const window = new CatchUpWindow(10_000, stored, 50)
    expect(window.advance(60, 100 * mib, false)).toBeUndefined()
    expect(window.advance(100, 100 * mib, false)).toBe(36)
    expect(window.advance(150, 100 * mib, false)).toBe(86)
    expect(window.advance(160, 110 * mib, false)).toBe(150 - 54)
  })

  test('begins no earlier than before when others join', () => {
    const window = new CatchUpWindow(10_000)
    const alone = keptFrom(window, 5000, 100, true)
    expect(window.advance(5300, 530_000, false)).toBeUndefined()
    expect(window.advance(15_300, 1_530_000, false)).toBeGreaterThan(alone)
  })
})

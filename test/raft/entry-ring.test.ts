import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { EntryRing } from '../../src/raft/entry-ring.js'
import type { Entry } from '../../src/raft/index.js'

function entry(index: number): Entry {
  return { index, term: 1, kind: 'normal', data: Buffer.alloc(0) }
}

describe('EntryRing', () => {
  it('holds what an array would, however it is filled and emptied', () => {
    const step = fc.tuple(
      fc.constantFrom('push', 'dropBefore', 'dropFrom', 'reset'),
      fc.nat({ max: 300 }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const ring = new EntryRing(1)
        let model: Entry[] = []
        let next = 1
        for (const [kind, count] of steps) {
          const first = next - model.length
          if (kind === 'push') {
            for (let pushed = 0; pushed < count; pushed++, next++) {
              const added = entry(next)
              ring.push(added)
              model.push(added)
            }
          } else if (kind === 'dropBefore') {
            const index = Math.min(first + count, next)
            ring.dropBefore(index)
            model = model.filter((held) => held.index >= index)
          } else if (kind === 'dropFrom') {
            const index = Math.min(first + count, next)
            ring.dropFrom(index)
            model = model.filter((held) => held.index < index)
            next = index
          } else if (count < 10) {
            next += count
            ring.reset(next)
            model = []
          }
          expect(ring.length).toBe(model.length)
          expect(ring.lastIndex).toBe(next - 1)
          for (const held of model) expect(ring.at(held.index)).toBe(held)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('refuses a gap, and to hand out what it does not hold', () => {
    const ring = new EntryRing(5)
    expect(() => ring.push(entry(6))).toThrow(MetastoreError)
    ring.push(entry(5))
    expect(() => ring.at(4)).toThrow('an entry asked for is held')
    expect(() => ring.at(6)).toThrow('an entry asked for is held')
    expect(() => ring.dropBefore(7)).toThrow('no more is dropped than is held')
    expect(() => ring.dropFrom(4)).toThrow('no more is dropped than is held')
  })
})

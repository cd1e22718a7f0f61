import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Expiring, ExpiryQueue } from '../../src/store/leases/expiry-queue.js'

function item(dueMs: number): Expiring {
  return { dueMs, place: -1 }
}

test('the first is always the earliest, whatever is added, postponed, removed or rebuilt', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: fc.nat(100) }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ postpone: fc.nat(), byMs: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ rebuild: fc.array(fc.nat(100)) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
      const queue = new ExpiryQueue<Expiring>()
      let items: Expiring[] = []
      const pick = (index: number) => items[index % Math.max(1, items.length)]
      for (const step of steps) {
        if ('add' in step) {
          const added = item(0)
          items.push(added)
          queue.add(added, step.add)
        } else if ('remove' in step) {
          const removed = pick(step.remove)
          if (removed !== undefined) queue.remove(removed)
          if (removed !== undefined) queue.remove(removed)
          items = items.filter((each) => each !== removed)
        } else if ('postpone' in step) {
          const postponed = pick(step.postpone)
          if (postponed !== undefined) queue.postpone(postponed, postponed.dueMs + step.byMs)
        } else {
          items = step.rebuild.map(item)
          queue.rebuild(items)
        }
        const earliestMs = Math.min(...items.map(({ dueMs }) => dueMs))
        expect([queue.size, queue.first()?.dueMs ?? Number.POSITIVE_INFINITY]).toEqual([
          items.length,
          earliestMs,
        ])
      }
    }),
  )
})

test('what was cleared can be queued again', () => {
  const queue = new ExpiryQueue<Expiring>()
  const one = item(0)
  queue.add(one, 5)
  queue.clear()
  queue.remove(one)
  queue.add(one, 7)
  expect([queue.size, queue.first()]).toEqual([1, { dueMs: 7, place: 0 }])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterAllKeys, IntervalIndex, type KeyInterval } from '../../src/watch/interval-index.js'
import { Event, EventType, KeyValue } from '../../src/wire/index.js'

class Member {
  constructor(readonly interval: KeyInterval) {}
}

function eventOn(key: string): Event {
  const fields = { createRevision: 2, modRevision: 2, version: 1, lease: 0n }
  const value = Buffer.alloc(0)
  return new Event(
    EventType.PUT,
    KeyValue.of({ key: Buffer.from(key, 'latin1'), value, ...fields }),
  )
}

function holds({ start, end }: KeyInterval, key: string): boolean {
  return end === undefined ? key === start : start <= key && key < end
}

/** For each member the keys it was found for. */
function answer(
  index: IntervalIndex<Member>,
  members: readonly Member[],
  asked: readonly string[],
): readonly string[][] {
  const found = new Map<Member, string[]>()
  for (const matched of index.match(asked.map(eventOn))) {
    const keys = matched.events.map((event) => event.kv.byteKey)
    for (const member of matched.members) found.set(member, keys)
  }
  return members.map((member) => found.get(member) ?? [])
}

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\0', '\xff'), maxLength: 3 })
const interval = fc
  .tuple(key, fc.option(fc.oneof(key, fc.constant(afterAllKeys)), { nil: undefined }))
  .filter(([start, end]) => end === undefined || start < end)
  .map(([start, end]) => ({ start, end }))

describe('the index of intervals', () => {
  test('finds exactly the members whose interval holds a key, however they came and went', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: interval.map((add) => ({ add })) },
      { weight: 2, arbitrary: fc.nat().map((remove) => ({ remove })) },
      {
        weight: 1,
        arbitrary: fc.array(key, { minLength: 1, maxLength: 5 }).map((ask) => ({ ask })),
      },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const index = new IntervalIndex<Member>()
        const members: Member[] = []
        for (const step of steps) {
          if ('add' in step) {
            const member = new Member(step.add)
            members.push(member)
            index.add(member)
          } else if ('remove' in step) {
            const [member] = members.splice(step.remove % Math.max(1, members.length), 1)
            if (member !== undefined) index.delete(member)
            if (member !== undefined) index.delete(member)
          } else {
            expect(answer(index, members, step.ask)).toEqual(
              members.map(({ interval }) => step.ask.filter((asked) => holds(interval, asked))),
            )
          }
        }
        expect(index.size).toBe(members.length)
        expect(new Set(index.members())).toEqual(new Set(members))
      }),
      { numRuns: 200 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ByteString, emptyBuffer } from '../../src/base/bytes.js'
import { OrderedMap } from '../../src/engine/ordered/ordered-map.js'

type Model = Map<ByteString, Buffer | undefined>
type Entry = [ByteString, Buffer | undefined]

/** All rows of a range as the cursor walks them. */
function walk(
  map: OrderedMap,
  gte: ByteString,
  lt: ByteString | undefined,
  reverse = false,
): Entry[] {
  const entries: Entry[] = []
  const cursor = map.cursor(gte, lt, reverse)
  for (; cursor.key !== undefined; cursor.advance()) entries.push([cursor.key, cursor.value])
  return entries
}

function modelRange(model: Model, gte: ByteString, lt: ByteString | undefined): Entry[] {
  return [...model]
    .filter(([key]) => key >= gte && (lt === undefined || key < lt))
    .sort(([left], [right]) => (left < right ? -1 : 1))
}

function modelBytes(model: Model): number {
  return [...model].reduce((sum, [key, value]) => sum + key.length + (value?.length ?? 0), 0)
}

/** Keys that collide often enough for overwriting and deleting to matter. */
const keyText = fc.integer({ min: 0, max: 900 }).map((number) => number.toString(36))
const operation = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.constant('run'), keyText, fc.nat(40)) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('set'), keyText, fc.nat(20)) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('delete'), keyText, fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('deleted'), keyText, fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('capture'), keyText, fc.constant(0)) },
)

describe('the ordered map', () => {
  test('agrees with a model through random writes, and so does every capture', () => {
    const run = fc.array(operation, { maxLength: 3000, size: 'max' })
    fc.assert(
      fc.property(run, keyText, keyText, (operations, one, other) => {
        const map = new OrderedMap()
        const model: Model = new Map()
        const captures: [OrderedMap, Model][] = [[map, model]]
        for (const [kind, key, length] of operations) {
          if (kind === 'delete') expect(map.delete(key)).toBe(model.delete(key))
          else if (kind === 'capture') {
            if (captures.length < 5) captures.push([map.capture(), new Map(model)])
          } else if (kind === 'run') {
            const first = Number.parseInt(key, 36)
            for (let number = first; number < first + length; number++) {
              const value = Buffer.alloc(number % 7)
              map.set(`run${number}`, value)
              model.set(`run${number}`, value)
            }
          } else {
            const value = kind === 'set' ? Buffer.alloc(length) : undefined
            map.set(key, value)
            model.set(key, value)
          }
        }
        const [gte, lt] = one < other ? [one, other] : [other, one]
        for (const [captured, expected] of captures) {
          expect(captured.size).toBe(expected.size)
          expect(captured.byteCount).toBe(modelBytes(expected))
          expect(walk(captured, '', undefined)).toEqual(modelRange(expected, '', undefined))
          expect(walk(captured, gte, lt)).toEqual(modelRange(expected, gte, lt))
          expect(walk(captured, gte, lt, true)).toEqual(modelRange(expected, gte, lt).reverse())
        }
      }),
      { numRuns: 40 },
    )
  })

  test('finds the place of a row anew after deletions around the last one', () => {
    const name = (index: number) => `k${String(index).padStart(4, '0')}`
    for (let kept = 0; kept < 400; kept += 7) {
      const map = new OrderedMap()
      for (let index = 0; index < 400; index++) map.set(name(index), emptyBuffer)
      map.set(name(kept), undefined)
      for (let index = 0; index < 400; index++) if (index !== kept) map.delete(name(index))
      map.set(name(kept + 1), emptyBuffer)
      expect(walk(map, '', undefined)).toEqual([
        [name(kept), undefined],
        [name(kept + 1), emptyBuffer],
      ])
    }
  })

  test('keeps a capture apart from its source in both directions', () => {
    const map = new OrderedMap()
    for (let index = 0; index < 1000; index++) map.set(`k${index}`, emptyBuffer)
    const captured = map.capture()
    for (let index = 0; index < 1000; index += 2) map.delete(`k${index}`)
    captured.set('k1', undefined)
    expect(captured.size).toBe(1000)
    expect(captured.get('k0', null)).toBe(emptyBuffer)
    expect(map.size).toBe(500)
    expect(map.get('k1', null)).toBe(emptyBuffer)
  })

  test('tells a deleted row from a row it does not have', () => {
    const map = new OrderedMap()
    map.set('gone', undefined)
    expect(map.get('gone', null)).toBeUndefined()
    expect(map.get('never', null)).toBeNull()
    expect(map.cursor('', undefined, false).take(10)).toEqual([])
  })

  test('shrinks back to nothing after many rows, in any order of deletion', () => {
    for (const step of [1, 7, -1]) {
      const map = new OrderedMap()
      const keys = Array.from({ length: 5000 }, (_, index) => String(index).padStart(5, '0'))
      for (const key of keys) map.set(key, emptyBuffer)
      if (step < 0) keys.reverse()
      for (let start = 0; start < Math.abs(step); start++) {
        for (let index = start; index < keys.length; index += Math.abs(step)) {
          expect(map.delete(keys[index] as string)).toBe(true)
        }
      }
      expect([map.size, map.byteCount]).toEqual([0, 0])
      expect(walk(map, '', undefined, true)).toEqual([])
    }
  })
})

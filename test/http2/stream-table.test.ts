import { describe, expect, test } from 'vitest'
import type { ServerStream } from '../../src/http2/stream.js'
import { StreamTable } from '../../src/http2/stream-table.js'

/** The table minds nothing of a stream but its id. */
function streamOf(id: number): ServerStream {
  return { id } as ServerStream
}

describe('the table of streams', () => {
  test('finds a stream that stays while thousands of others come and go', () => {
    const table = new StreamTable()
    const watch = streamOf(1)
    table.add(watch)
    for (let id = 3; id < 20_000; id += 2) {
      const stream = streamOf(id)
      table.add(stream)
      expect(table.get(id)).toBe(stream)
      table.remove(stream)
      expect(table.get(id)).toBeUndefined()
      expect(table.get(1)).toBe(watch)
    }
    expect(table.all()).toEqual([watch])
    table.remove(watch)
    expect(table.size).toBe(0)
    expect(table.get(1)).toBeUndefined()
  })

  test('holds as a map would what comes and goes in any order', () => {
    const table = new StreamTable()
    const model = new Map<number, ServerStream>()
    let state = 1
    const draw = (bound: number) => {
      state = (state * 48_271) % 0x7fff_ffff
      return state % bound
    }
    for (let step = 0, id = 1; step < 30_000; step++) {
      const wanted = step % 10_000 < 5000 ? 3000 : 2
      if (model.size < wanted && draw(3) > 0) {
        id += 2 * (1 + draw(5))
        const stream = streamOf(id)
        table.add(stream)
        model.set(id, stream)
      } else {
        const ids = [...model.keys()]
        const gone = model.get(ids[draw(ids.length)] ?? 0)
        if (gone === undefined) continue
        table.remove(gone)
        table.remove(gone)
        model.delete(gone.id)
      }
      const asked = 1 + 2 * draw(id)
      expect(table.get(asked)).toBe(model.get(asked))
      expect(table.size).toBe(model.size)
    }
    expect(new Set(table.all())).toEqual(new Set(model.values()))
  })

  test('does not take a number of another stream for one of its own', () => {
    const table = new StreamTable()
    table.add(streamOf(5))
    for (const id of [1, 3, 4, 7, 9, 5 + 2048, 2 ** 31 - 1]) expect(table.get(id)).toBeUndefined()
  })
})

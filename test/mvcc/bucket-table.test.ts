import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from '../../src/base/random.js'
import { type Bucket, BucketTable } from '../../src/mvcc/counts/bucket-table.js'

const width = 6
const keySpace = 10_000
const keyOf = (index: number): string => String(index).padStart(width, '0')
const randomKey = (random: Random): string => keyOf(random.below(keySpace))

/** Keys of a range as a table counts them; edges are counted key by key. */
function countIn(table: BucketTable, keys: ReadonlySet<string>, start: string, end?: string) {
  const { whole, edges } = table.cover({ start, end })
  const inEdges = edges.map((edge) => naiveCount(keys, edge.start, edge.end))
  return inEdges.reduce((sum, count) => sum + count, whole)
}

function naiveCount(keys: ReadonlySet<string>, start: string, end?: string): number {
  return [...keys].filter((key) => key >= start && (end === undefined || key < end)).length
}

/** A table that is changed at random, beside the set of keys it counts. */
class Trial {
  readonly keys = new Set<string>()
  readonly table = new BucketTable([{ start: '', count: 0 }])
  readonly #random: Random

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  change(): void {
    const kind = this.#random.below(10)
    const key = randomKey(this.#random)
    if (kind < 5) this.#toggle(key)
    else if (kind < 9) this.#split(key)
    else this.table.join(key, this.#random.below(20))
  }

  #toggle(key: string): void {
    const isThere = this.keys.delete(key)
    if (!isThere) this.keys.add(key)
    const { count, start } = this.table.add(key, isThere ? -1 : 1)
    expect(this.table.bucketOf(key).bucket).toEqual({ start, count })
  }

  #split(key: string): void {
    const { bucket, end } = this.table.bucketOf(key)
    const cuts = [bucket.start, key, `${key}5`].filter(
      (cut, at, all) => all.indexOf(cut) === at && (end === undefined || cut < end),
    )
    const pieces = cuts.map((start, at): Bucket => {
      return { start, count: naiveCount(this.keys, start, cuts[at + 1] ?? end) }
    })
    this.table.split(pieces)
  }
}

describe('the table of buckets', () => {
  test('counts every range as one by one, through splits and joins', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const trial = new Trial(seed)
      const random = seededRandom(seed)
      for (let step = 0; step < 3000; step++) {
        trial.change()
        if (step % 50 > 0) continue
        const [start = '', end] = [randomKey(random), randomKey(random)].sort()
        if (start === end) continue
        expect(countIn(trial.table, trial.keys, start, end)).toBe(
          naiveCount(trial.keys, start, end),
        )
        expect(countIn(trial.table, trial.keys, start)).toBe(naiveCount(trial.keys, start))
        expect(trial.table.cover({ start: '', end: undefined })).toEqual({
          whole: trial.keys.size,
          edges: [],
        })
      }
      expect([...trial.table].length).toBeGreaterThan(500)
    }
  })

  test('a capture stays as it was, and may be changed by itself', () => {
    const trial = new Trial(7)
    for (let step = 0; step < 500; step++) trial.change()
    const before = [...trial.table]
    const captured = trial.table.capture()
    for (let step = 0; step < 500; step++) trial.change()
    expect([...captured]).toEqual(before)
    const after = [...trial.table]
    for (let index = 0; index < 500; index++) captured.add(keyOf(index), 1)
    expect([...trial.table]).toEqual(after)
  })

  test('at most two edges, each within one bucket', () => {
    const buckets = Array.from({ length: 400 }, (_, at) => ({ start: keyOf(at * 10), count: 3 }))
    const table = new BucketTable([{ start: '', count: 0 }, ...buckets])
    expect(table.cover({ start: keyOf(15), end: keyOf(3985) })).toEqual({
      whole: 396 * 3,
      edges: [
        { start: keyOf(15), end: keyOf(20) },
        { start: keyOf(3980), end: keyOf(3985) },
      ],
    })
    expect(table.cover({ start: keyOf(20), end: keyOf(30) })).toEqual({ whole: 3, edges: [] })
    const within = { start: keyOf(21), end: keyOf(29) }
    expect(table.cover(within)).toEqual({ whole: 0, edges: [within] })
  })
})

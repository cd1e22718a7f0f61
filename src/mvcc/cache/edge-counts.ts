import type { Bucket, BucketTable } from '../counts/bucket-table.js'
import type { KeyRange } from '../rows/key-range.js'
import { aboveAllKeys } from './run.js'

const maxRanges = 1024
/** Both ends together. */
const maxRangeUnits = 1024

/** The keys at the edges of a range, with what tells whether they are still as many. */
export interface EdgeCount {
  /** Of the whole buckets between the edges. */
  readonly whole: number
  /** Those in which the edges lie. As long as it holds the same keys, a bucket is the same object. */
  readonly buckets: readonly Bucket[]
}

/** How many keys there are at the edges of ranges whose keys have been counted. */
export class EdgeCounts {
  readonly #counts = new Map<
    string,
    { readonly buckets: readonly Bucket[]; readonly keys: number }
  >()

  /** The keys of the range as of `table`; undefined: they are to be counted. */
  count(range: KeyRange, table: BucketTable): number | undefined {
    const { whole, buckets } = edgesOf(range, table)
    if (buckets.length === 0) return whole
    const known = this.#counts.get(nameOf(range))
    if (known === undefined || known.buckets.length !== buckets.length) return undefined
    const isSame = known.buckets.every((bucket, at) => bucket === buckets[at])
    return isSame ? whole + known.keys : undefined
  }

  /** The range has `count` keys as of the moment of `edges`. */
  note(range: KeyRange, { whole, buckets }: EdgeCount, count: number): void {
    const name = nameOf(range)
    if (buckets.length === 0 || name.length > maxRangeUnits) return
    this.#counts.delete(name)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size >= maxRanges && oldest !== undefined) this.#counts.delete(oldest)
    this.#counts.set(name, { buckets, keys: count - whole })
  }
}

export function edgesOf(range: KeyRange, table: BucketTable): EdgeCount {
  const { whole, edges } = table.cover(range)
  return { whole, buckets: edges.map(({ start }) => table.bucketOf(start).bucket) }
}

/** No two ranges have the same: no key holds the unit that ends the first part. */
function nameOf({ start, end }: KeyRange): string {
  return `${start}${aboveAllKeys}${end ?? aboveAllKeys}`
}

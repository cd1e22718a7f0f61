import type { ByteString } from '../../base/bytes.js'
import { invariant } from '../../base/errors.js'
import type { KeyRange } from '../rows/key-range.js'

/** Neighbouring keys that are counted together: from `start` to where the next bucket starts. */
export interface Bucket {
  readonly start: ByteString
  readonly count: number
}

/** The keys of a range: `whole` of them counted already, the rest to be counted in `edges`. */
export interface Coverage {
  readonly whole: number
  /** At most two, each within one bucket. */
  readonly edges: readonly KeyRange[]
}

/** Buckets of a page; a capture makes whoever writes next copy a page of this size. */
const maxPageBuckets = 128

interface Page {
  readonly owner: object
  readonly buckets: Bucket[]
  total: number
}

interface Place {
  readonly page: number
  readonly at: number
}

/**
 * All buckets in order, in pages that know their sums. The first bucket starts at the empty key, so
 * that every key has one. A capture costs nothing: pages are shared until one of the two is changed.
 */
export class BucketTable {
  /** Pages that carry this token belong to this table alone. */
  #owner: object = {}
  #pages: Page[]
  #pagesShared = false

  /** The buckets in order; the first one starts at the empty key. */
  constructor(buckets: readonly Bucket[]) {
    invariant(buckets[0]?.start === '', 'the first bucket starts at the empty key')
    this.#pages = []
    for (let at = 0; at < buckets.length; at += maxPageBuckets / 2) {
      this.#pages.push(pageOf(this.#owner, buckets.slice(at, at + maxPageBuckets / 2)))
    }
  }

  /** The table as it is now. Both go on independently of each other. */
  capture(): BucketTable {
    const captured = new BucketTable(noBuckets)
    captured.#pages = this.#pages
    captured.#pagesShared = true
    this.#pagesShared = true
    this.#owner = {}
    return captured
  }

  /** The bucket of a key, and where the next one starts. */
  bucketOf(key: ByteString): { readonly bucket: Bucket; readonly end: ByteString | undefined } {
    const place = this.#placeOf(key)
    return { bucket: this.#at(place), end: this.#after(place)?.start }
  }

  /** Changes the count of the key's bucket, and answers what the bucket is now. */
  add(key: ByteString, change: number): Bucket {
    const place = this.#placeOf(key)
    const page = this.#writable(place.page)
    const { start, count } = page.buckets[place.at] as Bucket
    invariant(count + change >= 0, 'a bucket counts no less than nothing')
    const bucket = { start, count: count + change }
    page.buckets[place.at] = bucket
    page.total += change
    return bucket
  }

  /** Puts `pieces` in the place of the bucket that starts where the first of them does. */
  split(pieces: readonly Bucket[]): void {
    const start = (pieces[0] as Bucket).start
    const place = this.#placeOf(start)
    invariant(this.#at(place).start === start, 'pieces start where their bucket did')
    this.#replace(place, pieces)
  }

  /** Joins the key's bucket with a neighbour if they count `most` keys at most; answers both. */
  join(key: ByteString, most: number): { kept: Bucket; gone: Bucket } | undefined {
    const place = this.#placeOf(key)
    const bucket = this.#at(place)
    const before = this.#before(place)
    if (before !== undefined && this.#at(before).count + bucket.count <= most) {
      return this.#joinPair(before, place)
    }
    const next = this.#after(place)
    if (next === undefined || bucket.count + next.count > most) return undefined
    return this.#joinPair(place, this.#placeOf(next.start))
  }

  /** Sums the buckets that lie in the range as a whole. `range` is not empty. */
  cover({ start, end }: KeyRange): Coverage {
    const first = this.#placeOf(start)
    const last = end === undefined ? undefined : this.#placeOf(end)
    if (last !== undefined && last.page === first.page && last.at === first.at) {
      return { whole: 0, edges: this.#at(first).count === 0 ? [] : [{ start, end }] }
    }
    const edges: KeyRange[] = []
    const partial = this.#at(first).start !== start && start > lowestKey
    const bound = this.#after(first)?.start
    if (partial && this.#at(first).count > 0) edges.push({ start, end: bound })
    if (last !== undefined && this.#at(last).start !== end && this.#at(last).count > 0) {
      edges.push({ start: this.#at(last).start, end })
    }
    const from = partial ? { page: first.page, at: first.at + 1 } : first
    return { whole: this.#sum(from, last ?? { page: this.#pages.length, at: 0 }), edges }
  }

  /** The part of a range between the first and the last place in it where a bucket starts; it may be empty. */
  wholeBuckets({ start, end }: { start: ByteString; end: ByteString }): {
    start: ByteString
    end: ByteString
  } {
    const first = this.bucketOf(start)
    const from = first.bucket.start === start ? start : (first.end ?? end)
    return { start: from, end: this.bucketOf(end).bucket.start }
  }

  *[Symbol.iterator](): Generator<Bucket> {
    for (const page of this.#pages) yield* page.buckets
  }

  /** Of the buckets from `from` on, before `to`. */
  #sum(from: Place, to: Place): number {
    let sum = 0
    for (let index = from.page; index <= to.page && index < this.#pages.length; index++) {
      const { buckets, total } = this.#pages[index] as Page
      const low = index === from.page ? from.at : 0
      const high = index === to.page ? to.at : buckets.length
      if (low === 0 && high === buckets.length) sum += total
      else for (let at = low; at < high; at++) sum += (buckets[at] as Bucket).count
    }
    return sum
  }

  #at({ page, at }: Place): Bucket {
    return (this.#pages[page] as Page).buckets[at] as Bucket
  }

  #before({ page, at }: Place): Place | undefined {
    if (at > 0) return { page, at: at - 1 }
    const previous = this.#pages[page - 1]
    return previous && { page: page - 1, at: previous.buckets.length - 1 }
  }

  #after({ page, at }: Place): Bucket | undefined {
    return this.#pages[page]?.buckets[at + 1] ?? this.#pages[page + 1]?.buckets[0]
  }

  #placeOf(key: ByteString): Place {
    const page = lastNotAbove(this.#pages, key, startOfPage)
    return { page, at: lastNotAbove((this.#pages[page] as Page).buckets, key, startOfBucket) }
  }

  #joinPair(left: Place, right: Place): { kept: Bucket; gone: Bucket } {
    const gone = this.#at(right)
    const { start, count } = this.#at(left)
    const kept = { start, count: count + gone.count }
    this.#replace(right, [])
    this.#replace(left, [kept])
    return { kept, gone }
  }

  /** Puts `buckets` in the place of one. */
  #replace({ page: index, at }: Place, buckets: readonly Bucket[]): void {
    const page = this.#writable(index)
    const removed = page.buckets.splice(at, 1, ...buckets)
    page.total += totalOf(buckets) - totalOf(removed)
    if (page.buckets.length === 0) this.#pages.splice(index, 1)
    if (page.buckets.length <= maxPageBuckets) return
    const rest = page.buckets.splice(page.buckets.length >>> 1)
    page.total -= totalOf(rest)
    this.#pages.splice(index + 1, 0, pageOf(this.#owner, rest))
  }

  #writable(index: number): Page {
    if (this.#pagesShared) {
      this.#pages = this.#pages.slice()
      this.#pagesShared = false
    }
    const page = this.#pages[index] as Page
    if (page.owner === this.#owner) return page
    const copy = { owner: this.#owner, buckets: page.buckets.slice(), total: page.total }
    this.#pages[index] = copy
    return copy
  }
}

/** No key is empty: the first bucket lies as a whole in every range from here on. */
const lowestKey = '\x00'

const noBuckets: readonly Bucket[] = [{ start: '', count: 0 }]

function pageOf(owner: object, buckets: Bucket[]): Page {
  return { owner, buckets, total: totalOf(buckets) }
}

function totalOf(buckets: readonly Bucket[]): number {
  let total = 0
  for (const { count } of buckets) total += count
  return total
}

function startOfPage(page: Page): ByteString {
  return (page.buckets[0] as Bucket).start
}

function startOfBucket(bucket: Bucket): ByteString {
  return bucket.start
}

/** The index of the last item that starts at `key` or before it; the first one always does. */
function lastNotAbove<Item>(
  items: readonly Item[],
  key: ByteString,
  startOf: (item: Item) => ByteString,
): number {
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (key < startOf(items[middle] as Item)) high = middle - 1
    else low = middle
  }
  return low
}

import type { ByteString } from '../base/bytes.js'

/** The keys from `start` to `end`, which is excluded; whoever cares for one of them is a member. */
export interface MemberRange<Member> {
  readonly start: ByteString
  readonly end: ByteString
  readonly members: ReadonlySet<Member>
}

const smallestBatch = 32

/**
 * Ranges that can be asked which of them hold a key, in logarithmic time for each answer: an array
 * sorted by start, read as a balanced tree whose nodes know the farthest end below them. New ranges
 * wait in a short list that is looked through as it is; sorting them in once there are about as
 * many as the square root of all costs each new range a few moves, and keeps the list short.
 * Ranges without members are left out of answers, and dropped at the next sorting.
 */
export class RangeTable<Member, Range extends MemberRange<Member>> {
  private sorted: Range[] = []
  private farthestEnds: ByteString[] = []
  private fresh: Range[] = []
  private deserted = 0

  /** `range` has a member already. */
  add(range: Range): void {
    this.fresh.push(range)
    if (this.fresh.length > batchFor(this.sorted.length)) this.sortIn()
  }

  /** Called when the last member of a range has left; the range is never used again. */
  desert(): void {
    this.deserted++
    if (this.deserted * 2 > this.sorted.length + smallestBatch) this.sortIn()
  }

  /** Appends every range that holds `key` and has members. */
  collect(key: ByteString, found: Range[]): void {
    this.collectBetween(0, this.sorted.length, key, found)
    for (const range of this.fresh) {
      if (range.start <= key && key < range.end && range.members.size > 0) found.push(range)
    }
  }

  private collectBetween(low: number, high: number, key: ByteString, found: Range[]): void {
    if (low >= high) return
    const middle = (low + high) >>> 1
    if ((this.farthestEnds[middle] as ByteString) <= key) return
    this.collectBetween(low, middle, key, found)
    const range = this.sorted[middle] as Range
    if (range.start > key) return
    if (key < range.end && range.members.size > 0) found.push(range)
    this.collectBetween(middle + 1, high, key, found)
  }

  private sortIn(): void {
    const populated = [...this.sorted, ...this.fresh].filter((range) => range.members.size > 0)
    this.sorted = populated.sort((left, right) => compare(left.start, right.start))
    this.farthestEnds = new Array<ByteString>(this.sorted.length)
    this.fresh = []
    this.deserted = 0
    this.measure(0, this.sorted.length)
  }

  private measure(low: number, high: number): ByteString {
    if (low >= high) return ''
    const middle = (low + high) >>> 1
    const before = this.measure(low, middle)
    const after = this.measure(middle + 1, high)
    let farthest = (this.sorted[middle] as Range).end
    if (before > farthest) farthest = before
    if (after > farthest) farthest = after
    this.farthestEnds[middle] = farthest
    return farthest
  }
}

function batchFor(size: number): number {
  return Math.max(smallestBatch, Math.sqrt(size))
}

function compare(left: ByteString, right: ByteString): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

import type { ByteString } from '../../base/bytes.js'
import { firstNotBelow, type OrderedKeys } from '../rows/ordered-keys.js'
import { bucketRow, encodeCount } from '../rows/rows.js'
import { AppendTails } from './append-tails.js'
import { BucketSplit } from './bucket-split.js'
import type { Bucket, BucketTable } from './bucket-table.js'

/** What a bucket is meant to count. */
export const bucketKeys = 256
/** A bucket that counts more is to be split. */
const splitAbove = 2 * bucketKeys
/** A bucket that counts fewer is joined with a neighbour, if both together are one bucket. */
const joinBelow = bucketKeys / 2

/**
 * How many keys there are in every part of the key space: counted in buckets, which are rows in the
 * same commits as the keys, so that they are exact at every moment and after every crash. As with
 * rows, changes are staged, and readers elsewhere see them with the commit.
 */
export class KeyCounts {
  #staged: BucketTable
  #committed: BucketTable
  #savepoint: { readonly table: BucketTable; readonly notes: number } | undefined
  /** Starts of buckets whose rows are not what the table says. */
  readonly #changed = new Set<ByteString>()
  /** Starts of buckets that were seen to count too many. */
  readonly #overfull = new Set<ByteString>()
  readonly #tails = new AppendTails()
  #split: BucketSplit | undefined
  #overfullListener: () => void = () => {}

  constructor(table: BucketTable) {
    this.#staged = table
    this.#committed = table.capture()
    for (const bucket of table) this.#noteSize(bucket)
  }

  /** With what is staged. To be read in the same turn. */
  get staged(): BucketTable {
    return this.#staged
  }

  /** As of the last commit. It does not change any more. */
  get committed(): BucketTable {
    return this.#committed
  }

  /** `listener` hears, at once and after commits, that there is a bucket to split. One listener. */
  onOverfull(listener: () => void): void {
    this.#overfullListener = listener
    if (this.#overfull.size > 0) listener()
  }

  /** Whether the key would come behind all keys of its bucket, and so is not there. False: that is not known. */
  isAboveAll(key: ByteString): boolean {
    const start = this.#tails.bucketBelow(key)
    return start !== undefined && this.#staged.bucketOf(key).bucket.start === start
  }

  /** A key has come (1) or gone (-1). */
  add(key: ByteString, change: 1 | -1): void {
    const bucket = this.#staged.add(key, change)
    this.#changed.add(bucket.start)
    if (this.#split?.note(key, change) === false) this.#giveUpSplit()
    if (change === 1) this.#added(bucket, key)
    else if (bucket.count < joinBelow) this.#join(bucket)
  }

  /** Keys have gone, which are in order; those of one bucket are counted together. */
  removeAll(keys: OrderedKeys): void {
    for (let from = 0, next = 0; from < keys.size; from = next) {
      const first = keys.keyAt(from)
      const { end } = this.#staged.bucketOf(first)
      next = end === undefined ? keys.size : firstNotBelow(keys, end, from + 1)
      const bucket = this.#staged.add(first, from - next)
      this.#changed.add(bucket.start)
      for (let at = from; this.#split !== undefined && at < next; at++) {
        if (!this.#split.note(keys.keyAt(at), -1)) this.#giveUpSplit()
      }
      if (bucket.count < joinBelow) this.#join(bucket)
    }
  }

  savepoint(): void {
    this.#savepoint = { table: this.#staged.capture(), notes: this.#split?.notes ?? 0 }
  }

  /** Takes back what was staged since the savepoint. */
  rollBack(): void {
    if (this.#savepoint === undefined) return
    this.#staged = this.#savepoint.table
    this.#tails.forgetAll()
    this.#split?.forgetAfter(this.#savepoint.notes)
    this.#savepoint = undefined
  }

  /** Keeps what was staged since the savepoint. */
  release(): void {
    this.#savepoint = undefined
  }

  /** Adds the rows of the buckets that have changed to a commit; {@link published} has to follow. */
  addRows(changes: Map<ByteString, Buffer | undefined>): void {
    this.#finishSplit()
    for (const start of this.#changed) {
      const { bucket } = this.#staged.bucketOf(start)
      const isThere = bucket.start === start
      changes.set(bucketRow(start), isThere ? encodeCount(bucket.count) : undefined)
    }
  }

  /** All that was staged is now committed. */
  published(): void {
    if (this.#changed.size > 0) {
      this.#changed.clear()
      this.#committed = this.#staged.capture()
    }
    if (this.#overfull.size > 0 && this.#split === undefined) this.#overfullListener()
  }

  /**
   * Begins to split a bucket that counts too many. It has to be read as it is committed in this turn.
   * Undefined: there is none, or another is being split, or changes are staged; the listener hears
   * when that is over.
   */
  beginSplit(): BucketSplit | undefined {
    if (this.#split !== undefined || !this.#isSettled) return undefined
    for (const start of this.#overfull) {
      this.#overfull.delete(start)
      const { bucket, end } = this.#staged.bucketOf(start)
      if (bucket.start !== start || bucket.count <= splitAbove) continue
      this.#split = new BucketSplit(bucket, end)
      return this.#split
    }
    return undefined
  }

  /**
   * The bucket has been read, and is to become `pieces`, counted as it was when the split began.
   * True: a commit should follow at once. False: the split will be part of the next commit, if the
   * bucket is still there.
   */
  endSplit(split: BucketSplit, pieces: readonly Bucket[]): boolean {
    if (this.#split !== split) return false
    split.finish(pieces)
    return this.#isSettled
  }

  /** False while changes are staged, which may still be taken back. */
  get #isSettled(): boolean {
    return this.#changed.size === 0 && this.#savepoint === undefined
  }

  #finishSplit(): void {
    const split = this.#split
    if (split?.isFinished !== true) return
    this.#split = undefined
    const { bucket, end } = this.#staged.bucketOf(split.bucket.start)
    // Joined with a neighbour meanwhile.
    if (bucket.start !== split.bucket.start || end !== split.end) return
    const pieces = split.piecesOf(bucket)
    this.#staged.split(pieces)
    for (const piece of pieces) {
      this.#tails.forget(piece.start)
      this.#changed.add(piece.start)
      this.#noteSize(piece)
    }
  }

  #added(bucket: Bucket, key: ByteString): void {
    const isHighest = this.#tails.added(bucket, key)
    if (!isHighest || bucket.count <= bucketKeys || bucket.count > splitAbove) {
      this.#noteSize(bucket)
      return
    }
    const last = { start: key, count: 1 }
    this.#staged.split([{ start: bucket.start, count: bucket.count - 1 }, last])
    this.#changed.add(key)
    this.#tails.forget(bucket.start)
    this.#tails.added(last, key)
  }

  #giveUpSplit(): void {
    if (this.#split !== undefined) this.#overfull.add(this.#split.bucket.start)
    this.#split = undefined
  }

  #noteSize({ start, count }: Bucket): void {
    if (count > splitAbove) this.#overfull.add(start)
  }

  #join(bucket: Bucket): void {
    const joined = this.#staged.join(bucket.start, bucketKeys)
    if (joined === undefined) return
    this.#tails.forget(joined.kept.start)
    this.#tails.forget(joined.gone.start)
    this.#changed.add(joined.kept.start)
    this.#changed.add(joined.gone.start)
  }
}

import type { ByteString } from '../../base/bytes.js'
import { invariant } from '../../base/errors.js'
import type { Bucket } from './bucket-table.js'

/** Changes noted while a bucket is read; with more of them the split is given up. */
const maxNotes = 16_384

interface Note {
  readonly key: ByteString
  readonly change: number
}

/**
 * A bucket that is being split. It is read as it was when the split began; what changes meanwhile is
 * noted, and added to the pieces in the end.
 */
export class BucketSplit {
  /** As it was when the split began. */
  readonly bucket: Bucket
  /** Where the next bucket starts. */
  readonly end: ByteString | undefined
  readonly #notes: Note[] = []
  #pieces: readonly Bucket[] = []

  constructor(bucket: Bucket, end: ByteString | undefined) {
    this.bucket = bucket
    this.end = end
  }

  /** Changes noted so far. */
  get notes(): number {
    return this.#notes.length
  }

  /** False: there are too many changes. Keys of other buckets are passed over. */
  note(key: ByteString, change: number): boolean {
    if (key < this.bucket.start || (this.end !== undefined && key >= this.end)) return true
    this.#notes.push({ key, change })
    return this.#notes.length <= maxNotes
  }

  /** Forgets all but the first `notes` changes. */
  forgetAfter(notes: number): void {
    this.#notes.length = notes
  }

  /** The bucket has been read: so many keys were in each of the pieces when the split began. */
  finish(pieces: readonly Bucket[]): void {
    this.#pieces = pieces
  }

  get isFinished(): boolean {
    return this.#pieces.length > 0
  }

  /** What `bucket`, as it is now, consists of. */
  piecesOf(bucket: Bucket): Bucket[] {
    const counts = this.#pieces.map(({ count }) => count)
    for (const { key, change } of this.#notes) {
      const at = this.#pieces.findLastIndex(({ start }) => start <= key)
      counts[at] = (counts[at] as number) + change
    }
    const sum = counts.reduce((total, count) => total + count, 0)
    invariant(sum === bucket.count, `the pieces of ${bucket.count} keys count ${sum}`)
    return this.#pieces.map(({ start }, at) => ({ start, count: counts[at] as number }))
  }
}

import type { Engine } from '../../engine/engine.js'
import { currentKey, currentRows } from '../rows/rows.js'
import type { BucketSplit } from './bucket-split.js'
import type { Bucket } from './bucket-table.js'
import { bucketKeys } from './key-counts.js'

/** What the keeper asks of the state whose buckets it splits. */
export interface BucketTarget {
  beginSplit(): BucketSplit | undefined
  endSplit(split: BucketSplit, pieces: readonly Bucket[]): void
}

/** Enough for most buckets; keys are read without values. */
const chunkKeys = 512
/**
 * Turns between two splits. They are short when there is nothing else to do; under load they let
 * buckets grow a little further instead, which makes fewer splits of larger ones.
 */
const restTurns = 4
/** Pieces of one split; what is left of a larger bucket is split again. */
const maxPieces = 16

/** Splits in the background, in bounded steps, the buckets that have come to count too many keys. */
export class BucketKeeper {
  readonly #engine: Engine
  readonly #target: BucketTarget
  readonly #nextTurn: () => Promise<void>
  #running: Promise<void> | undefined
  #isRunning = false
  #closed = false

  /** `nextTurn` lets other work of the process go on. */
  constructor(engine: Engine, target: BucketTarget, nextTurn: () => Promise<void>) {
    this.#engine = engine
    this.#target = target
    this.#nextTurn = nextTurn
  }

  /** Resolves when no bucket is left that can be split at once. */
  balance(): Promise<void> {
    if (this.#isRunning && this.#running !== undefined) return this.#running
    this.#isRunning = true
    this.#running = this.#run()
    return this.#running
  }

  /** Stops after the step under way. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running?.catch(() => {})
  }

  get #isStopped(): boolean {
    return this.#closed || this.#engine.failure !== undefined
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        for (let turn = 0; turn < restTurns; turn++) await this.#nextTurn()
        if (this.#isStopped) return
        const split = this.#target.beginSplit()
        if (split === undefined) return
        const pieces = await this.#read(split)
        if (pieces !== undefined) this.#target.endSplit(split, pieces)
      }
    } finally {
      this.#isRunning = false
    }
  }

  /** Cuts the bucket where it has counted a piece. Undefined: there is no time left. */
  async #read({ bucket, end }: BucketSplit): Promise<Bucket[] | undefined> {
    const sizes = sizesOf(bucket.count)
    const pieces: Bucket[] = []
    const view = this.#engine.view()
    const scan = view.scan({
      ...currentRows({ start: bucket.start, end }),
      priority: 'background',
      keysOnly: true,
    })
    try {
      let start = bucket.start
      let counted = 0
      for (;;) {
        await this.#nextTurn()
        if (this.#isStopped) return undefined
        const rows = await scan.next(chunkKeys)
        for (const row of rows) {
          if (counted === sizes[pieces.length]) {
            pieces.push({ start, count: counted })
            start = currentKey(row.key)
            counted = 0
            if (pieces.length === sizes.length) return [...pieces, restOf(bucket, pieces, start)]
          }
          counted++
        }
        if (rows.length === 0) return [...pieces, { start, count: counted }]
      }
    } finally {
      scan.close()
      view.close()
    }
  }
}

/** Keys of all pieces but the last, which gets the rest. */
function sizesOf(count: number): number[] {
  const pieces = Math.round(count / bucketKeys)
  const size = pieces <= maxPieces ? Math.ceil(count / pieces) : bucketKeys
  return new Array<number>(Math.min(pieces, maxPieces) - 1).fill(size)
}

function restOf(bucket: Bucket, pieces: readonly Bucket[], start: Bucket['start']): Bucket {
  const counted = pieces.reduce((sum, { count }) => sum + count, 0)
  return { start, count: bucket.count - counted }
}

import type { ByteString } from '../../base/bytes.js'
import type { Row, RowChanges, RowRun } from '../../engine/engine.js'
import { RecordSkim } from '../rows/record-skim.js'
import { currentRow, isCurrentRow } from '../rows/rows.js'
import { FactPartition, hashOfKey, longestKey } from './fact-partition.js'
import { GoneKeys } from './gone-keys.js'
import { factOf, fits, type KeyFact } from './key-fact.js'

/** Parts of the table, each of which grows and is tidied up alone, within half a millisecond. */
const partitionBits = 8
const partitionCount = 2 ** partitionBits
/** Questions without an answer that are worth a step of loading, which takes the main thread about 10 ms. */
const missesPerStep = 64
/** Keys deleted as runs by one commit that are noted one by one: some milliseconds' work. */
const mostNotedOfRuns = 16_384
/** Of those, how many are noted with each later commit. */
const notedPerCommit = 128
/** Of a current row before the key. */
const prefixLength = 1
const noRuns: readonly RowRun[] = []
const noneGone: readonly GoneKeys[] = []

/** A moment, after which rows that were read may no longer tell all there is to know. */
export interface FactMark {
  readonly forgotten: number
}

/**
 * What a put has to know of a key, in memory, so that puts of keys all over the store need not read
 * what each of them held: as of the last commit, for as many keys as there is room for. Those that were
 * put since the start come by themselves; the others are loaded behind the requests, in steps, as puts ask for them.
 */
export class KeyFacts {
  readonly #partitions: FactPartition[]
  readonly #skim = new RecordSkim()
  /** Deleted as runs by one commit, and not all noted yet. */
  #gone: readonly GoneKeys[] = []
  #misses = 0
  /** How often keys were made unknown, those that are gone included. */
  #forgotten = 0
  /** Keys were made unknown that exist: there was no room for them. */
  #isFull = false
  #isLoading = false
  /** All keys that exist and are not too long have been noted. */
  #isComplete = false
  #wantedListener: () => void = () => {}

  constructor(maxBytes: number) {
    const partitionBytes = Math.floor(maxBytes / partitionCount)
    this.#partitions = Array.from(
      { length: partitionCount },
      () => new FactPartition(partitionBytes),
    )
  }

  /** Memory it takes. */
  get memoryBytes(): number {
    return this.#partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  /** `listener` hears that another step of loading is worth the while. One listener. */
  onWanted(listener: () => void): void {
    this.#wantedListener = listener
  }

  /** The fact of a key, null: there is no such key, undefined: the engine has to be asked. */
  recall(key: ByteString): KeyFact | null | undefined {
    if (key.length > longestKey) return undefined
    if (this.#gone.length > 0 && this.#isGone(currentRow(key))) return null
    const hash = hashOfKey(key, 0)
    const known = this.#partition(hash).recall(key, 0, hash)
    if (known !== undefined) return known
    if (this.#isComplete && !this.#partition(hash).has(key, 0, hash)) return null
    this.#missed()
    return undefined
  }

  /**
   * To be called when changes become visible, before anything is asked. Keys that runs delete are noted one by one
   * with the commits that follow; where runs are of so many keys that this would take too long, all keys become
   * unknown, and a load begins anew.
   */
  committed(changes: RowChanges, runs: readonly RowRun[] = noRuns): void {
    if (this.#gone.length > 0) this.#noteGone(notedPerCommit)
    const current = runs.length === 0 ? noRuns : runs.filter((run) => isCurrentRow(run.keyAt(0)))
    if (current.length > 0) this.#noteRuns(current)
    changes.forEach((record, row) => {
      if (!isCurrentRow(row)) return
      for (const gone of this.#gone) gone.noteChange(row)
      this.#note(row, record)
    })
  }

  /** True: there is no more to load, or no room for it. */
  get isSettled(): boolean {
    return this.#isFull || this.#isComplete
  }

  /** False: what all keys hold has to be read from the first one on. */
  get isLoading(): boolean {
    return this.#isLoading
  }

  /** What all keys hold is going to be read. {@link endLoad} has to follow. */
  beginLoad(): void {
    this.#isLoading = true
  }

  /** To be taken in the turn in which the view is made that rows are read from. */
  mark(): FactMark {
    return { forgotten: this.#forgotten }
  }

  /**
   * Takes in current rows that were read. False: some of them may have changed since the mark, without
   * that being known any more; they have to be read again.
   */
  load(rows: readonly Row[], { forgotten }: FactMark): boolean {
    for (const { key: row, value } of rows) {
      if (forgotten !== this.#forgotten) return false
      if (!this.#has(row)) this.#note(row, value)
    }
    return true
  }

  /** The current rows of all keys have been loaded. Without effect where the load has to begin anew. */
  endLoad(): void {
    if (!this.#isLoading) return
    this.#isLoading = false
    this.#isComplete = !this.#isFull
  }

  #missed(): void {
    if (this.isSettled) return
    this.#misses++
    if (this.#misses < missesPerStep) return
    this.#misses = 0
    this.#wantedListener()
  }

  #forgetAll(): void {
    for (const partition of this.#partitions) partition.forgetAll()
    this.#gone = noneGone
    this.#forgotten++
    this.#isFull = false
    this.#isLoading = false
    this.#isComplete = false
  }

  #noteRuns(runs: readonly RowRun[]): void {
    if (runs.reduce((sum, { size }) => sum + size, 0) > mostNotedOfRuns) {
      this.#forgetAll()
      return
    }
    this.#noteGone(mostNotedOfRuns)
    this.#gone = runs.map((run) => new GoneKeys(run))
  }

  #noteGone(count: number): void {
    for (const gone of this.#gone) {
      for (const row of gone.take(count)) this.#note(row, undefined)
    }
    if (this.#gone.every(({ isEmpty }) => isEmpty)) this.#gone = noneGone
  }

  #isGone(row: ByteString): boolean {
    return this.#gone.some((gone) => gone.has(row))
  }

  #note(row: ByteString, record: Buffer | undefined): void {
    if (row.length - prefixLength > longestKey) return
    // That a key is gone matters where rows are loaded that were read before.
    if (record === undefined && !this.#isLoading && !this.#has(row)) return
    const hash = hashOfKey(row, prefixLength)
    const partition = this.#partition(hash)
    const fact = record === undefined ? null : this.#factOf(record)
    if (partition.note(row, prefixLength, hash, fact)) return
    this.#forgotten++
    if (partition.hasWaste && partition.forgetGone()) {
      if (partition.note(row, prefixLength, hash, fact)) return
    }
    // What comes from now on is new, and more likely to be asked for.
    partition.forgetAll()
    this.#isFull = true
    this.#isComplete = false
    partition.note(row, prefixLength, hash, fact)
  }

  #has(row: ByteString): boolean {
    const hash = hashOfKey(row, prefixLength)
    return this.#partition(hash).has(row, prefixLength, hash)
  }

  /** Undefined: a put has to know more of such a key, or numbers are too large. */
  #factOf(record: Buffer): KeyFact | undefined {
    const fact = factOf(record, this.#skim)
    return fact !== undefined && fits(fact) ? fact : undefined
  }

  #partition(hash: number): FactPartition {
    return this.#partitions[hash >>> (32 - partitionBits)] as FactPartition
  }
}

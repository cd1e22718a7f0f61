import { type ByteString, emptyBuffer } from '../../base/bytes.js'
import type { RowRange } from '../engine.js'
import { chunkBytesOf, type DiskState } from './disk-state.js'
import { readFailure } from './level-database.js'
import type { RowChecksum } from './row-checksum.js'
import type { TurnQueue } from './turn-queue.js'

/** Rows read from LevelDB in one step, so that other work goes on beside long scans. */
const maxChunkRows = 64
const maxBackgroundChunkRows = 256
/** Nothing is applied beside what applies the log: what matters is that it ends soon. About 2 ms for all of it. */
const maxAppliedChunkRows = 1024
/**
 * Keys are smaller than rows, and a step costs the most in being handed to a thread. Measured: 512
 * cost no less for each count of 1,000,000 keys, and an iterator keeps the room for them.
 */
const maxChunkKeys = 128
/** An iterator that holds more than this is emptied before it is closed. */
const maxHeldBytes = 8 * 1024
/** What a row takes in an iterator beside its own bytes. */
const heldRowBytes = 64
/** Behind every row, the engine's own included. */
const endOfRows = '\uffff'

type Entry = [string, Buffer]

interface ChunkReader {
  nextv(size: number): Promise<Entry[]>
  seek(target: string): void
  close(): Promise<void>
}

/** The rows of a range in LevelDB, read in chunks. */
export class DiskRows {
  /** The row it stands on; undefined: the chunk is used up. */
  key: ByteString | undefined
  value: Buffer | undefined
  /** True when LevelDB has to be asked before it is known which row comes next. */
  starved = true

  readonly #disk: DiskState
  readonly #range: RowRange
  readonly #checksum: RowChecksum
  readonly #turns: TurnQueue
  /** Reads a chunk, and is closed. */
  #iterator: ChunkReader | undefined
  #entries: Entry[] = []
  #index = 0
  #ended = false
  #reading = false
  #heldBytes = 0
  #closed = false

  constructor(disk: DiskState, range: RowRange, checksum: RowChecksum, turns: TurnQueue) {
    this.#disk = disk
    this.#range = range
    this.#checksum = checksum
    this.#turns = turns
  }

  /** To the next row of the chunk. @throws MetastoreError `data-corrupt` */
  advance(): void {
    this.#index++
    this.#settle()
  }

  /**
   * Reads the next chunk, when it is this scan's turn.
   * @throws MetastoreError `data-corrupt`, `disk-failed`
   */
  async fill(limit: number): Promise<void> {
    const size = Math.min(Math.max(limit, 1), maxChunkOf(this.#range))
    const entries = await this.#turns.run(() => this.#read(size), this.#range.priority)
    this.#entries = entries
    this.#index = 0
    this.#settle()
  }

  close(): void {
    this.#closed = true
    this.#entries = []
    const iterator = this.#iterator
    this.#iterator = undefined
    if (iterator === undefined) return
    if (this.#reading || this.#heldBytes <= maxHeldBytes) void iterator.close()
    else void this.#empty(iterator)
  }

  /**
   * A closed iterator keeps its last chunk until V8 collects the object that stands for it. V8 sees a
   * small object and is in no hurry: counts of many keys were seen to hold 200 MiB in this way. A
   * chunk read behind all rows is empty.
   */
  async #empty(iterator: ChunkReader): Promise<void> {
    try {
      iterator.seek(endOfRows)
      await iterator.nextv(1)
    } catch {
      // Its rows are no longer asked for.
    } finally {
      await iterator.close()
    }
  }

  async #read(size: number): Promise<Entry[]> {
    if (this.#closed) {
      this.#ended = true
      return []
    }
    this.#iterator ??=
      this.#range.keysOnly === true ? this.#keys() : this.#disk.iterate(this.#range)
    this.#reading = true
    try {
      const entries = await this.#iterator.nextv(size)
      const bytes = sizeOf(entries)
      this.#heldBytes = bytes + entries.length * heldRowBytes
      this.#ended = entries.length < size && bytes <= chunkBytesOf(this.#range)
      return entries
    } catch (thrown) {
      throw readFailure(thrown)
    } finally {
      this.#reading = false
    }
  }

  #keys(): ChunkReader {
    const iterator = this.#disk.iterateKeys(this.#range)
    return {
      nextv: async (size) => (await iterator.nextv(size)).map((key) => [key, emptyBuffer]),
      seek: (target) => iterator.seek(target),
      close: () => iterator.close(),
    }
  }

  #settle(): void {
    const entry = this.#entries[this.#index]
    if (entry === undefined) {
      this.key = undefined
      this.value = undefined
      this.starved = !this.#ended
      return
    }
    this.value = this.#range.keysOnly === true ? entry[1] : this.#checksum.open(entry[0], entry[1])
    this.key = entry[0]
    this.starved = false
  }
}

function maxChunkOf({ keysOnly, priority }: RowRange): number {
  if (keysOnly === true) return maxChunkKeys
  if (priority === 'apply') return maxAppliedChunkRows
  return priority === 'background' ? maxBackgroundChunkRows : maxChunkRows
}

/** At least as many bytes as LevelDB counts for its chunks: it writes a unit of a key in one byte or two. */
function sizeOf(entries: readonly Entry[]): number {
  let bytes = 0
  for (const [key, value] of entries) bytes += 2 * key.length + value.length
  return bytes
}

import type { ByteString } from '../../base/bytes.js'
import type { BlockPart, KeyValue, KeyValueBlock } from '../../wire/index.js'
import type { KeyRange } from '../rows/key-range.js'
import type { KnownPart } from './large-range.js'
import { aboveAllKeys, type Run } from './run.js'
import type { RunTable } from './run-table.js'

/** Changed keys that are looked up in one turn. */
const maxLookUps = 512
/** Read from the file in one turn: about two milliseconds, with what is made of it. */
const maxReadBytes = 4 * 1024 * 1024
/** Of what takes more from the file, whole runs can be left to be read later. */
const atOnceBytes = 512 * 1024
/** Of runs that have changed, or are asked for in part, where others are left: some five milliseconds. */
const mostRenewedBytes = 1024 * 1024
/** Answers that take no more from the file share one room; of larger ones, each has its own. */
const sharedBytes = 128 * 1024
/** Fewer hold no more than that. */
const fewRuns = 4
/** Numbers in a block lie where a number can. */
const alignedBytes = 4

/** Finds the keys of a range in runs, in memory or on a file, and brings runs up to date on the way. */
export class KnownParts {
  readonly #runs: RunTable
  readonly #runBytes: number
  readonly #read: (key: ByteString) => KeyValue | undefined
  #shared: Buffer | undefined

  /** `read` answers what a key holds now; `runBytes`: a run that has come to hold twice as much goes. */
  constructor(runs: RunTable, runBytes: number, read: (key: ByteString) => KeyValue | undefined) {
    this.#runs = runs
    this.#runBytes = runBytes
    this.#read = read
  }

  /**
   * The keys of the range, at most `limit` (0: all); undefined: not all of them are known, or they are too many to be
   * had at once. `isHeld` is asked whether what was on the file is to be held in memory from here on.
   */
  of(range: KeyRange, limit: number, isHeld: () => boolean): BlockPart[] | undefined {
    const runs = this.#runsOf(range.start, range.end ?? aboveAllKeys, limit)
    return runs && this.#atOnce(runs, range, limit, isHeld)
  }

  /** As {@link of}, but where that is much, what is on the file may stay there for now. */
  inSteps(range: KeyRange, limit: number, isHeld: () => boolean): KnownPart[] | undefined {
    const runs = this.#runsOf(range.start, range.end ?? aboveAllKeys, limit)
    if (runs === undefined) return undefined
    const isMuch = runs.length > fewRuns && filedBytesOf(runs) > atOnceBytes
    return isMuch ? this.#leftOnFile(runs, range, limit) : this.#atOnce(runs, range, limit, isHeld)
  }

  /** Nothing is held in memory: much would have to go for it. */
  #leftOnFile(runs: readonly Run[], range: KeyRange, limit: number): KnownPart[] | undefined {
    const end = range.end ?? aboveAllKeys
    const parts: KnownPart[] = []
    let left = limit === 0 ? Number.POSITIVE_INFINITY : limit
    let readBytes = 0
    for (const run of runs) {
      const { block, place, count } = run
      const isWhole = run.start >= range.start && run.end <= end && count <= left
      if (isWhole && block === undefined && place !== undefined && run.changedCount === 0) {
        parts.push({ place })
        left -= count
      } else {
        // Who asks again finds those of them up to date that have been read.
        if (readBytes > mostRenewedBytes) return undefined
        const room = Buffer.allocUnsafeSlow(block === undefined ? (place?.length ?? 0) : 0)
        readBytes += room.length
        const known = this.#blockOf(run, room, 0, false)
        if (known === undefined) return undefined
        const part = partOf(run, known, range, left)
        if (part.to > part.from) parts.push(part)
        left -= part.to - part.from
      }
      if (left === 0) break
    }
    return parts
  }

  #atOnce(
    runs: readonly Run[],
    range: KeyRange,
    limit: number,
    isHeld: () => boolean,
  ): BlockPart[] | undefined {
    const room = this.#roomFor(runs)
    if (room === undefined) return undefined
    const isShared = room === this.#shared
    const isOnFile = runs.some(({ block }) => block === undefined)
    const hold = isOnFile && isHeld()
    const parts: BlockPart[] = []
    let left = limit === 0 ? Number.POSITIVE_INFINITY : limit
    let offset = 0
    for (const run of runs) {
      const read = run.block === undefined ? (run.place?.length ?? 0) : 0
      const block = this.#blockOf(run, room, offset, hold)
      if (block === undefined) return undefined
      offset += aligned(read)
      const part = partOf(run, block, range, left)
      const { from, to } = part
      if (to > from) {
        // The shared room is soon filled with something else.
        const isPassing = isShared && block.bytes.buffer === room.buffer
        parts.push(isPassing ? { block: block.slice(from, to), from: 0, to: to - from } : part)
      }
      left -= to - from
      if (left === 0) break
    }
    return parts
  }

  /** Runs without a gap between them that hold all that is asked for, perhaps one more. */
  #runsOf(start: ByteString, end: ByteString, limit: number): Run[] | undefined {
    const runs: Run[] = []
    let known = 0
    let lookUps = 0
    let from = start
    for (let at = this.#runs.indexOf(start); ; at++) {
      const run = this.#runs.at(at)
      if (run === undefined || run.start > from || run.end <= from) return undefined
      lookUps += run.changedCount
      if (lookUps > maxLookUps) return undefined
      runs.push(run)
      if (run.start >= start) known += Math.max(0, run.count - run.changedCount)
      if (run.end >= end || (limit > 0 && known >= limit)) return runs
      from = run.end
    }
  }

  /** Room for what is to be read from the file; undefined: it is too much. */
  #roomFor(runs: readonly Run[]): Buffer | undefined {
    const bytes = filedBytesOf(runs)
    if (bytes > maxReadBytes) return undefined
    if (bytes > sharedBytes) return Buffer.allocUnsafeSlow(bytes)
    this.#shared ??= Buffer.allocUnsafeSlow(sharedBytes)
    return this.#shared
  }

  /** The run's block as it is now. */
  #blockOf(run: Run, room: Buffer, offset: number, hold: boolean): KeyValueBlock | undefined {
    const { block, place } = run
    if (block !== undefined) {
      this.#runs.used(run)
      return run.changedCount === 0 ? block : this.#renewed(run, block)
    }
    // One that was brought up to date just now may have driven this one out of memory: it has no room then.
    const hasRoom = place !== undefined && offset + place.length <= room.length
    const stored = hasRoom ? this.#runs.file?.read(place, room, offset) : undefined
    if (stored === undefined) return undefined
    if (run.changedCount > 0) return this.#renewed(run, stored)
    if (!hold) return stored
    const held = stored.slice(0, stored.count)
    this.#runs.hold(run, held)
    return held
  }

  /** Brings the run up to date. Undefined: it has become too large. */
  #renewed(run: Run, before: KeyValueBlock): KeyValueBlock | undefined {
    const changes = run.changedKeys().map((key) => ({ key, keyValue: this.#read(key) }))
    const isSmall = changes.every(
      ({ keyValue }) => (keyValue?.encoded.length ?? 0) <= this.#runBytes,
    )
    const block = isSmall ? before.changed(changes) : undefined
    if (block === undefined || block.memoryBytes > 2 * this.#runBytes) {
      if (run.isHeld) this.#runs.remove(run)
      return undefined
    }
    this.#runs.renew(run, block)
    return block
  }
}

/** What of the range `run` holds, at most `limit` keys. */
function partOf(run: Run, block: KeyValueBlock, range: KeyRange, limit: number): BlockPart {
  const { start, end = aboveAllKeys } = range
  const from = run.start >= start ? 0 : block.indexOf(start)
  const to = Math.min(run.end <= end ? block.count : block.indexOf(end), from + limit)
  return { block, from, to }
}

function filedBytesOf(runs: readonly Run[]): number {
  let bytes = 0
  for (const { block, place } of runs) {
    if (block === undefined) bytes += aligned(place?.length ?? 0)
  }
  return bytes
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignedBytes) * alignedBytes
}

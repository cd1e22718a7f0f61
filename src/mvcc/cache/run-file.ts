import type { Scratch } from '../../engine/index.js'
import { KeyValueBlock } from '../../wire/index.js'
import type { Place, Run } from './run.js'

/** Written at a time: enough that a write costs little a run, and little enough that others are not kept from the disk. */
const maxWriteBytes = 256 * 1024
/** Runs that wait to be written; what comes beyond stays in memory alone. */
const maxWaitingBytes = 8 * 1024 * 1024
const maxPlaces = 131_072

/**
 * Keeps the blocks of runs on a scratch file, which is written from its start to its end and then again from its
 * start: what was written first goes first.
 */
export class RunFile {
  readonly #scratch: Scratch
  readonly #onGone: (runs: readonly Run[]) => void
  /** In the order in which they were written. */
  readonly #places = new Set<Place>()
  /** With the bytes that are counted for each. */
  readonly #waiting = new Map<Run, number>()
  #waitingBytes = 0
  #end = 0
  #writing = false
  #failed = false

  /** `onGone` hears that the blocks of runs are no longer on the file. */
  constructor(scratch: Scratch, onGone: (runs: readonly Run[]) => void) {
    this.#scratch = scratch
    this.#onGone = onGone
  }

  /** Whether what comes takes the place of what is there. */
  get isFull(): boolean {
    return this.#end > this.#scratch.sizeBytes || this.#places.size >= maxPlaces
  }

  /** It cannot be written, and holds nothing. */
  get isGivenUp(): boolean {
    return this.#failed
  }

  /** The run's block is to be written; it has a place when that is done, if it is still the run's then. */
  store(run: Run): void {
    const { block } = run
    if (this.#failed || block === undefined || this.#waiting.has(run)) return
    const { bytes, memoryBytes } = block
    if (bytes.length > this.#scratch.sizeBytes) return
    if (this.#waitingBytes + memoryBytes > maxWaitingBytes) return
    this.#waiting.set(run, memoryBytes)
    this.#waitingBytes += memoryBytes
    if (!this.#writing) void this.#writeAll()
  }

  /** The run is gone, or has another block. */
  forget(run: Run): void {
    if (run.place !== undefined) this.#places.delete(run.place)
    run.place = undefined
  }

  /** Makes the runs whose blocks were written first lose them: as many as take `memoryBytes`. */
  dropOldest(memoryBytes: number): void {
    const oldest: Place[] = []
    let bytes = 0
    for (const place of this.#places) {
      if (bytes >= memoryBytes) break
      bytes += place.run.memoryBytes
      oldest.push(place)
    }
    this.#drop(oldest)
  }

  /** The block, read into `target` from `offset` on, a multiple of 4; undefined: it cannot be had, or not now. */
  read(place: Place, target: Buffer, offset: number): KeyValueBlock | undefined {
    const bytes = target.subarray(offset, offset + place.length)
    return this.readBytes(place, bytes) ? KeyValueBlock.over(bytes, place.count) : undefined
  }

  /**
   * The bytes of the block, which fill `target`; false: they cannot be had, or not now. The run may have been given
   * up, or have another block, since it had this place.
   */
  readBytes(place: Place, target: Buffer): boolean {
    if (this.#isOverwritten(place)) return false
    const { sizeBytes } = this.#scratch
    const outcome = this.#scratch.read(place.at % sizeBytes, target, place.checksum)
    if (outcome === 'lost' && this.#places.has(place)) this.#drop([place])
    return outcome === 'done'
  }

  async #writeAll(): Promise<void> {
    this.#writing = true
    try {
      // Runs come many at a time; and others are to be written with the first.
      await Promise.resolve()
      while (this.#waiting.size > 0) await this.#writeSome()
    } catch {
      this.#fail()
    } finally {
      this.#writing = false
    }
  }

  async #writeSome(): Promise<void> {
    const { sizeBytes } = this.#scratch
    const blocks = this.#takeWaiting(sizeBytes - (this.#end % sizeBytes))
    if (blocks === undefined) {
      // The next one does not fit before the end of the file.
      this.#end += sizeBytes - (this.#end % sizeBytes)
      return
    }
    if (blocks.size === 0) return
    const start = this.#end
    const places = [...blocks].map(([run, block]) => this.#placeOf(run, block))
    this.#makeRoom()
    await this.#scratch.write(
      start % sizeBytes,
      [...blocks.values()].map(({ bytes }) => bytes),
    )
    for (const place of places) {
      const { run } = place
      if (!run.isHeld || run.block !== blocks.get(run)) continue
      this.#places.add(place)
      run.place = place
    }
  }

  #placeOf(run: Run, block: KeyValueBlock): Place {
    const { bytes, count } = block
    const place = {
      run,
      at: this.#end,
      length: bytes.length,
      count,
      fieldBytes: block.sizeOf(0, count),
      checksum: this.#scratch.checksum(bytes),
    }
    this.#end += bytes.length
    return place
  }

  /** What waits, as much as is written at a time; undefined: there is something, but no room for it. */
  #takeWaiting(roomBytes: number): Map<Run, KeyValueBlock> | undefined {
    const blocks = new Map<Run, KeyValueBlock>()
    let bytes = 0
    for (const [run, counted] of this.#waiting) {
      const { block } = run
      const isWanted = block !== undefined && run.isHeld
      const length = isWanted ? block.bytes.length : 0
      if (length <= this.#scratch.sizeBytes) {
        if (bytes + length > roomBytes) return blocks.size === 0 ? undefined : blocks
        if (bytes > 0 && bytes + length > maxWriteBytes) break
        if (isWanted) blocks.set(run, block)
        bytes += length
      }
      this.#waiting.delete(run)
      this.#waitingBytes -= counted
    }
    return blocks
  }

  /** For what has been placed last. */
  #makeRoom(): void {
    const oldest: Place[] = []
    for (const place of this.#places) {
      if (!this.#isOverwritten(place) && this.#places.size - oldest.length < maxPlaces) break
      oldest.push(place)
    }
    this.#drop(oldest)
  }

  /** Or about to be. */
  #isOverwritten({ at }: Place): boolean {
    return at < this.#end - this.#scratch.sizeBytes
  }

  /** All at once: what hears of it goes through all runs. */
  #drop(places: readonly Place[]): void {
    if (places.length === 0) return
    for (const place of places) {
      this.#places.delete(place)
      place.run.place = undefined
    }
    this.#onGone(places.map(({ run }) => run))
  }

  #fail(): void {
    this.#failed = true
    this.#waiting.clear()
    this.#waitingBytes = 0
    this.#drop([...this.#places])
    this.#scratch.abandon()
  }
}

import type { ByteString } from '../../base/bytes.js'
import type { Scratch } from '../../engine/index.js'
import type { KeyValueBlock } from '../../wire/index.js'
import { firstNotBelow, type OrderedKeys } from '../rows/ordered-keys.js'
import { maxChangedKeys, type Run } from './run.js'
import { RunFile } from './run-file.js'

/** A part of the key space; `end` is never undefined. */
export interface Span {
  readonly start: ByteString
  readonly end: ByteString
}

/** Runs without a gap between them behind which no gap is looked for. */
const maxRunsSought = 256
/** Runs that are taken out one by one, which costs less than to go through all. */
const fewRuns = 32
/** Of the bound, what stays when the bound is exceeded. */
const keptPart = 15 / 16

/**
 * Runs in order, none of which reaches into another. Those that have not been used for longest leave memory first; they
 * stay if their blocks are on the file.
 */
export class RunTable {
  readonly file: RunFile | undefined
  readonly #maxBytes: number
  #runs: Run[] = []
  /** Those whose blocks are in memory; the one used last comes last. */
  readonly #byUse = new Set<Run>()
  #memoryBytes = 0
  /** Where the last changed key was: many change in order. */
  #lastAt = -1

  constructor(maxBytes: number, scratch?: Scratch) {
    this.#maxBytes = maxBytes
    this.file = scratch && new RunFile(scratch, (runs) => this.#leftFile(runs))
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  /** What all runs take of memory; an estimate, never above the bound between two calls. */
  get memoryBytes(): number {
    return this.#memoryBytes
  }

  /** The index of the last run that starts at `key` or before; -1: there is none. */
  indexOf(key: ByteString): number {
    let low = -1
    let high = this.#runs.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (key < (this.#runs[middle] as Run).start) high = middle - 1
      else low = middle
    }
    return low
  }

  at(index: number): Run | undefined {
    return this.#runs[index]
  }

  /** What of `span` no run holds, in order. */
  gapsIn({ start, end }: Span): Span[] {
    const gaps: Span[] = []
    let from = start
    for (let at = Math.max(this.indexOf(start), 0); from < end; at++) {
      const run = this.#runs[at]
      if (run === undefined || run.start >= end) break
      if (run.start > from) gaps.push({ start: from, end: run.start })
      if (run.end > from) from = run.end
    }
    if (from < end) gaps.push({ start: from, end })
    return gaps
  }

  /** The first of {@link gapsIn}, unless it lies behind a great many runs. */
  firstGapIn({ start, end }: Span): Span | undefined {
    const first = Math.max(this.indexOf(start), 0)
    let from = start
    for (let at = first; at < first + maxRunsSought && from < end; at++) {
      const run = this.#runs[at]
      if (run === undefined || run.start >= end) return { start: from, end }
      if (run.start > from) return { start: from, end: run.start }
      if (run.end > from) from = run.end
    }
    return undefined
  }

  /** `run` fills a gap. */
  insert(run: Run): void {
    this.#runs.splice(this.indexOf(run.start) + 1, 0, run)
    this.#byUse.add(run)
    this.#memoryBytes += run.memoryBytes
    this.file?.store(run)
    this.#shrink()
  }

  remove(run: Run): void {
    this.#runs.splice(this.indexOf(run.start), 1)
    this.#release(run)
  }

  used(run: Run): void {
    if (!this.#byUse.delete(run)) return
    // Anew, at the end.
    this.#byUse.add(run)
  }

  /** `block` is the run as it is now. */
  renew(run: Run, block: KeyValueBlock): void {
    this.file?.forget(run)
    this.#change(run, () => run.renew(block))
    this.file?.store(run)
  }

  /** `block` is what lies on the file, in memory of its own. */
  hold(run: Run, block: KeyValueBlock): void {
    this.#change(run, () => run.hold(block))
  }

  #change(run: Run, change: () => void): void {
    if (!run.isHeld) return
    const before = run.memoryBytes
    change()
    this.#memoryBytes += run.memoryBytes - before
    this.#byUse.add(run)
    this.#shrink()
  }

  #release(run: Run): void {
    run.isHeld = false
    this.file?.forget(run)
    this.#byUse.delete(run)
    this.#memoryBytes -= run.memoryBytes
  }

  #leftFile(runs: readonly Run[]): void {
    const gone = runs.filter(({ block }) => block === undefined)
    if (gone.length <= fewRuns) {
      for (const run of gone) this.remove(run)
      return
    }
    for (const run of gone) this.#release(run)
    this.#runs = this.#runs.filter(({ isHeld }) => isHeld)
  }

  /** A key has come, gone or changed. */
  noteChange(key: ByteString): void {
    const run = this.#holderOf(key)
    if (run === undefined) return
    const bytes = run.noteChange(key)
    if (bytes === 0) return
    this.#memoryBytes += bytes
    if (run.isWornOut) this.remove(run)
    else this.#shrink()
  }

  /** As {@link noteChange} of each; where many of them lie in one run, they are not looked at one by one. */
  noteChanges(keys: OrderedKeys): void {
    let first = this.#runs.length
    let last = -1
    for (let at = 0; at < keys.size; ) {
      const key = keys.keyAt(at)
      const index = this.indexOf(key)
      const run = this.#runs[index]
      if (run === undefined || run.end <= key) {
        const next = this.#runs[index + 1]
        if (next === undefined) break
        at = firstNotBelow(keys, next.start, at)
        continue
      }
      const end = firstNotBelow(keys, run.end, at)
      if (this.#wearsOut(run, keys, at, end)) {
        this.#release(run)
        first = Math.min(first, index)
        last = index
      }
      at = end
    }
    this.#takeOut(first, last)
    this.#shrink()
  }

  /** Takes out those between the two, both included, that the table has given up. */
  #takeOut(first: number, last: number): void {
    let end = first
    for (let at = first; at <= last; at++) {
      const run = this.#runs[at] as Run
      if (run.isHeld) this.#runs[end++] = run
    }
    if (end <= last) this.#runs.splice(end, last + 1 - end)
  }

  /** Whether the run is not worth keeping, now that the keys from number `from` on, before `to`, have changed. */
  #wearsOut(run: Run, keys: OrderedKeys, from: number, to: number): boolean {
    if (to - from > maxChangedKeys) return true
    for (let at = from; at < to; at++) this.#memoryBytes += run.noteChange(keys.keyAt(at))
    return run.isWornOut
  }

  #holderOf(key: ByteString): Run | undefined {
    if (!this.#isLastBefore(this.#lastAt, key)) this.#lastAt = this.indexOf(key)
    const run = this.#runs[this.#lastAt]
    return run !== undefined && key < run.end ? run : undefined
  }

  #isLastBefore(at: number, key: ByteString): boolean {
    if (at >= this.#runs.length) return false
    const next = this.#runs[at + 1]
    return (
      (at < 0 || (this.#runs[at] as Run).start <= key) && (next === undefined || key < next.start)
    )
  }

  /** Makes some room at once: each time costs as much as all runs that stay. */
  #shrink(): void {
    if (this.#memoryBytes <= this.#maxBytes) return
    const goal = this.#maxBytes * keptPart
    this.#leaveToFile(goal)
    let isAnyGone = false
    for (const run of this.#byUse) {
      if (this.#memoryBytes <= goal) break
      this.#release(run)
      isAnyGone = true
    }
    if (isAnyGone) this.#runs = this.#runs.filter(({ isHeld }) => isHeld)
    // What is left are names of runs whose blocks are on the file.
    this.file?.dropOldest(this.#memoryBytes - goal)
  }

  /** First of all what can be had again: what is still to be written would be lost. */
  #leaveToFile(goal: number): void {
    if (this.file === undefined) return
    for (const run of this.#byUse) {
      if (this.#memoryBytes <= goal) return
      if (run.place === undefined) continue
      const before = run.memoryBytes
      run.hold(undefined)
      this.#memoryBytes += run.memoryBytes - before
      this.#byUse.delete(run)
    }
  }
}

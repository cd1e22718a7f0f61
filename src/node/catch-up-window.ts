import type { StoredLog } from '../raft/index.js'

/** Large entries count too: 10,000 of the largest would be 15 GB. */
export const catchUpBytes = 64 * 1024 * 1024
/** While snapshots are on their way: without the entries behind them, others would have to follow them at once. */
const neededBytes = 256 * 1024 * 1024
/** Letting go of entries one by one would cost more than holding a few. */
const mostStepEntries = 256
const stepBytes = 1024 * 1024

/** How far the applied log had come at one moment, and how many bytes had gone into it by then. */
interface Mark {
  readonly index: number
  readonly grownBytes: number
}

const emptyLog: StoredLog = { previous: { index: 0, term: 0 }, entries: [] }

/**
 * Says how much of the applied log stays in memory, and on the disk: none for a member that is alone, else the last
 * entries, of 64 MiB at most, for members that are a little behind. Both are exceeded by less than a step.
 */
export class CatchUpWindow {
  /** Where the window can begin, oldest first; the first is where it begins. At most one for each step that fits. */
  readonly #marks: Mark[] = []
  /** Of entries that the log held when it was opened and that are not applied yet. */
  readonly #ahead: Mark[] = []
  readonly #catchUpEntries: number
  readonly #stepEntries: number

  /** `stored`: what the log held when it was opened, of which entries up to `applied` are applied. */
  constructor(catchUpEntries: number, stored: StoredLog = emptyLog, applied = 0) {
    this.#catchUpEntries = catchUpEntries
    this.#stepEntries = Math.max(1, Math.min(mostStepEntries, catchUpEntries >> 3))
    let grownBytes = 0
    for (const { index, data } of stored.entries) if (index <= applied) grownBytes -= data.length
    let last: Mark = { index: stored.previous.index, grownBytes }
    this.#marks.push(last)
    for (const { index, data } of stored.entries) {
      grownBytes += data.length
      if (!this.#isStep(last, index, grownBytes)) continue
      last = { index, grownBytes }
      if (index <= applied) this.#marks.push(last)
      else this.#ahead.push(last)
    }
  }

  /** Entries up to this index are not kept. */
  get begin(): number {
    return this.#first.index
  }

  /**
   * Entries up to `index` are applied; `grownBytes` have gone into the log since it was opened, and were in it
   * then above what was applied. Answers up to where entries may be let go of; undefined: it is not yet worth it.
   * Who takes in a snapshot that ends at `neededFrom` will ask for all behind it.
   */
  advance(
    index: number,
    grownBytes: number,
    isAlone: boolean,
    neededFrom = Number.POSITIVE_INFINITY,
  ): number | undefined {
    if (!this.#reach(index, grownBytes)) return undefined
    const last = this.#last
    const mostEntries = isAlone ? 0 : this.#catchUpEntries
    const mostBytes = isAlone ? 0 : catchUpBytes
    let begin = 0
    while (begin < this.#marks.length - 1) {
      const mark = this.#marks[begin] as Mark
      const bytes = last.grownBytes - mark.grownBytes
      if (last.index - mark.index <= mostEntries && bytes <= mostBytes) break
      const next = this.#marks[begin + 1] as Mark
      if (next.index > neededFrom && bytes <= neededBytes) break
      begin++
    }
    this.#marks.splice(0, begin)
    return begin === 0 ? undefined : this.begin
  }

  /** A snapshot has taken the place of all entries up to `index`. */
  restart(index: number, grownBytes: number): void {
    this.#marks.splice(0, this.#marks.length, { index, grownBytes })
    this.#ahead.length = 0
  }

  /** Adds a mark, if it is time for one. */
  #reach(index: number, grownBytes: number): boolean {
    const before = this.#marks.length
    while (this.#ahead.length > 0 && (this.#ahead[0] as Mark).index <= index) {
      this.#marks.push(this.#ahead.shift() as Mark)
    }
    const isNew = this.#ahead.length === 0 && this.#isStep(this.#last, index, grownBytes)
    if (isNew && index > this.#last.index) this.#marks.push({ index, grownBytes })
    return this.#marks.length > before
  }

  #isStep(last: Mark, index: number, grownBytes: number): boolean {
    return index - last.index >= this.#stepEntries || grownBytes - last.grownBytes >= stepBytes
  }

  get #first(): Mark {
    return this.#marks[0] as Mark
  }

  get #last(): Mark {
    return this.#marks.at(-1) as Mark
  }
}

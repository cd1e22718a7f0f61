/** Large entries count too: 10,000 of the largest would be 15 GB. */
const catchUpBytes = 64 * 1024 * 1024
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

/**
 * Says how much of the applied log stays in memory: none for a member that is alone, else the last
 * entries, of 64 MiB at most, for members that are a little behind. Both are exceeded by less than a step.
 */
export class CatchUpWindow {
  /** Where the window can begin, oldest first. At most one for each step that fits into it. */
  readonly #marks: Mark[] = []
  readonly #catchUpEntries: number
  readonly #stepEntries: number
  #compacted = 0

  constructor(catchUpEntries: number) {
    this.#catchUpEntries = catchUpEntries
    this.#stepEntries = Math.max(1, Math.min(mostStepEntries, catchUpEntries >> 3))
  }

  /**
   * Entries up to `index` are applied; `grownBytes` have gone into the log since it was opened.
   * Answers up to where entries may be let go of; undefined: it is not yet worth it. Who takes in a snapshot that
   * ends at `neededFrom` will ask for all behind it.
   */
  advance(
    index: number,
    grownBytes: number,
    isAlone: boolean,
    neededFrom = Number.POSITIVE_INFINITY,
  ): number | undefined {
    const last = this.#marks.at(-1) ?? { index: this.#compacted, grownBytes: 0 }
    const isStep =
      index - last.index >= this.#stepEntries || grownBytes - last.grownBytes >= stepBytes
    if (!isStep || index === last.index) return undefined
    this.#marks.push({ index, grownBytes })
    const mostEntries = isAlone ? 0 : this.#catchUpEntries
    const mostBytes = isAlone ? 0 : catchUpBytes
    let begin = 0
    while (begin < this.#marks.length - 1) {
      const mark = this.#marks[begin] as Mark
      if (index - mark.index <= mostEntries && grownBytes - mark.grownBytes <= mostBytes) break
      const next = this.#marks[begin + 1] as Mark
      if (next.index > neededFrom && grownBytes - mark.grownBytes <= neededBytes) break
      begin++
    }
    const start = this.#marks[begin] as Mark
    this.#marks.splice(0, begin)
    const isWhole = begin === 0 && !isAlone
    if (isWhole || start.index <= this.#compacted) return undefined
    this.#compacted = start.index
    return start.index
  }

  /** A snapshot has taken the place of all entries up to `index`. */
  restart(index: number, grownBytes: number): void {
    this.#marks.splice(0, this.#marks.length, { index, grownBytes })
    this.#compacted = index
  }
}

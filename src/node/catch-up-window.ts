/** What followers that are a little behind can still be sent from memory. */
const catchUpEntries = 10_000
/** Large entries count too: 10,000 of the largest would be 15 GB. */
const catchUpBytes = 64 * 1024 * 1024
/** Letting go of entries one by one would cost more than holding a few. */
const stepEntries = 256
const stepBytes = 1024 * 1024

/** How far the applied log had come at one moment, and how many bytes had gone into it by then. */
interface Mark {
  readonly index: number
  readonly grownBytes: number
}

/**
 * Says how much of the applied log stays in memory: none for a member that is alone, else the last
 * 10,000 entries, of 64 MiB at most. Both are exceeded by less than a step.
 */
export class CatchUpWindow {
  /** Where the window can begin, oldest first. At most one for each step that fits into it. */
  readonly #marks: Mark[] = []
  #compacted = 0

  /**
   * Entries up to `index` are applied; `grownBytes` have gone into the log since it was opened.
   * Answers up to where entries may be let go of; undefined: it is not yet worth it.
   */
  advance(index: number, grownBytes: number, isAlone: boolean): number | undefined {
    const last = this.#marks.at(-1) ?? { index: this.#compacted, grownBytes: 0 }
    const isStep = index - last.index >= stepEntries || grownBytes - last.grownBytes >= stepBytes
    if (!isStep || index === last.index) return undefined
    this.#marks.push({ index, grownBytes })
    const mostEntries = isAlone ? 0 : catchUpEntries
    const mostBytes = isAlone ? 0 : catchUpBytes
    let begin = 0
    while (begin < this.#marks.length - 1) {
      const mark = this.#marks[begin] as Mark
      if (index - mark.index <= mostEntries && grownBytes - mark.grownBytes <= mostBytes) break
      begin++
    }
    const start = this.#marks[begin] as Mark
    this.#marks.splice(0, begin)
    const isWhole = begin === 0 && !isAlone
    if (isWhole || start.index <= this.#compacted) return undefined
    this.#compacted = start.index
    return start.index
  }
}

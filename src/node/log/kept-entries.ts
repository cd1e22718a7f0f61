import type { Entry, LogPosition } from '../../raft/index.js'

/** How much of a log is wanted behind the applied index: the last entries, as many as both bounds allow. */
export interface BehindLimits {
  readonly entries: number
  /** Of the entries' data. */
  readonly bytes: number
}

/** The end of a log while it is read from front to back: all above the applied index, and what is wanted behind it. */
export class KeptEntries {
  readonly #applied: number
  readonly #limits: BehindLimits
  #previous: LogPosition
  #entries: Entry[] = []
  /** Where the kept ones begin in the array: what is given up leaves it many at once. */
  #start = 0
  #behindBytes = 0

  constructor(previous: LogPosition, applied: number, limits: BehindLimits) {
    this.#previous = previous
    this.#applied = applied
    this.#limits = limits
  }

  /** The entry before the first that is kept. */
  get previous(): LogPosition {
    return this.#previous
  }

  /** In order, without gaps. */
  toArray(): Entry[] {
    return this.#entries.slice(this.#start)
  }

  /** Takes the place of the entries from its index on; it is the next one, or one before that. */
  push(entry: Entry): void {
    const { index, term } = entry
    if (index <= this.#previous.index) {
      // The term before it is not known any more, so that only what follows it can be kept.
      this.restart({ index, term })
      return
    }
    this.#truncate(this.#start + index - this.#previous.index - 1)
    this.#entries.push(entry)
    if (index > this.#applied) return
    this.#behindBytes += entry.data.length
    const { entries, bytes } = this.#limits
    while (index - this.#previous.index > entries || this.#behindBytes > bytes) this.#dropFirst()
  }

  /** The log goes on behind `previous`, and holds nothing before that. */
  restart(previous: LogPosition): void {
    this.#previous = previous
    this.#entries = []
    this.#start = 0
    this.#behindBytes = 0
  }

  #truncate(length: number): void {
    if (length === this.#entries.length) return
    for (const { index, data } of this.#entries.splice(length)) {
      if (index <= this.#applied) this.#behindBytes -= data.length
    }
  }

  #dropFirst(): void {
    const { index, term, data } = this.#entries[this.#start] as Entry
    this.#previous = { index, term }
    this.#behindBytes -= data.length
    this.#start++
    if (this.#start * 2 < this.#entries.length) return
    this.#entries.splice(0, this.#start)
    this.#start = 0
  }
}

import { readFileSync } from 'node:fs'

/** Of the first line: user, nice, system, idle, iowait, irq, softirq, steal. */
const kinds = 8
const stolenKind = 7

/** From here on the host takes so much that figures say little; below, every machine has its noise. */
export const muchStolenPart = 0.05

/** Processor time that the host of a virtual machine gave to others while this one wanted it. */
export class StolenTime {
  readonly #read: () => string
  #before: readonly number[]

  /** `read` answers what Linux has in /proc/stat, or throws. */
  constructor(read: () => string = () => readFileSync('/proc/stat', 'latin1')) {
    this.#read = read
    this.#before = this.#times()
  }

  /** The part of all processor time since it was made, or asked last: 0 to 1. NaN: the system does not tell. */
  part(): number {
    const now = this.#times()
    const spent = now.map((time, kind) => time - (this.#before[kind] ?? Number.NaN))
    this.#before = now
    return (spent[stolenKind] ?? Number.NaN) / spent.reduce((sum, time) => sum + time, 0)
  }

  #times(): number[] {
    try {
      const [line = ''] = this.#read().split('\n', 1)
      return line
        .trim()
        .split(/\s+/)
        .slice(1, 1 + kinds)
        .map(Number)
    } catch {
      return []
    }
  }
}

/**
 * Lets one step run at a time, in the order they came. Long scans that come back for one step after
 * another so take turns, and the disk's threads stay free for writes. It holds at most one step for
 * each scan that is open.
 */
export class TurnQueue {
  #busy = false
  readonly #waiting: (() => void)[] = []

  async run<T>(step: () => Promise<T>): Promise<T> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#busy = true
    try {
      return await step()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#busy = false
      else next()
    }
  }
}

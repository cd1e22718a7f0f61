import { setImmediate as nextTurnOfProcess } from 'node:timers/promises'

/** About a millisecond. */
const rowsPerTurn = 1024

/**
 * Makes scans leave the turn from time to time that have their rows at hand, so that no read of
 * memory, however long, holds up the rest of the process. One for all scans of an engine.
 */
export class ReadPace {
  readonly #nextTurn: () => Promise<void>
  #rows = 0

  constructor(nextTurn: () => Promise<void> = () => nextTurnOfProcess()) {
    this.#nextTurn = nextTurn
  }

  /** So many rows were read in this turn. What it answers is to be waited for. */
  read(rows: number): Promise<void> | undefined {
    this.#rows += rows
    if (this.#rows < rowsPerTurn) return undefined
    this.#rows = 0
    return this.#nextTurn()
  }
}

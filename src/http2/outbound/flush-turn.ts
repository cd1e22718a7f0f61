/** Something that gathers output during a turn of the event loop. */
export interface Flushable {
  flush(): void
}

/**
 * Writes what a turn of the event loop has gathered at its end, once for each connection. Shared by
 * all connections of a server, so that a turn costs one callback.
 */
export class FlushTurn {
  #waiting: Flushable[] = []

  /** `flushable` is flushed at the end of this turn. Ask once a turn. */
  add(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) setImmediate(this.#flush)
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting
    this.#waiting = []
    for (const flushable of waiting) flushable.flush()
  }
}

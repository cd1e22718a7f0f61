import type { Clock, Timer } from '../base/clock.js'

/**
 * Calls back once a tick. The next tick is counted from the last call, so that a process which stood
 * still gets one late tick: many at once would look like a leader that was silent for as long.
 */
export class Ticker {
  #timer: Timer | undefined
  #stopped = false

  constructor(
    private readonly clock: Clock,
    private readonly tickMs: number,
    private readonly onTick: () => void,
  ) {}

  start(): void {
    this.#timer = this.clock.schedule(this.tickMs, () => {
      if (this.#stopped) return
      this.start()
      this.onTick()
    })
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }
}

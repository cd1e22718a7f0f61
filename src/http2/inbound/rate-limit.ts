/** A bucket of permissions: `burst` at once, refilled at `perSecond`. */
export class RateLimit {
  readonly #burst: number
  readonly #perMs: number
  readonly #nowMs: () => number
  #left: number
  #countedMs: number

  constructor(burst: number, perSecond: number, nowMs: () => number) {
    this.#burst = burst
    this.#perMs = perSecond / 1000
    this.#nowMs = nowMs
    this.#left = burst
    this.#countedMs = nowMs()
  }

  /** Takes one permission. False: there is none. */
  take(): boolean {
    const nowMs = this.#nowMs()
    this.#left = Math.min(this.#burst, this.#left + (nowMs - this.#countedMs) * this.#perMs)
    this.#countedMs = nowMs
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}

import type { Duration, LoadResult } from './job.js'
import { Latencies } from './latencies.js'

const longestCallMs = 600_000

/**
 * Counts calls that end within a stretch of time. Where not one did, the stretch goes on until the
 * first does, for ten minutes at most.
 */
export class Meter {
  /** Resolves when nothing more is counted. */
  readonly finished: Promise<void>
  readonly #measureFrom: number
  readonly #latencies = new Latencies()
  readonly #timer: NodeJS.Timeout
  #failed = 0
  #over = false
  #finishedAt = 0
  #finish: () => void = () => {}

  constructor({ warmUpMs, measureMs }: Duration) {
    this.#measureFrom = performance.now() + warmUpMs
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#timer = setTimeout(() => {
      this.#over = true
      if (this.#latencies.count + this.#failed > 0) this.#end(this.#measureFrom + measureMs)
    }, warmUpMs + measureMs)
    setTimeout(() => this.#end(performance.now()), warmUpMs + measureMs + longestCallMs).unref()
  }

  /** False: the time is over, start no other call. */
  count(latencyMs: number, answered: boolean): boolean {
    if (this.#finishedAt > 0) return false
    const now = performance.now()
    if (now < this.#measureFrom) return true
    if (answered) this.#latencies.record(latencyMs)
    else this.#failed++
    if (this.#over) this.#end(now)
    return !this.#over
  }

  result(): LoadResult {
    return {
      calls: this.#latencies.count,
      failed: this.#failed,
      elapsedMs: this.#finishedAt - this.#measureFrom,
      latencies: this.#latencies.recorded,
    }
  }

  #end(at: number): void {
    if (this.#finishedAt > 0) return
    clearTimeout(this.#timer)
    this.#finishedAt = at
    this.#finish()
  }
}

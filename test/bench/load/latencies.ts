const lowestMs = 0.001
const growth = 1.01
const bucketCount = Math.ceil(Math.log(1e9) / Math.log(growth))

/** What goes from one process to another. */
export interface RecordedLatencies {
  readonly counts: Uint32Array
  readonly maxMs: number
}

export interface LatencySummary {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Counts latencies in buckets that are 1% wide, from a microsecond to a quarter of an hour. */
export class Latencies {
  readonly #counts = new Uint32Array(bucketCount)
  #count = 0
  #maxMs = 0

  get count(): number {
    return this.#count
  }

  get recorded(): RecordedLatencies {
    return { counts: this.#counts, maxMs: this.#maxMs }
  }

  record(ms: number): void {
    const bucket = Math.floor(Math.log(Math.max(ms, lowestMs) / lowestMs) / Math.log(growth))
    const index = Math.min(bucket, bucketCount - 1)
    this.#counts[index] = (this.#counts[index] as number) + 1
    this.#count++
    if (ms > this.#maxMs) this.#maxMs = ms
  }

  add({ counts, maxMs }: RecordedLatencies): void {
    for (const [index, count] of counts.entries()) {
      this.#counts[index] = (this.#counts[index] ?? 0) + count
      this.#count += count
    }
    this.#maxMs = Math.max(this.#maxMs, maxMs)
  }

  /** The latency that `share` of all did not exceed, within 1%; NaN where there is none. */
  quantileMs(share: number): number {
    let left = Math.max(1, Math.ceil(this.#count * share))
    for (const [index, count] of this.#counts.entries()) {
      left -= count
      if (left <= 0) return Math.min(lowestMs * growth ** (index + 0.5), this.#maxMs)
    }
    return Number.NaN
  }

  summary(): LatencySummary {
    return { p50Ms: this.quantileMs(0.5), p99Ms: this.quantileMs(0.99), maxMs: this.#maxMs }
  }
}

/** Bounds of what is under way to one member. */
export interface InFlightLimits {
  readonly maxAppendsInFlight: number
  readonly maxBytesInFlight: number
}

/** Appends with entries that were sent to one member and not answered, oldest first. */
export class InFlight {
  readonly #limits: InFlightLimits
  #appends: { readonly lastIndex: number; readonly bytes: number }[] = []
  #bytes = 0

  constructor(limits: InFlightLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#appends.length
  }

  get isFull(): boolean {
    const { maxAppendsInFlight, maxBytesInFlight } = this.#limits
    return this.#appends.length >= maxAppendsInFlight || this.#bytes >= maxBytesInFlight
  }

  add(lastIndex: number, bytes: number): void {
    this.#appends.push({ lastIndex, bytes })
    this.#bytes += bytes
  }

  /** Everything up to `index` has arrived. */
  arrived(index: number): void {
    while (true) {
      const [oldest] = this.#appends
      if (oldest === undefined || oldest.lastIndex > index) return
      this.#appends.shift()
      this.#bytes -= oldest.bytes
    }
  }

  clear(): void {
    this.#appends = []
    this.#bytes = 0
  }
}

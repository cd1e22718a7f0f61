/** Counts the ticks since a connection was last heard of. */
export class Silence {
  #ticks = 0
  #asked = false

  broken(): void {
    this.#ticks = 0
    this.#asked = false
  }

  /** One more tick: after `quietTicks` the peer is asked, one later it is lost. */
  judge(quietTicks: number): 'fine' | 'ask' | 'lost' {
    if (this.#asked) return 'lost'
    this.#ticks++
    if (this.#ticks <= quietTicks) return 'fine'
    this.#asked = true
    return 'ask'
  }
}

/** Counts the ticks in which something that should move did not. */
export class Standstill {
  #ticks = 0
  #position: number | undefined

  /** Nothing is waited for. */
  over(): void {
    this.#ticks = 0
    this.#position = undefined
  }

  /** One more tick: answers how many there were since the position, which never goes back, last moved by `step`. */
  ticksAt(position: number, step: number): number {
    if (this.#position === undefined || position >= this.#position + step) {
      this.#position = position
      this.#ticks = 0
    }
    return ++this.#ticks
  }
}

/** Counts the ticks since a connection was last heard of. */
export class Silence {
  #ticks = 0
  #asked = false

  broken(): void {
    this.#ticks = 0
    this.#asked = false
  }

  /** One more tick. True: nothing was heard for at least one whole interval. */
  lasts(): boolean {
    this.#ticks++
    return this.#ticks > 1
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

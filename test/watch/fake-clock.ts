import type { Clock, Timer } from '../../src/base/clock.js'

interface Scheduled {
  readonly atMs: number
  readonly callback: () => void
}

/** Time that passes only when it is told to. */
export class FakeClock implements Clock {
  private readonly timers = new Set<Scheduled>()
  private currentMs = 0
  longestDelayMs = 0

  get timerCount(): number {
    return this.timers.size
  }

  nowMs(): number {
    return this.currentMs
  }

  schedule(delayMs: number, callback: () => void): Timer {
    this.longestDelayMs = Math.max(this.longestDelayMs, delayMs)
    const timer = { atMs: this.currentMs + delayMs, callback }
    this.timers.add(timer)
    return { cancel: () => this.timers.delete(timer) }
  }

  /** Fires what falls due, in order, and lets everything that follows from it happen. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.currentMs + byMs
    for (;;) {
      const next = this.earliest()
      if (next === undefined || next.atMs > endMs) break
      this.currentMs = Math.max(this.currentMs, next.atMs)
      this.timers.delete(next)
      next.callback()
      await settled()
    }
    this.currentMs = endMs
    await settled()
  }

  private earliest(): Scheduled | undefined {
    let earliest: Scheduled | undefined
    for (const timer of this.timers) {
      if (earliest === undefined || timer.atMs < earliest.atMs) earliest = timer
    }
    return earliest
  }
}

/** Resolves when no promise has anything left to do; nothing here waits for the outside. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}

import type { Clock, Timer } from '../../src/base/clock.js'

interface Scheduled {
  readonly atMs: number
  readonly order: number
  readonly callback: () => void
}

/**
 * Time that passes only when a test lets it. All that a simulated run waits for goes through here, so
 * that the same seed gives the same run.
 */
export class SimulatedClock implements Clock {
  private now = 0
  private order = 0
  private timers: Scheduled[] = []
  private deferred: (() => void)[] = []

  nowMs(): number {
    return this.now
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.now + delayMs, order: this.order++, callback }
    const after = this.timers.findIndex(({ atMs }) => atMs > timer.atMs)
    this.timers.splice(after === -1 ? this.timers.length : after, 0, timer)
    return {
      cancel: () => {
        this.timers = this.timers.filter((other) => other !== timer)
      },
    }
  }

  /** Runs a callback after what is at hand now; what a node takes as its `defer`. */
  readonly defer = (callback: () => void): void => {
    this.deferred.push(callback)
  }

  /** Lets time pass, one timer after another, until the condition holds; throws after `limitMs`. */
  async until(condition: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.now + limitMs
    await this.settle()
    while (!condition()) {
      const [next] = this.timers
      if (next === undefined || next.atMs > endMs) throw new Error('it did not come about in time')
      this.timers.shift()
      this.now = next.atMs
      next.callback()
      await this.settle()
    }
  }

  async advance(durationMs: number): Promise<void> {
    let over = false
    this.schedule(durationMs, () => {
      over = true
    })
    await this.until(() => over, durationMs)
  }

  /** Waits for a promise while time passes. */
  async complete<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let done = false
    const end = () => {
      done = true
    }
    promise.then(end, end)
    await this.until(() => done, limitMs)
    return promise
  }

  /** The process is gone: nothing of what it waited for comes any more. */
  dropAll(): void {
    this.timers = []
    this.deferred = []
  }

  private async settle(): Promise<void> {
    do {
      for (const callback of this.deferred.splice(0)) callback()
      await new Promise((resolve) => setImmediate(resolve))
    } while (this.deferred.length > 0)
  }
}

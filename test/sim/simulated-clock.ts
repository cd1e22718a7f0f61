import type { Clock, Timer } from '../../src/base/clock.js'

interface Scheduled {
  readonly atMs: number
  readonly order: number
  /** Undefined: cancelled. */
  callback: (() => void) | undefined
}

/**
 * Time that passes only when a test lets it. All that a simulated run waits for goes through here, so
 * that the same seed gives the same run.
 */
export class SimulatedClock implements Clock {
  private now = 0
  private order = 0
  /** A heap: the next to fire comes first. */
  private timers: Scheduled[] = []
  private deferred: (() => void)[] = []

  nowMs(): number {
    return this.now
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer: Scheduled = { atMs: this.now + delayMs, order: this.order++, callback }
    this.timers.push(timer)
    siftUp(this.timers)
    return {
      cancel: () => {
        timer.callback = undefined
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
      const next = this.timers[0]
      if (next === undefined || next.atMs > endMs) throw new Error('it did not come about in time')
      takeFirst(this.timers)
      if (next.callback === undefined) continue
      this.now = Math.max(this.now, next.atMs)
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

function isBefore(left: Scheduled, right: Scheduled): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order)
}

/** The last timer rises to its place. */
function siftUp(timers: Scheduled[]): void {
  let at = timers.length - 1
  const timer = timers[at] as Scheduled
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = timers[above] as Scheduled
    if (!isBefore(timer, parent)) break
    timers[at] = parent
    at = above
  }
  timers[at] = timer
}

function takeFirst(timers: Scheduled[]): void {
  const last = timers.pop() as Scheduled
  if (timers.length === 0) return
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= timers.length) break
    const right = timers[below + 1]
    if (right !== undefined && isBefore(right, timers[below] as Scheduled)) below++
    const child = timers[below] as Scheduled
    if (!isBefore(child, last)) break
    timers[at] = child
    at = below
  }
  timers[at] = last
}

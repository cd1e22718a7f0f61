import type { Clock, Timer } from './clock.js'

/** The process's monotonic clock and timers. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  schedule(delayMs: number, callback: () => void): Timer {
    const timeout = setTimeout(callback, delayMs)
    timeout.unref()
    return { cancel: () => clearTimeout(timeout) }
  },
}

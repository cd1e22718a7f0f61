import type { CancelSignal } from './cancel-signal.js'
import type { Clock } from './clock.js'

/** Resolves after a while, or at once when the signal aborts. */
export function pause(clock: Clock, durationMs: number, signal: CancelSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = () => {
      timer.cancel()
      resolve()
    }
    const timer = clock.schedule(durationMs, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}

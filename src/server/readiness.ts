import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from '../base/errors.js'
import type { Store } from '../store/index.js'

export interface PatienceOptions {
  readonly timeoutMs: number
  /** Between two tries. */
  readonly pauseMs: number
  /** Aborting gives up for good. */
  readonly signal: AbortSignal | undefined
}

/** How long the start of a member may wait for its cluster in all. */
export class Patience {
  readonly #options: PatienceOptions
  readonly #waiting: AbortSignal

  constructor(options: PatienceOptions) {
    this.#options = options
    const timeout = AbortSignal.timeout(options.timeoutMs)
    const { signal } = options
    this.#waiting = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  }

  /** True: a leader is known, and what was committed is applied. False: there was not the time. */
  async untilApplied(store: Store): Promise<boolean> {
    while (!this.#waiting.aborted) {
      try {
        await store.range({ key: Buffer.of(0) }, { signal: this.#waiting })
        return true
      } catch (error) {
        if (this.#waiting.aborted) break
        if (!isPassing(error)) throw error
        await pause(this.#options.pauseMs)
      }
    }
    this.#options.signal?.throwIfAborted()
    return false
  }

  /** The same for anything else, which goes on when time is up. */
  async until(work: Promise<void>): Promise<boolean> {
    let stop = () => {}
    const late = new Promise<boolean>((resolve) => {
      stop = () => resolve(false)
      this.#waiting.addEventListener('abort', stop, { once: true })
      if (this.#waiting.aborted) stop()
    })
    const inTime = await Promise.race([work.then(() => true), late])
    this.#waiting.removeEventListener('abort', stop)
    this.#options.signal?.throwIfAborted()
    return inTime
  }
}

/** Whether it is what a cluster that is still coming together answers. */
function isPassing(error: unknown): boolean {
  return hasCode(error, 'request-timed-out', 'no-leader', 'leader-changed', 'leader-failed')
}

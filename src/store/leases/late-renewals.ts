import type { CancelSignal } from '../../base/cancel-signal.js'
import type { Clock, Timer } from '../../base/clock.js'
import { MetastoreError } from '../../base/errors.js'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface LateRenewalsOptions {
  readonly clock: Clock
  readonly lateRenewalTimeoutMs: number
}

/** Renewals of one lease that came too late, and wait until it is gone. */
export class LateRenewals {
  private readonly waiters = new Set<Waiter>()

  constructor(private readonly options: LateRenewalsOptions) {}

  /**
   * Resolves when the lease is gone.
   * @throws MetastoreError `request-canceled` when `signal` aborts, `request-timed-out`, or what {@link fail} is given
   */
  async wait(signal: CancelSignal | undefined): Promise<void> {
    if (signal?.aborted) throw new MetastoreError('request-canceled')
    const { clock, lateRenewalTimeoutMs } = this.options
    let onAbort = () => {}
    let timer: Timer | undefined
    let waiter: Waiter | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { resolve, reject }
        this.waiters.add(waiter)
        timer = clock.schedule(lateRenewalTimeoutMs, () => {
          reject(new MetastoreError('request-timed-out'))
        })
        onAbort = () => reject(new MetastoreError('request-canceled'))
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    } finally {
      timer?.cancel()
      signal?.removeEventListener('abort', onAbort)
      if (waiter !== undefined) this.waiters.delete(waiter)
    }
  }

  gone(): void {
    for (const { resolve } of this.waiters) resolve()
  }

  fail(error: unknown): void {
    for (const { reject } of this.waiters) reject(error)
  }
}

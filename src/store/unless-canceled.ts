import type { CancelSignal } from '../base/cancel-signal.js'
import { unlessAborted, writeGivenUp } from '../base/given-up.js'

/**
 * Waits for work that others wait for too: it goes on when one of them no longer does.
 * @throws MetastoreError `request-canceled` when `signal` aborts, or `request-timed-out` when a deadline did it
 */
export async function unlessCanceled<T>(
  work: Promise<T>,
  signal: CancelSignal | undefined,
): Promise<T> {
  return signal === undefined ? work : unlessAborted(work, signal, writeGivenUp)
}

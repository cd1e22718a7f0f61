import type { CancelSignal } from '../base/cancel-signal.js'
import { MetastoreError } from '../base/errors.js'

/**
 * Waits for work that others wait for too: it goes on when one of them no longer does.
 * @throws MetastoreError `request-canceled` when `signal` aborts, or `request-timed-out` when a deadline did it
 */
export async function unlessCanceled<T>(
  work: Promise<T>,
  signal: CancelSignal | undefined,
): Promise<T> {
  if (signal === undefined) return work
  let cancel = (): void => {}
  const canceled = new Promise<never>((_resolve, reject) => {
    cancel = () =>
      reject(new MetastoreError(isDeadline(signal) ? 'request-timed-out' : 'request-canceled'))
  })
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel)
  try {
    return await Promise.race([work, canceled])
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function isDeadline({ reason }: CancelSignal): boolean {
  return reason instanceof MetastoreError && reason.code === 'deadline-exceeded'
}

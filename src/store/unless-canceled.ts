import type { CancelSignal } from '../base/cancel-signal.js'
import { MetastoreError } from '../base/errors.js'

/** Waits for work that others wait for too: it goes on when one of them no longer does. */
export async function unlessCanceled<T>(
  work: Promise<T>,
  signal: CancelSignal | undefined,
): Promise<T> {
  if (signal === undefined) return work
  let cancel = (): void => {}
  const canceled = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(new MetastoreError('request-canceled'))
  })
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel)
  try {
    return await Promise.race([work, canceled])
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

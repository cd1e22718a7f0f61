import { type CancelSignal, CancelSource } from './cancel-signal.js'
import { hasCode, MetastoreError } from './errors.js'

/** A caller's read ends with what ended the caller's patience; programs that embed the store abort with anything. */
export function readGivenUp(reason: unknown): MetastoreError {
  return reason instanceof MetastoreError ? reason : new MetastoreError('context-canceled')
}

/** A write may still take place, and says so: it was given up, or it took too long. */
export function writeGivenUp(reason: unknown): MetastoreError {
  const late = hasCode(reason, 'deadline-exceeded')
  return new MetastoreError(late ? 'request-timed-out' : 'request-canceled')
}

/**
 * Waits for work that may go on when nobody waits for it any more.
 * @throws what `errorOf` makes of the signal's reason, once that aborts
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: CancelSignal,
  errorOf: (reason: unknown) => unknown = (reason) => reason,
): Promise<T> {
  let abort = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(errorOf(signal.reason))
  })
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Runs what `signal` gives up, and others can too, through a source of its own. */
export async function cancellable<T>(
  signal: CancelSignal | undefined,
  run: (source: CancelSource) => Promise<T>,
  reasonOf: (reason: unknown) => unknown = (reason) => reason,
): Promise<T> {
  const source = new CancelSource()
  const abort = (): void => source.abort(reasonOf(signal?.reason))
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  try {
    return await run(source)
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

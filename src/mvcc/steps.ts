/**
 * Work that may have to wait for the disk, written once for both cases: it yields the promises it
 * waits for, and when none is needed it runs to its end without leaving the turn.
 */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>

/** Runs the work: a plain value if it never waited, else a promise. */
export function runSteps<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next()
  return first.done ? first.value : continueSteps(steps, first.value)
}

/** Waits for a value inside a step, or takes it at once when it is there. */
export function* settled<T>(value: T | Promise<T>): Steps<T> {
  return value instanceof Promise ? ((yield value) as T) : value
}

async function continueSteps<T>(steps: Steps<T>, awaited: Promise<unknown>): Promise<T> {
  let pending = awaited
  for (;;) {
    const outcome = await pending.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    const next = 'error' in outcome ? steps.throw(outcome.error) : steps.next(outcome.value)
    if (next.done) return next.value
    pending = next.value
  }
}

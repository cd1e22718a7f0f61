/** A promise that a run has seen broken. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

export function demand(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new Violation(promise)
}

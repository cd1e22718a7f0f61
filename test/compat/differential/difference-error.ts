import { type Comparable, comparable } from './comparable.js'
import type { Operation } from './operation.js'

/** Where in which run something was found. */
export interface Place {
  readonly seed: number
  readonly operationNumber: number
  readonly operation: Operation
  readonly side: string
}

/** Two servers behaved differently, and no known difference explains it. */
export class DifferenceError extends Error {
  override readonly name = 'DifferenceError'

  constructor(
    place: Place,
    lines: readonly string[],
    answers?: { oracle: Comparable; subject: Comparable },
  ) {
    const { seed, operationNumber, operation, side } = place
    const replay =
      `METASTORE_DIFFERENTIAL_SEED=${seed} METASTORE_DIFFERENTIAL_OPERATIONS=${operationNumber}` +
      ' npm run test:compat -- differential.test.ts'
    const both = answers && [
      `etcd answered: ${JSON.stringify(answers.oracle)}`,
      `${side} answered: ${JSON.stringify(answers.subject)}`,
    ]
    const text = [
      `seed ${seed}, operation ${operationNumber}, side ${side}`,
      `operation: ${describe(operation)}`,
      ...lines.slice(0, 20),
      ...(both ?? []),
      `replay: ${replay}`,
    ]
    super(text.join('\n'))
  }
}

function describe(operation: Operation): string {
  if (operation.kind === 'call') {
    return `${operation.name} ${JSON.stringify(comparable(operation.request))}`
  }
  return JSON.stringify(comparable(operation))
}

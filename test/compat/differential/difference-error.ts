import { type Comparable, comparable } from './comparable.js'
import type { Operation } from './operation.js'

/** Where in which run something was found. */
export interface Place {
  /** Undefined: the operations were not drawn but written down, in the corner cases. */
  readonly seed: number | undefined
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
    const both = answers && [
      `etcd answered: ${JSON.stringify(answers.oracle)}`,
      `${side} answered: ${JSON.stringify(answers.subject)}`,
    ]
    const text = [
      `seed ${seed ?? 'none'}, operation ${operationNumber}, side ${side}`,
      `operation: ${describe(operation)}`,
      ...lines.slice(0, 20),
      ...(both ?? []),
      `replay: ${replay(place)}`,
    ]
    super(text.join('\n'))
  }
}

function replay({ seed, operationNumber, side }: Place): string {
  if (seed === undefined) return 'npm run test:compat -- corner-cases.test.ts'
  const settings = { ENGINE: side, SEED: seed, OPERATIONS: operationNumber }
  const variables = Object.entries(settings).map(
    ([name, value]) => `METASTORE_DIFFERENTIAL_${name}=${value}`,
  )
  return [...variables, 'npm run test:compat -- differential.test.ts'].join(' ')
}

function describe(operation: Operation): string {
  if (operation.kind === 'call') {
    return `${operation.name} ${JSON.stringify(comparable(operation.request))}`
  }
  return JSON.stringify(comparable(operation))
}

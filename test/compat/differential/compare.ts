import type { Comparable } from './comparable.js'

/** Seconds by which two servers that began at the same time may differ in how long a lease still lives. */
export const usualTtlTolerance = 1

/**
 * Every place where two trees differ, as a line: path, what was expected, what came. `ttlTolerance`: seconds by which
 * leases may live longer or shorter.
 */
export function differences(
  expected: Comparable,
  actual: Comparable,
  ttlTolerance = usualTtlTolerance,
): string[] {
  return new Comparison(ttlTolerance).differences(expected, actual, '')
}

class Comparison {
  constructor(private readonly ttlTolerance: number) {}

  differences(expected: Comparable, actual: Comparable, path: string): string[] {
    if (Array.isArray(expected) && Array.isArray(actual)) {
      return this.arrayDifferences(orderless(path, expected), orderless(path, actual), path)
    }
    if (isTree(expected) && isTree(actual)) {
      const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
      return [...names].flatMap((name) => {
        const below = path === '' ? name : `${path}.${name}`
        return this.presentDifferences(expected[name], actual[name], below)
      })
    }
    if (expected === actual || this.bothClose(path, expected, actual)) return []
    return [`${path}: ${JSON.stringify(expected)} expected, ${JSON.stringify(actual)} came`]
  }

  private arrayDifferences(
    expected: readonly Comparable[],
    actual: readonly Comparable[],
    path: string,
  ): string[] {
    const length = Math.max(expected.length, actual.length)
    return Array.from({ length }, (_, index) =>
      this.presentDifferences(expected[index], actual[index], `${path}[${index}]`),
    ).flat()
  }

  private presentDifferences(
    expected: Comparable | undefined,
    actual: Comparable | undefined,
    path: string,
  ): string[] {
    if (expected === undefined) return [`${path}: nothing expected, ${JSON.stringify(actual)} came`]
    if (actual === undefined) return [`${path}: ${JSON.stringify(expected)} expected, nothing came`]
    return this.differences(expected, actual, path)
  }

  /** Only what is left of a lease runs down: 0 and -1 say something else and must agree. */
  private bothClose(path: string, expected: Comparable, actual: Comparable): boolean {
    if (!path.endsWith('.ttl')) return false
    if (typeof expected !== 'number' || typeof actual !== 'number') return false
    return expected > 0 && actual > 0 && Math.abs(expected - actual) <= this.ttlTolerance
  }
}

/** The keys of a lease have no order. */
function orderless(path: string, list: readonly Comparable[]): readonly Comparable[] {
  return path.endsWith('.keys') ? [...list].sort() : list
}

function isTree(value: Comparable): value is { readonly [field: string]: Comparable } {
  return typeof value === 'object' && !Array.isArray(value)
}

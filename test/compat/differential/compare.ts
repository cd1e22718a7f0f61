import type { Comparable } from './comparable.js'

/** Seconds by which two servers may differ in how long a lease still lives. */
const ttlTolerance = 1

/** Every place where two trees differ, as a line: path, what was expected, what came. */
export function differences(expected: Comparable, actual: Comparable, path = ''): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return arrayDifferences(orderless(path, expected), orderless(path, actual), path)
  }
  if (isTree(expected) && isTree(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...names].flatMap((name) => {
      const below = path === '' ? name : `${path}.${name}`
      return presentDifferences(expected[name], actual[name], below)
    })
  }
  if (expected === actual || bothClose(path, expected, actual)) return []
  return [`${path}: ${JSON.stringify(expected)} expected, ${JSON.stringify(actual)} came`]
}

function arrayDifferences(
  expected: readonly Comparable[],
  actual: readonly Comparable[],
  path: string,
): string[] {
  const length = Math.max(expected.length, actual.length)
  return Array.from({ length }, (_, index) =>
    presentDifferences(expected[index], actual[index], `${path}[${index}]`),
  ).flat()
}

function presentDifferences(
  expected: Comparable | undefined,
  actual: Comparable | undefined,
  path: string,
): string[] {
  if (expected === undefined) return [`${path}: nothing expected, ${JSON.stringify(actual)} came`]
  if (actual === undefined) return [`${path}: ${JSON.stringify(expected)} expected, nothing came`]
  return differences(expected, actual, path)
}

/** The keys of a lease have no order. */
function orderless(path: string, list: readonly Comparable[]): readonly Comparable[] {
  return path.endsWith('.keys') ? [...list].sort() : list
}

/** Only what is left of a lease runs down: 0 and -1 say something else and must agree. */
function bothClose(path: string, expected: Comparable, actual: Comparable): boolean {
  if (!path.endsWith('.ttl')) return false
  if (typeof expected !== 'number' || typeof actual !== 'number') return false
  return expected > 0 && actual > 0 && Math.abs(expected - actual) <= ttlTolerance
}

function isTree(value: Comparable): value is { readonly [field: string]: Comparable } {
  return typeof value === 'object' && !Array.isArray(value)
}

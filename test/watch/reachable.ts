/** Whether anything of `sought` can be reached through properties, maps and sets of `root`. */
export function reachableFrom(root: object, sought: ReadonlySet<unknown>): boolean {
  const seen = new Set<unknown>()
  const open: unknown[] = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (sought.has(value)) return true
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    open.push(...Object.values(value))
    if (value instanceof Map || value instanceof Set) open.push(...value.keys(), ...value.values())
  }
  return false
}

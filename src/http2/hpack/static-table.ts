import type { HeaderField } from './header-field.js'

/** Where a name, and a name with a value, stand in a table. */
export interface KnownName {
  readonly index: number
  readonly values: ReadonlyMap<string, number>
}

const rows: readonly (readonly [name: string, value?: string])[] = [
  [':authority'],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset'],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language'],
  ['accept-ranges'],
  ['accept'],
  ['access-control-allow-origin'],
  ['age'],
  ['allow'],
  ['authorization'],
  ['cache-control'],
  ['content-disposition'],
  ['content-encoding'],
  ['content-language'],
  ['content-length'],
  ['content-location'],
  ['content-range'],
  ['content-type'],
  ['cookie'],
  ['date'],
  ['etag'],
  ['expect'],
  ['expires'],
  ['from'],
  ['host'],
  ['if-match'],
  ['if-modified-since'],
  ['if-none-match'],
  ['if-range'],
  ['if-unmodified-since'],
  ['last-modified'],
  ['link'],
  ['location'],
  ['max-forwards'],
  ['proxy-authenticate'],
  ['proxy-authorization'],
  ['range'],
  ['referer'],
  ['refresh'],
  ['retry-after'],
  ['server'],
  ['set-cookie'],
  ['strict-transport-security'],
  ['transfer-encoding'],
  ['user-agent'],
  ['vary'],
  ['via'],
  ['www-authenticate'],
]

/** RFC 7541, appendix A: the entry of index 1 stands first. */
export const staticTable: readonly HeaderField[] = rows.map(([name, value = '']) => ({
  name,
  value,
}))

/** The entries of {@link staticTable} by name; `index` is that of the first with the name. */
export const staticNames: ReadonlyMap<string, KnownName> = byName(staticTable)

function byName(fields: readonly HeaderField[]): Map<string, KnownName> {
  const names = new Map<string, { index: number; values: Map<string, number> }>()
  for (const [offset, { name, value }] of fields.entries()) {
    const index = offset + 1
    const known = names.get(name)
    if (known === undefined) names.set(name, { index, values: new Map([[value, index]]) })
    else known.values.set(value, index)
  }
  return names
}

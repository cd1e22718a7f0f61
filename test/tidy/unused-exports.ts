import type { SourceFile } from './source-tree.js'

/** Files whose exports are the product's own face, or made by the generator for every message. */
function isPublicFace(path: string): boolean {
  return path === 'src/index.ts' || path.includes('/generated/') || path === 'src/wire/index.ts'
}

/** Exports of `sources` that neither another source nor a user imports, as `file: name`. */
export function unusedExports(
  sources: readonly SourceFile[],
  users: readonly SourceFile[],
): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const used = new Set<string>()
  const use = (path: string | undefined, name: string): void => {
    const source = path === undefined ? undefined : byPath.get(path)
    if (source === undefined || used.has(`${path}: ${name}`)) return
    used.add(`${path}: ${name}`)
    for (const passedOn of source.imports) {
      if (passedOn.exportedAs === name || passedOn.exportedAs === '*')
        use(passedOn.from, passedOn.exportedAs === '*' ? name : passedOn.name)
      if (name === '*' && passedOn.exportedAs !== undefined) use(passedOn.from, passedOn.name)
    }
    if (name === '*') for (const each of source.exports) used.add(`${path}: ${each}`)
  }
  for (const source of [...sources, ...users]) {
    for (const { from, name, exportedAs } of source.imports) {
      if (exportedAs === undefined || isPublicFace(source.path)) use(from, name)
    }
  }
  return sources
    .filter(({ path }) => !isPublicFace(path))
    .flatMap(({ path, exports, imports }) => [
      ...exports.map((name) => `${path}: ${name}`),
      ...imports
        // A room's gate names the types that its signatures speak of.
        .filter(
          ({ exportedAs, typeOnly }) => exportedAs !== undefined && exportedAs !== '*' && !typeOnly,
        )
        .map(({ exportedAs }) => `${path}: ${exportedAs}`),
    ])
    .filter((each) => !used.has(each) && !describesOwnSignature(byPath, each))
}

/** A type may be exported for the sake of readers of the signatures beside it. */
function describesOwnSignature(byPath: ReadonlyMap<string, SourceFile>, exported: string): boolean {
  const [path, name] = exported.split(': ')
  const text = byPath.get(path ?? '')?.text ?? ''
  const declared = new RegExp(`^export (?:interface|type) ${name}\\b`, 'm').test(text)
  return declared && (text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0) > 1
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'

export const projectRoot = resolve(import.meta.dirname, '..', '..')

export interface NamedImport {
  /** The name in the module it comes from; `*` for a namespace. */
  readonly name: string
  /** The file it comes from, from the project's root; undefined for packages. */
  readonly from: string | undefined
  readonly specifier: string
  /** `export … from`: passes the name on under `exportedAs`. */
  readonly exportedAs: string | undefined
  readonly typeOnly: boolean
}

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
  readonly imports: readonly NamedImport[]
  /** Names declared and exported here. */
  readonly exports: readonly string[]
}

export function listFiles(folder: string, matches: (name: string) => boolean): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && matches(entry.name))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort()
}

export function readSources(folder: string): SourceFile[] {
  return listFiles(folder, (name) => name.endsWith('.ts')).map(readSource)
}

/** Every function with a body, with its length in lines. */
export function functionLengths(source: SourceFile): { name: string; lines: number }[] {
  const lengths: { name: string; lines: number }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const start = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line
      const end = source.tree.getLineAndCharacterOfPosition(node.end).line
      lengths.push({
        name: node.name?.getText(source.tree) ?? `line ${start + 1}`,
        lines: end - start + 1,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source.tree)
  return lengths
}

/** Every identifier that stands for itself: not a property after a dot, not a declared member. */
export function freeIdentifiers(source: SourceFile): Set<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isMemberName(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(source.tree)
  return names
}

export function hasKind(source: SourceFile, kind: ts.SyntaxKind): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    found ||= node.kind === kind
    if (!found) ts.forEachChild(node, visit)
  }
  visit(source.tree)
  return found
}

function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent)) &&
    parent.name === node
  )
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(projectRoot, path), 'utf8')
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: NamedImport[] = []
  const exports: string[] = []
  for (const statement of tree.statements) {
    if (ts.isImportDeclaration(statement)) imports.push(...importedNames(path, statement))
    else if (ts.isExportDeclaration(statement)) imports.push(...passedOnNames(path, statement))
    else exports.push(...declaredExports(statement))
  }
  return { path, text, tree, imports, exports }
}

function importedNames(path: string, statement: ts.ImportDeclaration): NamedImport[] {
  const specifier = (statement.moduleSpecifier as ts.StringLiteral).text
  const from = resolveImport(path, specifier)
  const bindings = statement.importClause?.namedBindings
  if (bindings === undefined || ts.isNamespaceImport(bindings)) {
    return [{ name: '*', from, specifier, exportedAs: undefined, typeOnly: false }]
  }
  return bindings.elements.map((element) => ({
    name: (element.propertyName ?? element.name).text,
    from,
    specifier,
    exportedAs: undefined,
    typeOnly: statement.importClause?.isTypeOnly === true || element.isTypeOnly,
  }))
}

function passedOnNames(path: string, statement: ts.ExportDeclaration): NamedImport[] {
  if (statement.moduleSpecifier === undefined) return []
  const specifier = (statement.moduleSpecifier as ts.StringLiteral).text
  const from = resolveImport(path, specifier)
  if (statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause)) {
    return [{ name: '*', from, specifier, exportedAs: '*', typeOnly: false }]
  }
  return statement.exportClause.elements.map((element) => ({
    name: (element.propertyName ?? element.name).text,
    from,
    specifier,
    exportedAs: element.name.text,
    typeOnly: statement.isTypeOnly || element.isTypeOnly,
  }))
}

function declaredExports(statement: ts.Statement): string[] {
  const exported = ts.canHaveModifiers(statement)
    ? ts.getModifiers(statement)?.some((each) => each.kind === ts.SyntaxKind.ExportKeyword)
    : false
  if (exported !== true) return []
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((each) => each.name.getText())
  }
  const name = (statement as ts.DeclarationStatement).name?.getText()
  return name === undefined ? [] : [name]
}

function resolveImport(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const target = join(dirname(path), specifier)
  return target.replace(/\.js$/, '.ts')
}

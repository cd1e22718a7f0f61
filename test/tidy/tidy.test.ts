import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import {
  freeIdentifiers,
  functionLengths,
  hasKind,
  listFiles,
  projectRoot,
  readSources,
  type SourceFile,
} from './source-tree.js'
import { unusedExports } from './unused-exports.js'

/** Each room, from the ground up, and the rooms it may import. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  wire: ['base'],
  raft: ['base'],
  engine: ['base'],
  mvcc: ['engine', 'wire', 'base'],
  watch: ['mvcc', 'wire', 'base'],
  node: ['raft', 'base'],
  store: ['node', 'watch', 'mvcc', 'engine', 'wire', 'base'],
  http2: ['base'],
  rpc: ['http2', 'base'],
  peers: ['node', 'raft', 'rpc', 'wire', 'base'],
  api: ['store', 'rpc', 'wire', 'base'],
}
const pureRooms = ['raft', 'mvcc', 'watch']
const impureNames = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'queueMicrotask',
]
const maxFileLines = 300
const maxFunctionLines = 60

const sources = readSources('src')
const tests = readSources('test')
const scripts = readSources('scripts')
const written = [...sources, ...tests, ...scripts].filter(({ path }) => !isGenerated(path))

describe('the house', () => {
  test('imports point only downwards between rooms', () => {
    const wrong = sources.flatMap((source) => {
      const room = roomOf(source.path)
      const allowed = room === undefined ? undefined : mayImport[room]
      if (allowed === undefined) return []
      return source.imports
        .map(({ from }) => roomOf(from ?? ''))
        .filter((other) => other !== undefined && other !== room && !allowed.includes(other))
        .map((other) => `${source.path} imports ${other}`)
    })
    expect(wrong).toEqual([])
  })

  test('every room is known and nothing outside src is imported from src', () => {
    const known = new Set([...Object.keys(mayImport), 'server'])
    const strangers = sources.filter(({ path }) => {
      const room = roomOf(path)
      return room !== undefined && !known.has(room)
    })
    const outside = sources.flatMap(({ path, imports }) =>
      imports.filter(({ from }) => from !== undefined && !from.startsWith('src/')).map(() => path),
    )
    expect([strangers.map(({ path }) => path), outside]).toEqual([[], []])
  })

  test('no file imports itself through others', () => {
    expect(findCycles([...sources, ...scripts, ...tests])).toEqual([])
  })

  test(`no written file is longer than ${maxFileLines} lines`, () => {
    const long = written.filter(({ text }) => text.split('\n').length > maxFileLines + 1)
    expect(long.map(({ path }) => path)).toEqual([])
  })

  test(`no function in src is longer than ${maxFunctionLines} lines`, () => {
    const long = sources
      .filter(({ path }) => !isGenerated(path))
      .flatMap((source) =>
        functionLengths(source)
          .filter(({ lines }) => lines > maxFunctionLines)
          .map(({ name, lines }) => `${source.path}: ${name} has ${lines} lines`),
      )
    expect(long).toEqual([])
  })

  test('nothing is typed any', () => {
    const untyped = [...written].filter((source) => hasKind(source, ts.SyntaxKind.AnyKeyword))
    expect(untyped.map(({ path }) => path)).toEqual([])
  })

  test('no clock, timer or randomness in pure rooms', () => {
    const impure = sources
      .filter(({ path }) => pureRooms.includes(roomOf(path) ?? ''))
      .flatMap((source) => [
        ...[...freeIdentifiers(source)]
          .filter((name) => impureNames.includes(name))
          .map((name) => `${source.path} uses ${name}`),
        ...(/Math\s*\.\s*random/.test(source.text) ? [`${source.path} uses Math.random`] : []),
        ...source.imports
          .filter(({ specifier }) => specifier.startsWith('node:'))
          .map(({ specifier }) => `${source.path} imports ${specifier}`),
      ])
    expect(impure).toEqual([])
  })

  test('a start does not wait for packages that only some starts need', () => {
    const rare = ['@grpc/grpc-js', '@grpc/proto-loader', 'yaml', 'pino-pretty']
    const loaded = packagesLoadedBy('src/main.ts')
    expect(loaded).toContain('pino')
    expect(rare.filter((name) => loaded.has(name))).toEqual([])
  })

  test('no exported name that nobody uses', () => {
    expect(unusedExports(sources, [...tests, ...scripts])).toEqual([])
  })
})

describe('the tests', () => {
  const suites = tests.filter(({ path }) => path.endsWith('.test.ts'))

  test('none is skipped, singled out or left for later', () => {
    const marked = suites.filter(({ text }) =>
      /\b(?:test|it|describe|suite)\s*\.\s*(?:only|skip|todo|fails|skipIf|runIf)\b|\bretry:/.test(
        text,
      ),
    )
    expect(marked.map(({ path }) => path)).toEqual([])
  })

  test('none waits for time to pass', () => {
    const sleepers = suites.filter((source) => {
      const names = freeIdentifiers(source)
      return names.has('setTimeout') || names.has('setInterval') || names.has('sleep')
    })
    expect(sleepers.map(({ path }) => path)).toEqual([])
  })
})

describe('the project', () => {
  test('names no path of a machine and no registry', () => {
    const banned = [/\/work\/(?:main|shared)/, /\/home\/\w/, /registry\.npmjs|npmjs\.org/]
    const files = [
      ...listFiles('src', () => true),
      ...listFiles('test', () => true),
      ...listFiles('scripts', () => true),
      ...['README.md', 'CHANGELOG.md', 'package.json', 'package-lock.json', '.ci/run'],
    ]
    const guilty = files.filter((path) => {
      if (path === 'test/tidy/tidy.test.ts') return false
      const text = readFileSync(join(projectRoot, path), 'utf8')
      return banned.some((pattern) => pattern.test(text))
    })
    expect(guilty).toEqual([])
  })
})

function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function isGenerated(path: string): boolean {
  return path.includes('/generated/')
}

function findCycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((source) => [source.path, source]))
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      return
    }
    state.set(path, 'open')
    for (const { from } of byPath.get(path)?.imports ?? []) {
      if (from !== undefined && byPath.has(from)) visit(from, [...trail, path])
    }
    state.set(path, 'done')
  }
  for (const { path } of files) visit(path, [])
  return cycles
}

/** The packages that a module imports, itself or by way of others, before it runs. */
function packagesLoadedBy(path: string): Set<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const packages = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { from, specifier, typeOnly } of byPath.get(file)?.imports ?? []) {
      if (typeOnly) continue
      if (from === undefined) packages.add(specifier)
      else visit(from)
    }
  }
  visit(path)
  return packages
}

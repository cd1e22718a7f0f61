import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageDefinition } from '@grpc/proto-loader'
import { invariant } from '../../base/errors.js'

/** A file of descriptors, as reflection clients see it: everything of one package. */
interface DescriptorFile {
  /** An encoded google.protobuf.FileDescriptorProto. */
  readonly bytes: Buffer
  /** Names of the files it refers to. */
  readonly dependencies: ReadonlySet<string>
}

/** What proto-loader says of a message or enum; anything else it says is of a service. */
interface TypeDefinition {
  readonly type: TypeDescriptor
  readonly fileDescriptorProtos: readonly Buffer[]
}

/** What a message or enum has inside, in the words of descriptor.proto. */
interface TypeDescriptor {
  readonly field?: readonly { readonly name: string }[]
  readonly nestedType?: readonly (TypeDescriptor & { readonly name: string })[]
  readonly enumType?: readonly { readonly name: string }[]
  readonly oneofDecl?: readonly { readonly name: string }[]
}

/** Descriptors of all messages and services of a folder of proto files. */
export class Descriptors {
  readonly #files: ReadonlyMap<string, DescriptorFile>
  /** Full names of services, methods, messages, enums and fields, and the file of each. */
  readonly #symbols: ReadonlyMap<string, string>
  readonly #messages: ReadonlySet<string>

  private constructor(
    files: ReadonlyMap<string, DescriptorFile>,
    symbols: ReadonlyMap<string, string>,
    messages: ReadonlySet<string>,
  ) {
    this.#files = files
    this.#symbols = symbols
    this.#messages = messages
  }

  /** The first time it takes the processor about a tenth of a second, half of it in one turn, to load the loader. */
  static async load(protoDirectory: string): Promise<Descriptors> {
    const { load } = await import('@grpc/proto-loader')
    const names = await readdir(protoDirectory, { recursive: true })
    const protoFiles = names.filter((name) => name.endsWith('.proto'))
    const definitions = await load(protoFiles, { includeDirs: [protoDirectory], keepCase: true })
    const dependencies = await packageDependencies(protoDirectory, protoFiles)
    const symbols = new Map<string, string>()
    const messages = new Set<string>()
    for (const [name, definition] of Object.entries(definitions)) {
      const file = fileOfPackage(packageOf(name))
      for (const symbol of symbolsOf(name, definition)) symbols.set(symbol, file)
      if (isType(definition) && 'serialize' in definition) messages.add(name)
    }
    return new Descriptors(filesOf(definitions, dependencies), symbols, messages)
  }

  /** The file and all it depends on, each once, itself first; undefined: there is no such file. */
  file(name: string): readonly Buffer[] | undefined {
    if (!this.#files.has(name)) return undefined
    const wanted = new Set([name])
    const found: Buffer[] = []
    for (const next of wanted) {
      const file = this.#files.get(next)
      invariant(file !== undefined, `descriptors of ${name} lack ${next}`)
      found.push(file.bytes)
      for (const dependency of file.dependencies) wanted.add(dependency)
    }
    return found
  }

  /** The file that defines a full name; undefined: nothing has that name. */
  fileOfSymbol(symbol: string): readonly Buffer[] | undefined {
    const file = this.#symbols.get(symbol)
    return file === undefined ? undefined : this.file(file)
  }

  isMessage(name: string): boolean {
    return this.#messages.has(name)
  }
}

function symbolsOf(name: string, definition: PackageDefinition[string]): string[] {
  if (isType(definition)) return [name, ...insideOf(name, definition.type)]
  return [name, ...Object.keys(definition).map((method) => `${name}.${method}`)]
}

function isType(
  definition: PackageDefinition[string],
): definition is PackageDefinition[string] & TypeDefinition {
  return Array.isArray(definition.fileDescriptorProtos)
}

function insideOf(name: string, type: TypeDescriptor): string[] {
  const named = [...(type.field ?? []), ...(type.enumType ?? []), ...(type.oneofDecl ?? [])]
  const nested = (type.nestedType ?? []).flatMap((inner) => [
    `${name}.${inner.name}`,
    ...insideOf(`${name}.${inner.name}`, inner),
  ])
  return [...named.map((inner) => `${name}.${inner.name}`), ...nested]
}

function filesOf(
  definitions: PackageDefinition,
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, DescriptorFile> {
  const files = new Map<string, DescriptorFile>()
  for (const definition of Object.values(definitions)) {
    if (!isType(definition)) continue
    for (const bytes of definition.fileDescriptorProtos) {
      const name = nameInside(bytes)
      const needed = dependencies.get(name) ?? new Set()
      files.set(name, { bytes: withDependencies(bytes, needed), dependencies: needed })
    }
    return files
  }
  return files
}

/** Which package's file needs which: proto-loader leaves that out of its descriptors. */
async function packageDependencies(
  directory: string,
  protoFiles: readonly string[],
): Promise<Map<string, Set<string>>> {
  const sources = await Promise.all(
    protoFiles.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const),
  )
  const files = new Map(
    sources.map(([name, source]) => [
      name.replaceAll('\\', '/'),
      fileOfPackage(/^package ([\w.]+);/m.exec(source)?.[1] ?? ''),
    ]),
  )
  const dependencies = new Map<string, Set<string>>()
  for (const [name, source] of sources) {
    const own = files.get(name.replaceAll('\\', '/')) ?? ''
    const needed = dependencies.get(own) ?? new Set()
    dependencies.set(own, needed)
    for (const [, imported] of source.matchAll(/^import "(.+)";/gm)) {
      const file = files.get(imported ?? '')
      if (file !== undefined && file !== own) needed.add(file)
    }
  }
  return dependencies
}

/** Field 3 of FileDescriptorProto is repeated: bytes added at the end add elements. */
function withDependencies(bytes: Buffer, dependencies: ReadonlySet<string>): Buffer {
  const added = [...dependencies].map((name) =>
    Buffer.concat([Buffer.from([0x1a, name.length]), Buffer.from(name)]),
  )
  return Buffer.concat([bytes, ...added])
}

/** Field 1 of FileDescriptorProto, which stands first. */
function nameInside(bytes: Buffer): string {
  return bytes.toString('utf8', 2, 2 + (bytes[1] ?? 0))
}

/** The name that proto-loader gives the one file it makes of a package. */
function fileOfPackage(packageName: string): string {
  return `${packageName.replaceAll('.', '_')}.proto`
}

function packageOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf('.'))
}

import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import protobuf from 'protobufjs'

/** What one proto file declares, with all names resolved. */
export interface ProtoFile {
  /** Such as `etcdserverpb-kv`: the proto file's path, joined. */
  readonly moduleName: string
  readonly types: readonly protobuf.Type[]
  /** Nested ones included. */
  readonly enums: readonly protobuf.Enum[]
  readonly services: readonly protobuf.Service[]
  /** The module name of any type of any of the files. */
  moduleOf(type: protobuf.Type): string
}

export function loadProtoFiles(directory: string): ProtoFile[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.proto'))
    .map((path) => join(directory, path))
    .sort()
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) =>
    paths.includes(target) ? target : join(directory, target)
  root.loadSync(paths, { keepCase: true })
  root.resolveAll()
  return paths.map((path) => readFile(root, directory, path))
}

function readFile(root: protobuf.Root, directory: string, path: string): ProtoFile {
  const objects = declarations(root).filter((object) => object.filename === path)
  const types = objects.filter((object) => object instanceof protobuf.Type)
  const nested = types.flatMap((type) => type.nestedArray)
  return {
    moduleName: moduleName(directory, path),
    types,
    enums: [...objects, ...nested].filter((object) => object instanceof protobuf.Enum),
    services: objects.filter((object) => object instanceof protobuf.Service),
    moduleOf: (type) => moduleName(directory, type.filename ?? ''),
  }
}

function moduleName(directory: string, path: string): string {
  return relative(directory, path)
    .replace(/\.proto$/, '')
    .split(sep)
    .join('-')
}

/** Everything that stands directly in a package. */
function declarations(namespace: protobuf.NamespaceBase): protobuf.ReflectionObject[] {
  return namespace.nestedArray.flatMap((object) =>
    object instanceof protobuf.Namespace && object.constructor === protobuf.Namespace
      ? declarations(object)
      : [object],
  )
}

import type protobuf from 'protobufjs'
import { camelCase, fullName, namespaceName, pascalCase } from './names.js'
import type { ProtoFile } from './proto-files.js'
import { generatedNotice, importLines, indented } from './text.js'

/** The module with one table of methods for each of `services`. */
export function servicesFile(
  files: readonly ProtoFile[],
  services: readonly protobuf.Service[],
): string {
  const typeNames = files.flatMap((file) => file.types.map((type) => type.name))
  const isUnique = (name: string): boolean =>
    typeNames.indexOf(name) === typeNames.lastIndexOf(name)
  const used = new Set<string>()
  const codec = (type: protobuf.Type): string => {
    const space = namespaceName(type)
    used.add(isUnique(type.name) ? type.name : space)
    return isUnique(type.name) ? type.name : `${space}.${type.name}`
  }
  const tables = services.map((service) => serviceLines(service, isUnique, codec).join('\n'))
  const imports = [
    ...importLines(['MethodDescriptor'], '../../rpc/method.js', 'import type'),
    ...importLines([...used], '../../wire/index.js'),
    '',
    'type Service = Readonly<Record<string, MethodDescriptor<unknown, unknown>>>',
  ]
  return `${generatedNotice}\n${imports.join('\n')}\n\n${tables.join('\n\n')}\n`
}

function serviceLines(
  service: protobuf.Service,
  isUnique: (name: string) => boolean,
  codec: (type: protobuf.Type) => string,
): string[] {
  const first = service.methodsArray[0]?.resolvedRequestType
  const version =
    first == null || isUnique(first.name)
      ? ''
      : pascalCase(namespaceName(first)).replace(/.*V/, 'V')
  return [
    `export const ${pascalCase(service.name)}${version}Service = {`,
    ...indented(service.methodsArray.flatMap((method) => methodLines(method, codec))),
    '} as const satisfies Service',
  ]
}

function methodLines(method: protobuf.Method, codec: (type: protobuf.Type) => string): string[] {
  const { resolvedRequestType: request, resolvedResponseType: response, parent } = method
  if (request === null || response === null || parent === null) {
    throw new Error(`${method.fullName} is not resolved`)
  }
  return [
    `${camelCase(method.name)}: {`,
    `  path: '/${fullName(parent)}/${method.name}',`,
    `  kind: '${kindOf(method)}',`,
    `  request: ${codec(request)},`,
    `  response: ${codec(response)},`,
    '},',
  ]
}

function kindOf(method: protobuf.Method): string {
  if (method.requestStream) return method.responseStream ? 'bidi-stream' : 'client-stream'
  return method.responseStream ? 'server-stream' : 'unary'
}

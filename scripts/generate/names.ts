import type protobuf from 'protobufjs'

/** `range_end` -> `rangeEnd`, `peerURLs` -> `peerUrls`, `TTL` -> `ttl`, `HashKV` -> `hashKv`. */
export function camelCase(name: string): string {
  return words(name)
    .map((word, index) => (index === 0 ? word : capitalized(word)))
    .join('')
}

export function pascalCase(name: string): string {
  return words(name).map(capitalized).join('')
}

/** The enum's own name; one that is just `Type` is named after what it is the type of. */
export function enumName(declared: protobuf.Enum): string {
  return declared.name === 'Type' ? `${declared.parent?.name ?? ''}Type` : declared.name
}

/** `grpc.reflection.v1` -> `reflectionV1`: how src/wire/index.ts calls a package it keeps apart. */
export function namespaceName(type: protobuf.Type): string {
  const [last = '', previous = ''] = packageName(type).split('.').reverse()
  return camelCase(`${previous}_${last}`)
}

/** `etcdserverpb.PutRequest`. */
export function fullName(object: protobuf.ReflectionObject): string {
  return object.fullName.slice(1)
}

function packageName(type: protobuf.Type): string {
  return type.parent === null ? '' : fullName(type.parent)
}

function words(name: string): string[] {
  const found = name.match(/[A-Z]+s?(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? []
  return found.map((word) => word.toLowerCase())
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

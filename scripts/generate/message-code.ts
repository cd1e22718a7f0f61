import type protobuf from 'protobufjs'
import { fieldKind, hasPresence, propertyName, propertyType } from './field-kind.js'
import { fullName } from './names.js'
import { readFunction } from './read-code.js'
import type { Surroundings } from './surroundings.js'
import { fitted } from './text.js'
import { writeFunction } from './write-code.js'

/** Interface, codec and the functions behind it. */
export function messageLines(type: protobuf.Type, surroundings: Surroundings): string[] {
  return [
    ...interfaceLines(type),
    '',
    ...codecLines(type),
    '',
    ...readFunction(type, surroundings),
    ...writeFunction(type, surroundings),
  ]
}

function interfaceLines(type: protobuf.Type): string[] {
  if (type.fieldsArray.length === 0) return [`export type ${type.name} = Record<string, never>`]
  return [
    `export interface ${type.name} {`,
    ...type.fieldsArray.map((field) => `  ${propertyName(field)}: ${propertyType(field)}`),
    '}',
  ]
}

function codecLines(type: protobuf.Type): string[] {
  const { name } = type
  return [
    ...fitted(`export const ${name}: MessageCodec<`, [name], '> = {'),
    `  name: '${fullName(type)}',`,
    ...createLines(type),
    ...encodeLines(type),
    `  decode: (bytes) => read${name}(new Reader(bytes)),`,
    `  read: read${name},`,
    `  write: ${type.fieldsArray.length === 0 ? '() => undefined' : `write${name}`},`,
    '}',
  ]
}

function encodeLines(type: protobuf.Type): string[] {
  if (type.fieldsArray.length === 0) return ['  encode: () => emptyBuffer,']
  return [
    '  encode: (message) => {',
    '    const writer = messageWriter.begin()',
    `    write${type.name}(message, writer)`,
    '    return writer.finish()',
    '  },',
  ]
}

function createLines(type: protobuf.Type): string[] {
  if (type.fieldsArray.length === 0) return ['  create: () => ({}),']
  return [
    `  create: (init = {}) => ({`,
    ...type.fieldsArray.map((field) => {
      const name = propertyName(field)
      const zero = field.repeated ? '[]' : fieldKind(field).zero
      return `    ${name}: init.${name}${hasPresence(field) ? '' : ` ?? ${zero}`},`
    }),
    '  }),',
  ]
}

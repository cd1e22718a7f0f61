import type protobuf from 'protobufjs'
import {
  fieldKind,
  hasPresence,
  isPacked,
  messageOf,
  propertyName,
  propertyType,
  tagOf,
} from './field-kind.js'
import type { Surroundings } from './surroundings.js'
import { indented } from './text.js'

const lengthDelimited = 2

/** The function that reads a message up to the reader's limit. */
export function readFunction(type: protobuf.Type, surroundings: Surroundings): string[] {
  const head = `function read${type.name}(reader: Reader): ${type.name} {`
  if (type.fieldsArray.length === 0) {
    return [head, '  while (reader.more()) reader.skip(reader.tag())', '  return {}', '}']
  }
  return [
    head,
    ...indented([
      ...type.fieldsArray.map(declaration),
      'while (reader.more()) {',
      '  const tag = reader.tag()',
      '  switch (tag) {',
      ...indented(indented(type.fieldsArray.flatMap((field) => cases(field, surroundings)))),
      '    default:',
      '      reader.skip(tag)',
      '  }',
      '}',
      'return {',
      ...type.fieldsArray.map((field) => `  ${propertyName(field)},`),
      '}',
    ]),
    '}',
  ]
}

function declaration(field: protobuf.Field): string {
  const name = propertyName(field)
  if (field.repeated) return `const ${name}: ${fieldKind(field).type}[] = []`
  if (hasPresence(field)) return `let ${name}: ${propertyType(field)}`
  return `let ${name} = ${fieldKind(field).zero}`
}

function cases(field: protobuf.Field, surroundings: Surroundings): string[] {
  const message = messageOf(field)
  if (message !== undefined && !surroundings.isHandWritten(message)) {
    const read = surroundings.isLocal(message)
      ? `read${message.name}(reader)`
      : `${message.name}.read(reader)`
    return inScope(field, [store(field, read), ...forgetOthers(field)])
  }
  const value =
    message === undefined
      ? `reader.${fieldKind(field).read}()`
      : `${message.name}.decode(reader.bytes())`
  const plain = [
    `case ${tagOf(field)}:`,
    ...indented([store(field, value), ...forgetOthers(field), 'break']),
  ]
  if (!isPacked(field)) return plain
  const packed = inScope(field, [`while (reader.more()) ${store(field, value)}`])
  return [...plain, ...packed]
}

function inScope(field: protobuf.Field, lines: readonly string[]): string[] {
  return [
    `case ${tagOf(field, lengthDelimited)}: {`,
    ...indented(['const outer = reader.enter()', ...lines, 'reader.leave(outer)', 'break']),
    '}',
  ]
}

function store(field: protobuf.Field, value: string): string {
  const name = propertyName(field)
  return field.repeated ? `${name}.push(${value})` : `${name} = ${value}`
}

/** Of the members of a oneof the last on the wire wins. */
function forgetOthers(field: protobuf.Field): string[] {
  const members = field.partOf?.fieldsArray ?? []
  return members
    .filter((other) => other !== field)
    .map((other) => `${propertyName(other)} = undefined`)
}

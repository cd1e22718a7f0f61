import type protobuf from 'protobufjs'
import { fieldKind, hasPresence, isPacked, messageOf, propertyName, tagOf } from './field-kind.js'
import type { Surroundings } from './surroundings.js'
import { fitted, indented } from './text.js'

/** The function that writes a message's fields, last one first; nothing for a message without. */
export function writeFunction(type: protobuf.Type, surroundings: Surroundings): string[] {
  const { name } = type
  if (type.fieldsArray.length === 0) return []
  const fields = [...type.fieldsArray].sort((left, right) => right.id - left.id)
  return [
    '',
    ...fitted(`function write${name}(`, [`message: ${name}`, 'writer: Writer'], '): void {'),
    ...indented(fields.flatMap((field) => fieldLines(field, surroundings))),
    '}',
  ]
}

function fieldLines(field: protobuf.Field, surroundings: Surroundings): string[] {
  const value = `message.${propertyName(field)}`
  if (isPacked(field)) {
    return guarded(`${value}.length > 0`, `writer.packedInt32(${tagOf(field, 2)}, ${value})`)
  }
  if (field.repeated) {
    const element = `(${value}[index] as ${fieldKind(field).type})`
    return [
      `for (let index = ${value}.length - 1; index >= 0; index--) {`,
      ...indented(valueLines(field, element, surroundings)),
      '}',
    ]
  }
  const lines = valueLines(field, value, surroundings)
  const condition = hasPresence(field) ? `${value} !== undefined` : fieldKind(field).isSet(value)
  const [only = ''] = lines
  if (lines.length === 1) return guarded(condition, only)
  return [`if (${condition}) {`, ...indented(lines), '}']
}

/** On one line where it fits, as the formatter would have it. */
function guarded(condition: string, statement: string): string[] {
  const line = `if (${condition}) ${statement}`
  return line.length <= 98 ? [line] : [`if (${condition})`, `  ${statement}`]
}

function valueLines(field: protobuf.Field, value: string, surroundings: Surroundings): string[] {
  const message = messageOf(field)
  const tag = tagOf(field)
  if (message === undefined) {
    const argument = value.replace(/^\((.*)\)$/, '$1')
    return [`writer.${fieldKind(field).write}(${tag}, ${argument})`]
  }
  if (message.fieldsArray.length === 0) return [`writer.message(${tag}, writer.mark())`]
  if (surroundings.isHandWritten(message)) return [`writer.bytes(${tag}, ${value}.encoded)`]
  const argument = value.replace(/^\((.*)\)$/, '$1')
  const write = surroundings.isLocal(message) ? `write${message.name}` : `${message.name}.write`
  return [
    'const mark = writer.mark()',
    `${write}(${argument}, writer)`,
    `writer.message(${tag}, mark)`,
  ]
}

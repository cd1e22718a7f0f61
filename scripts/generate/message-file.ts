import type protobuf from 'protobufjs'
import { fieldKind, hasPresence, messageOf } from './field-kind.js'
import { messageLines } from './message-code.js'
import { enumName, fullName } from './names.js'
import type { ProtoFile } from './proto-files.js'
import { generatedNotice, importLines } from './text.js'

/** Messages whose classes are written by hand, and where. */
const handWritten: ReadonlyMap<string, string> = new Map([
  ['mvccpb.KeyValue', '../key-value.js'],
  ['mvccpb.Event', '../event.js'],
])

function isHandWritten(type: protobuf.Type): boolean {
  return handWritten.has(fullName(type))
}

/** The module with the interfaces and codecs of one proto file's messages. */
export function messageFile(file: ProtoFile): string {
  const types = file.types.filter((type) => !isHandWritten(type))
  const isLocal = (type: protobuf.Type): boolean => types.includes(type)
  const sections = [
    imports(file, types),
    ...file.enums.map(enumLines),
    ...types.map((type) => messageLines(type, { isLocal, isHandWritten })),
  ]
  const body = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${generatedNotice}\n${body.join('\n\n')}\n`
}

function imports(file: ProtoFile, types: readonly protobuf.Type[]): string[] {
  if (types.length === 0) return []
  const fields = types.flatMap((type) => type.fieldsArray)
  const foreign = new Map<string, Set<string>>()
  for (const field of fields) {
    const type = messageOf(field)
    if (type === undefined || types.includes(type)) continue
    const from = handWritten.get(fullName(type)) ?? `./${file.moduleOf(type)}.js`
    foreign.set(from, (foreign.get(from) ?? new Set()).add(type.name))
  }
  const usesBytes =
    types.some((type) => type.fieldsArray.length === 0) ||
    fields.some((field) => !field.repeated && !hasPresence(field) && isBytes(field))
  const modules: [path: string, lines: string[]][] = [
    ['../../base/bytes.js', importLines(usesBytes ? ['emptyBuffer'] : [], '../../base/bytes.js')],
    ['../message-codec.js', importLines(['MessageCodec'], '../message-codec.js', 'import type')],
    ['../reader.js', importLines(['Reader'], '../reader.js')],
    ['../writer.js', importLines(['messageWriter', 'type Writer'], '../writer.js')],
    ...[...foreign].map(([path, names]): [string, string[]] => [
      path,
      importLines([...names], path),
    ]),
  ]
  return modules
    .sort(([left], [right]) => compareModules(left, right))
    .flatMap(([, lines]) => lines)
}

/** As the formatter sorts: the farthest first, then by name. */
function compareModules(left: string, right: string): number {
  const steps = (path: string): number => path.split('../').length
  return steps(right) - steps(left) || left.localeCompare(right, 'en', { numeric: true })
}

function enumLines(declared: protobuf.Enum): string[] {
  const values = Object.entries(declared.values)
  return [
    `export const ${enumName(declared)} = {`,
    ...values.map(([name, value]) => `  ${name}: ${value},`),
    '} as const',
  ]
}

function isBytes(field: protobuf.Field): boolean {
  return fieldKind(field).type === 'Buffer'
}

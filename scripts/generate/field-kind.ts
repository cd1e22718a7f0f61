import protobuf from 'protobufjs'
import { camelCase } from './names.js'

/** How a field's single value appears in generated code. */
export interface FieldKind {
  readonly type: string
  /** The default of proto3, as an expression. */
  readonly zero: string
  /** Reads the value; a method of Reader. Undefined for messages. */
  readonly read: string | undefined
  /** Writes tag and value; a method of Writer. Undefined for messages. */
  readonly write: string | undefined
  /** Whether `value` differs from the default, as an expression. */
  isSet(value: string): string
  readonly wireType: number
}

/** 64-bit numbers that name something and are never reckoned with. */
const idFields = new Set([
  'lease',
  'ID',
  'watch_id',
  'cluster_id',
  'member_id',
  'memberID',
  'targetID',
  'leader',
  'node_id',
  'leader_id',
  'group_id',
  'origin',
])

const varint = 0
const lengthDelimited = 2

const scalarKinds: Readonly<Record<string, FieldKind>> = {
  bytes: kind('Buffer', 'emptyBuffer', 'bytes', 'bytes', lengthDelimited, (v) => `${v}.length > 0`),
  string: kind('string', "''", 'string', 'string', lengthDelimited, (v) => `${v} !== ''`),
  bool: kind('boolean', 'false', 'bool', 'bool', varint, (v) => v),
  int32: number('int32'),
  uint32: number('uint32'),
  int64: number('int64'),
  uint64: number('uint64'),
}

const idKinds: Readonly<Record<string, FieldKind>> = {
  int64: kind('bigint', '0n', 'signedId', 'id', varint, (v) => `${v} !== 0n`),
  uint64: kind('bigint', '0n', 'unsignedId', 'id', varint, (v) => `${v} !== 0n`),
}

export function fieldKind(field: protobuf.Field): FieldKind {
  if (field.map) throw new Error(`${field.fullName}: maps are not supported`)
  if (field.resolvedType instanceof protobuf.Enum) return number('int32')
  if (field.resolvedType instanceof protobuf.Type) return messageKind(field.resolvedType.name)
  const found =
    (idFields.has(field.name) ? idKinds[field.type] : undefined) ?? scalarKinds[field.type]
  if (found === undefined) throw new Error(`${field.fullName}: ${field.type} is not supported`)
  return found
}

export function messageOf(field: protobuf.Field): protobuf.Type | undefined {
  return field.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined
}

/** The property's type in the interface of the message. */
export function propertyType(field: protobuf.Field): string {
  const { type } = fieldKind(field)
  if (field.repeated) return `readonly ${type}[]`
  return hasPresence(field) ? `${type} | undefined` : type
}

/** Whether "not there" differs from "the default". */
export function hasPresence(field: protobuf.Field): boolean {
  return !field.repeated && (field.partOf !== null || messageOf(field) !== undefined)
}

/** Whether all values of a repeated field stand in one field on the wire. */
export function isPacked(field: protobuf.Field): boolean {
  const packed = field.repeated && fieldKind(field).wireType === varint
  if (packed && fieldKind(field).write !== 'int32') {
    throw new Error(`${field.fullName}: repeated ${field.type} is not supported`)
  }
  return packed
}

export function tagOf(field: protobuf.Field, wireType = fieldKind(field).wireType): number {
  return field.id * 8 + wireType
}

/** Names a field may not have, because generated functions use them. */
const takenNames = new Set(['reader', 'writer', 'message', 'tag', 'outer', 'mark', 'index', 'init'])

export function propertyName(field: protobuf.Field): string {
  const name = camelCase(field.name)
  if (takenNames.has(name)) throw new Error(`${field.fullName}: the name is taken`)
  return name
}

function messageKind(type: string): FieldKind {
  return {
    type,
    zero: 'undefined',
    read: undefined,
    write: undefined,
    isSet: (value) => `${value} !== undefined`,
    wireType: lengthDelimited,
  }
}

function number(method: string): FieldKind {
  return kind('number', '0', method, method, varint, (value) => `${value} !== 0`)
}

function kind(
  type: string,
  zero: string,
  read: string,
  write: string,
  wireType: number,
  isSet: (value: string) => string,
): FieldKind {
  return { type, zero, read, write, wireType, isSet }
}

import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import * as wire from '../../src/wire/index.js'

/** A message as plain values under the names of the proto file; 64-bit numbers are bigints. */
type Neutral = { readonly [field: string]: NeutralValue }
type NeutralValue = Neutral | Buffer | string | number | bigint | boolean | readonly NeutralValue[]

export const protoDirectory = fileURLToPath(new URL('../../proto', import.meta.url))

const root = loadRoot()

/** Every message of the proto files. */
export const messageTypes: readonly protobuf.Type[] = collect(root, protobuf.Type)
export const services: readonly protobuf.Service[] = collect(root, protobuf.Service)

/** What turns a message into bytes and back, classes written by hand included. */
export interface AnyCodec {
  encode(message: unknown): Buffer
  decode(bytes: Uint8Array): unknown
}

const generated: ReadonlyMap<string, AnyCodec> = new Map(
  [wire, wire.reflectionV1, wire.reflectionV1alpha]
    .flatMap((space): object[] => Object.values(space))
    .filter((value): value is wire.MessageCodec<unknown> => 'decode' in value && 'name' in value)
    .map((codec) => [codec.name, codec]),
)

const handWritten: ReadonlyMap<string, AnyCodec> = new Map([
  ['mvccpb.KeyValue', { encode: encoded, decode: (bytes) => wire.KeyValue.decode(bytes) }],
  ['mvccpb.Event', { encode: encoded, decode: (bytes) => wire.Event.decode(bytes) }],
])

export function nameOf(type: protobuf.ReflectionObject): string {
  return type.fullName.slice(1)
}

export function codecOf(type: protobuf.Type): AnyCodec {
  const codec = handWritten.get(nameOf(type)) ?? generated.get(nameOf(type))
  if (codec === undefined) throw new Error(`no codec for ${nameOf(type)}`)
  return codec
}

/** Random messages of a type: extremes and defaults included, at most one member of each oneof. */
export function messages(type: protobuf.Type, depth = 4): fc.Arbitrary<Neutral> {
  const fields: { [name: string]: fc.Arbitrary<NeutralValue> } = {}
  for (const field of type.fieldsArray) {
    if (field.resolvedType instanceof protobuf.Type && depth === 0) continue
    const one = values(field, depth)
    fields[field.name] = field.repeated ? fc.array(one, { maxLength: 3 }) : one
  }
  const record = fc.record(fields, { requiredKeys: [] })
  return fc
    .tuple(record, fc.nat())
    .map(([message, choice]) => withOneMemberEach(type, message as Neutral, choice))
}

/** The message as protobufjs wants it; fields at their default are left out. */
export function toProtobufjs(type: protobuf.Type, message: Neutral): protobuf.Message {
  const plain: { [name: string]: unknown } = {}
  for (const field of type.fieldsArray) {
    const value = message[field.name]
    if (value === undefined || (isDefault(value) && !hasPresence(field))) continue
    plain[field.name] = each(value, (one) => foreignValue(field, one))
  }
  return type.create(plain)
}

/** The message as our codecs have it. */
export function toOurs(type: protobuf.Type, message: Neutral): unknown {
  const ours: { [name: string]: unknown } = {}
  for (const field of type.fieldsArray) {
    const value = message[field.name]
    ours[ourName(field.name)] =
      value === undefined ? absent(field) : each(value, (one) => ourValue(field, one))
  }
  if (nameOf(type) === 'mvccpb.KeyValue') {
    return wire.KeyValue.of(ours as unknown as wire.KeyValueFields)
  }
  if (nameOf(type) === 'mvccpb.Event') {
    const event = ours as unknown as wire.Event
    return new wire.Event(event.type, event.kv, event.prevKv)
  }
  return ours
}

/** 64-bit numbers that are ids and stay exact. */
function isId(field: protobuf.Field): boolean {
  return /^(ID|lease|leader|watch_id|(cluster|member|node|leader|group)_id|(member|target)ID)$/.test(
    field.name,
  )
}

function ourName(name: string): string {
  return name
    .replace(/URLs$/, 'Urls')
    .replace(/(?<=[a-z_])TTL$/, 'Ttl')
    .replace(/(?<=[a-z])ID$/, 'Id')
    .replace(/^(ID|TTL)$/, (text) => text.toLowerCase())
    .replace(/_([a-zA-Z])/g, (_, letter: string) => letter.toUpperCase())
}

function absent(field: protobuf.Field): unknown {
  if (field.repeated) return []
  if (hasPresence(field)) return undefined
  if (field.type === 'bytes') return Buffer.alloc(0)
  if (field.type === 'string') return ''
  if (field.type === 'bool') return false
  return is64Bits(field) && isId(field) ? 0n : 0
}

function ourValue(field: protobuf.Field, value: NeutralValue): unknown {
  if (field.resolvedType instanceof protobuf.Type) {
    return toOurs(field.resolvedType, value as Neutral)
  }
  return typeof value === 'bigint' && !isId(field) ? Number(value) : value
}

function foreignValue(field: protobuf.Field, value: NeutralValue): unknown {
  if (field.resolvedType instanceof protobuf.Type) {
    return toProtobufjs(field.resolvedType, value as Neutral)
  }
  if (typeof value !== 'bigint') return value
  const [low, high] = [BigInt.asIntN(32, value), BigInt.asIntN(32, value >> 32n)]
  return new protobuf.util.Long(Number(low), Number(high), field.type === 'uint64')
}

function each(value: NeutralValue, convert: (one: NeutralValue) => unknown): unknown {
  return Array.isArray(value) ? value.map(convert) : convert(value)
}

function isDefault(value: NeutralValue): boolean {
  if (Buffer.isBuffer(value) || Array.isArray(value)) return value.length === 0
  return value === 0 || value === 0n || value === false || value === ''
}

function hasPresence(field: protobuf.Field): boolean {
  if (field.repeated) return false
  return field.partOf !== null || field.resolvedType instanceof protobuf.Type
}

function is64Bits(field: protobuf.Field): boolean {
  return field.type === 'int64' || field.type === 'uint64'
}

function values(field: protobuf.Field, depth: number): fc.Arbitrary<NeutralValue> {
  if (field.resolvedType instanceof protobuf.Type) return messages(field.resolvedType, depth - 1)
  if (field.resolvedType instanceof protobuf.Enum) {
    return fc.oneof(fc.integer({ min: -2, max: 6 }), fc.integer())
  }
  switch (field.type) {
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 40 })
    case 'bool':
      return fc.boolean()
    case 'int32':
      return fc.integer()
    case 'uint32':
      return fc.nat({ max: 0xffff_ffff })
    default:
      return numbers64(field)
  }
}

/** Ids: any. Others: what a double holds, and the ends, which encode to themselves again. */
function numbers64(field: protobuf.Field): fc.Arbitrary<bigint> {
  const isSigned = field.type === 'int64'
  const min = isSigned ? -(2n ** 63n) : 0n
  const max = isSigned ? 2n ** 63n - 1n : 2n ** 64n - 1n
  const edges = fc.constantFrom(min, max, 0n, 127n, 128n, 2n ** 31n, 2n ** 32n, 2n ** 53n)
  const any = fc.bigInt({ min, max })
  const exact = fc.maxSafeInteger().map((value) => BigInt(isSigned ? value : Math.abs(value)))
  return fc.oneof(edges, isId(field) ? any : exact)
}

function withOneMemberEach(type: protobuf.Type, message: Neutral, choice: number): Neutral {
  const kept: { [name: string]: NeutralValue } = { ...message }
  for (const oneof of type.oneofsArray) {
    const present = oneof.fieldsArray.filter((field) => kept[field.name] !== undefined)
    const chosen = present[choice % Math.max(present.length, 1)]
    for (const field of present) if (field !== chosen) delete kept[field.name]
  }
  // An event without a key-value is not a thing our class can say.
  if (nameOf(type) === 'mvccpb.Event') kept.kv ??= {}
  return kept
}

function encoded(message: unknown): Buffer {
  return (message as { encoded: Buffer }).encoded
}

function loadRoot(): protobuf.Root {
  const loaded = new protobuf.Root()
  loaded.resolvePath = (_origin, target) => `${protoDirectory}/${target}`
  loaded.loadSync(
    [
      'etcdserverpb/auth.proto',
      'etcdserverpb/cluster.proto',
      'etcdserverpb/maintenance.proto',
      'etcdserverpb/watch.proto',
      'grpc/health/v1/health.proto',
      'grpc/reflection/v1/reflection.proto',
      'grpc/reflection/v1alpha/reflection.proto',
      'metastore/v1/admin.proto',
      'metastore/v1/log.proto',
      'metastore/v1/peer.proto',
      'v3electionpb/election.proto',
      'v3lockpb/lock.proto',
    ],
    { keepCase: true },
  )
  loaded.resolveAll()
  return loaded
}

function collect<T extends protobuf.ReflectionObject>(
  namespace: protobuf.NamespaceBase,
  kind: abstract new (...parameters: never[]) => T,
): T[] {
  return namespace.nestedArray.flatMap((object) => {
    if (object instanceof kind) return [object]
    return object instanceof protobuf.Namespace ? collect(object, kind) : []
  })
}

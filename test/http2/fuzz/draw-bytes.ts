import fc from 'fast-check'
import {
  continuation,
  data,
  type Field,
  frame,
  get,
  goAway,
  greeting,
  headers,
  paddedData,
  ping,
  post,
  priority,
  resetStream,
  settings,
  settingsAcknowledged,
  windowUpdate,
} from '../frames.js'

const streamId = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }).map((number) => 2 * number + 1) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x7fff_ffff }) },
)
const size = fc.oneof(fc.nat(40), fc.constantFrom(0, 16_384, 65_535, 0x7fff_ffff, 0xffff_ffff))
const field: fc.Arbitrary<Field> = fc.tuple(
  fc.constantFrom('x', 'te', 'Upper', ':path', ':late', 'content-length', 'connection', ''),
  fc.constantFrom('', 'a', '5', 'trailers', ' ', '\0', 'y'.repeat(3000)),
)
const fields = fc.array(field, { maxLength: 3 }).map((more): readonly Field[] => [...post, ...more])
const setting = fc.tuple(fc.nat(7), size)

/** One frame, more often than not one that is in order. */
const anyFrame: fc.Arbitrary<Buffer> = fc.oneof(
  fc.tuple(streamId).map(([id]) => get(id)),
  fc
    .tuple(streamId, fc.boolean(), fc.boolean())
    .map(([id, endStream, endHeaders]) => headers(id, { endStream, endHeaders })),
  fc
    .tuple(streamId, fields, fc.boolean())
    .map(([id, list, endStream]) => headers(id, { fields: list, endStream })),
  fc
    .tuple(streamId, fc.nat(300), fc.boolean())
    .map(([id, length, end]) => data(id, Buffer.alloc(length, 'd'), end)),
  fc
    .tuple(streamId, fc.nat(255), fc.boolean())
    .map(([id, padding, end]) => paddedData(id, 'padded', padding, end)),
  fc
    .tuple(streamId, fc.uint8Array({ maxLength: 30 }), fc.boolean())
    .map(([id, bytes, end]) => continuation(id, Buffer.from(bytes), end)),
  fc.tuple(streamId, size).map(([id, bytes]) => windowUpdate(id, bytes)),
  fc.tuple(streamId).map(([id]) => resetStream(id)),
  fc.tuple(streamId, streamId).map(([id, other]) => priority(id, other)),
  fc.array(setting, { maxLength: 4 }).map((entries) => settings(...entries)),
  fc.constantFrom(settingsAcknowledged, ping(), goAway(), data(1, 'x', true)),
  fc
    .tuple(fc.nat(12), fc.nat(255), streamId, fc.uint8Array({ maxLength: 40 }))
    .map(([type, bits, id, payload]) => frame(type, bits, id, Buffer.from(payload))),
)

interface Mutation {
  readonly at: number
  readonly kind: 'flip' | 'drop' | 'repeat' | 'insert'
  readonly byte: number
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(2000),
  kind: fc.constantFrom('flip', 'drop', 'repeat', 'insert'),
  byte: fc.nat(255),
})

function mutated(bytes: Buffer, { at, kind, byte }: Mutation): Buffer {
  const place = at % (bytes.length + 1)
  const before = bytes.subarray(0, place)
  const after = bytes.subarray(place)
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ byte]), after.subarray(1)])
    case 'drop':
      return Buffer.concat([before, after.subarray(byte)])
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, byte), after])
    case 'insert':
      return Buffer.concat([before, Buffer.from([byte]), after])
  }
}

/** What a client might send: frames in some order, now and then with bytes that are wrong. */
export const clientBytes: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(anyFrame, { maxLength: 25 }), fc.array(mutation, { maxLength: 2 }))
  .map(([frames, mutations]) => mutations.reduce(mutated, Buffer.concat([greeting, ...frames])))

/** How the bytes are cut into packets. */
export const packetBytes = fc.array(fc.integer({ min: 1, max: 500 }), {
  minLength: 1,
  maxLength: 8,
})

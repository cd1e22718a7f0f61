import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codecOf, messages, messageTypes, nameOf, toOurs, toProtobufjs } from './reflection.js'
import { field, unknownFields } from './wire-bytes.js'

const runs = { numRuns: 60 }

describe.each(messageTypes.map((type) => ({ name: nameOf(type), type })))('$name', ({ type }) => {
  const codec = codecOf(type)

  test('encodes to the bytes protobufjs makes of it without defaults', () => {
    fc.assert(
      fc.property(messages(type), (message) => {
        const expected = Buffer.from(type.encode(toProtobufjs(type, message)).finish())
        expect(codec.encode(toOurs(type, message))).toEqual(expected)
      }),
      runs,
    )
  })

  test('decodes what protobufjs encodes', () => {
    fc.assert(
      fc.property(messages(type), (message) => {
        const bytes = type.encode(toProtobufjs(type, message)).finish()
        expect(comparable(codec.decode(bytes))).toEqual(comparable(toOurs(type, message)))
      }),
      runs,
    )
  })

  test('passes over fields it does not know', () => {
    fc.assert(
      fc.property(messages(type), unknownFields, unknownFields, (message, before, after) => {
        const bytes = codec.encode(toOurs(type, message))
        const decoded = codec.decode(Buffer.concat([before, bytes, after]))
        expect(codec.encode(decoded)).toEqual(bytes)
      }),
      { numRuns: 20 },
    )
  })

  test('passes over a known field of the wrong wire type', () => {
    const wrong = type.fieldsArray.map(({ id }) => field(id, 5, [1, 2, 3, 4]))
    expect(codec.encode(codec.decode(Buffer.concat(wrong))).length).toBeLessThan(3)
  })
})

/** Rows and events by their encodings: what they have parsed and cached says nothing. */
function comparable(message: unknown): unknown {
  if (Buffer.isBuffer(message)) return message
  if (Array.isArray(message)) return message.map(comparable)
  if (typeof message !== 'object' || message === null) return message
  if ('encoded' in message) return message.encoded
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, comparable(value)]),
  )
}

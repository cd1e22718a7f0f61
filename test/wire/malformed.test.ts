import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { AuthUserGetRequest, KeyValue, PutRequest, TxnRequest } from '../../src/wire/index.js'
import { codecOf, messages, messageTypes, nameOf, toOurs } from './reflection.js'
import { bytesField, field, varint, varintField } from './wire-bytes.js'

const nothing = Buffer.alloc(0)
const malformed = expect.objectContaining({ code: 'malformed-message', status: 'Internal' })

describe.each(messageTypes.map((type) => ({ name: nameOf(type), type })))('$name', ({ type }) => {
  const codec = codecOf(type)

  test('garbage decodes or is refused as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => decodesOrRefuses(codec, bytes)),
      { numRuns: 100 },
    )
  })

  test('a message cut short anywhere decodes or is refused as malformed', () => {
    fc.assert(
      fc.property(messages(type, 2), (message) => {
        const bytes = codec.encode(toOurs(type, message))
        for (let end = 0; end < Math.min(bytes.length, 200); end++) {
          decodesOrRefuses(codec, bytes.subarray(0, end))
        }
      }),
      { numRuns: 8 },
    )
  })

  test('a message with one byte changed decodes or is refused as malformed', () => {
    fc.assert(
      fc.property(messages(type, 2), fc.nat(), fc.nat({ max: 255 }), (message, place, byte) => {
        const bytes = Buffer.from(codec.encode(toOurs(type, message)))
        if (bytes.length > 0) bytes[place % bytes.length] = byte
        decodesOrRefuses(codec, bytes)
      }),
      { numRuns: 40 },
    )
  })
})

describe('refused as malformed', () => {
  test.each([
    ['a length beyond the end', Buffer.from([10, 5, 1, 2])],
    ['a length of four gigabytes', field(1, 2, varint(0xffff_ffff))],
    ['a length of more than 32 bits', field(1, 2, varint(2n ** 32n))],
    ['an unknown length beyond the end', Buffer.from([...field(1000, 2, [3]), 1])],
    ['a number that never ends', field(4, 0, Array(11).fill(0x80))],
    ['a number of more than 64 bits', field(3, 0, [...Array(9).fill(0xff), 2])],
    ['a number cut short', field(3, 0, [0x80])],
    ['field number 0', varintField(0, 1)],
    ['a field number of more than 29 bits', varintField(2 ** 29, 1)],
    ['wire type 6', field(9, 6, [])],
    ['wire type 7', field(9, 7, [])],
    ['the end of a group that never began', field(9, 4, [])],
    ['a group that never ends', field(9, 3, [])],
    ['a group that ends under another number', Buffer.concat([field(9, 3, []), field(8, 4, [])])],
    ['groups nested beyond a hundred deep', groups(101)],
    ['groups nested far deeper than the stack', groups(100_000)],
    ['four bytes cut short', field(9, 5, [1, 2, 3])],
    ['eight bytes cut short', field(9, 1, [1, 2, 3, 4, 5, 6, 7])],
  ])('%s', (_what, bytes) => {
    expect(() => PutRequest.decode(bytes)).toThrow(malformed)
  })

  test('a message inside that claims more than the message around it has', () => {
    const inner = Buffer.from([...field(1, 2, varint(40))])
    const bytes = Buffer.concat([bytesField(1, inner), bytesField(1, Buffer.alloc(60))])
    expect(() => TxnRequest.decode(bytes)).toThrow(malformed)
  })

  test('text that is not UTF-8', () => {
    expect(() => AuthUserGetRequest.decode(bytesField(1, Buffer.from([0x61, 0xff])))).toThrow(
      malformed,
    )
    const replacement = bytesField(1, Buffer.from('\ufffd'))
    expect(AuthUserGetRequest.decode(replacement)).toEqual({ name: '\ufffd' })
  })

  test('a damaged row, when a field is asked for', () => {
    const row = KeyValue.fromEncoded(Buffer.from([10, 5, 1]))
    expect(() => row.key).toThrow(malformed)
    expect(() => KeyValue.decode(Buffer.from([10, 5, 1]))).toThrow(malformed)
  })

  test('transactions in transactions beyond a hundred messages deep', () => {
    expect(TxnRequest.decode(nested(51)).success).toHaveLength(1)
    expect(() => TxnRequest.decode(nested(52))).toThrow(malformed)
  })

  test('depth is what counts, not how many messages and groups stand side by side', () => {
    const siblings = Buffer.concat([...Array(300).fill(bytesField(1, nothing)), groups(100)])
    expect(TxnRequest.decode(Buffer.concat([siblings, groups(100)])).compare).toHaveLength(300)
  })

  test('nesting far deeper than the stack', () => {
    expect(() => TxnRequest.decode(nested(20_000))).toThrow(malformed)
  })
})

function decodesOrRefuses(codec: ReturnType<typeof codecOf>, bytes: Uint8Array): void {
  try {
    codec.decode(bytes)
  } catch (error) {
    if (!(error instanceof MetastoreError && error.code === 'malformed-message')) throw error
  }
}

/** Unknown groups, each inside the one before. */
function groups(depth: number): Buffer {
  const ends = [field(9, 3, nothing), field(9, 4, nothing)]
  return Buffer.concat(ends.flatMap((end) => Array<Buffer>(depth).fill(end)))
}

/** A transaction whose success branch holds a transaction, and so on; two messages a level. */
function nested(levels: number): Buffer {
  const parts: Buffer[] = []
  let size = 0
  for (let level = 1; level < levels; level++) {
    const operation = field(4, 2, varint(size))
    const branch = field(2, 2, varint(size + operation.length))
    parts.push(operation, branch)
    size += operation.length + branch.length
  }
  return Buffer.concat(parts.reverse())
}

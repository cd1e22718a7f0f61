import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EncodedField, HpackDecoder, HpackEncoder } from '../../../src/http2/hpack/index.js'

const maxDecoderBytes = 6000

const latin1 = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)),
    maxLength,
  })

/** Few names and values, so that tables are hit, beside any others. */
const field: fc.Arbitrary<EncodedField> = fc.record({
  name: fc.oneof(fc.constantFrom(':path', ':status', 'content-type', 'a', 'b', 'c'), latin1(50)),
  value: fc.oneof(fc.constantFrom('/', '200', 'application/grpc', '', 'x'), latin1(300)),
  indexing: fc.constantFrom('index', 'plain', 'never'),
})

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ fields: fc.array(field, { maxLength: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ peerBytes: fc.nat({ max: maxDecoderBytes }) }) },
)

test('any fields come back equal, over many blocks and changes of the table size', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.constantFrom(0, 100, 400, 4096, 9000),
      (steps, maxTableBytes) => {
        const encoder = new HpackEncoder({ maxTableBytes })
        const decoder = new HpackDecoder({ maxTableBytes: maxDecoderBytes, maxListBytes: 1e6 })
        for (const each of steps) {
          if ('peerBytes' in each) encoder.setPeerTableBytes(each.peerBytes)
          else {
            const { fields } = decoder.decode(encoder.encode(each.fields))
            expect(fields).toEqual(each.fields.map(({ name, value }) => ({ name, value })))
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a block decodes alike while the version of the table stands still', () => {
  fc.assert(
    fc.property(fc.array(fc.array(field, { maxLength: 4 }), { maxLength: 20 }), (lists) => {
      const encoder = new HpackEncoder({ maxTableBytes: 300 })
      const decoder = new HpackDecoder({ maxTableBytes: 300, maxListBytes: 1e6 })
      for (const list of lists) {
        const before = decoder.tableVersion
        const block = encoder.encode(list)
        const decoded = decoder.decode(block)
        if (decoder.tableVersion !== before) continue
        expect(decoder.decode(block)).toEqual(decoded)
        expect(decoder.tableVersion).toBe(before)
      }
    }),
  )
})

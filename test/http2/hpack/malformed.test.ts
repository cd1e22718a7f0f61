import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HpackDecoder, HpackError } from '../../../src/http2/hpack/index.js'
import { hex } from './blocks.js'

const malformed = [
  { what: 'index 0', block: '80', message: 'index of no table entry' },
  { what: 'an index behind an empty table', block: 'be', message: 'index of no table entry' },
  { what: 'an index far behind everything', block: 'ff8001', message: 'index of no table entry' },
  { what: 'a name of no entry, to index', block: '7e 00', message: 'index of no table entry' },
  { what: 'a name of no entry', block: '0f 2f 00', message: 'index of no table entry' },
  { what: 'a size update behind a field', block: '82 20', message: 'update behind a field' },
  { what: 'a size above the limit', block: '3fe21f', message: 'table size above the limit' },
  { what: 'an integer that ends early', block: 'ff', message: 'cut short' },
  { what: 'an integer that never ends', block: 'ff80', message: 'cut short' },
  { what: 'a literal without name', block: '40', message: 'cut short' },
  { what: 'a literal without value', block: '40 01 61', message: 'cut short' },
  { what: 'a name longer than the block', block: '40 03 6161', message: 'cut short' },
  { what: 'a value longer than the block', block: '04 02 61', message: 'cut short' },
  { what: 'a length far beyond the block', block: '04 7f ffffff7f 61', message: 'cut short' },
  { what: 'an integer of 33 bits', block: 'ff 81ffffff0f', message: 'integer too large' },
  { what: 'an integer of 35 bits', block: 'ff ffffffff7f', message: 'integer too large' },
  { what: 'six bytes of continuation', block: 'ff 808080808000', message: 'integer too long' },
  { what: 'the end-of-string symbol', block: '04 84 ffffffff', message: 'end-of-string' },
  { what: 'it behind other symbols', block: '04 85 1fffffffff', message: 'end-of-string' },
  { what: 'padding of zeros', block: '04 81 18', message: 'wrong padding' },
  { what: 'padding with one zero', block: '04 81 1e', message: 'wrong padding' },
  { what: 'padding of eight bits', block: '04 82 1fff', message: 'wrong padding' },
  { what: 'nothing but a byte of padding', block: '04 81 ff', message: 'wrong padding' },
  { what: 'a code that is cut off', block: '04 82 ffc0', message: 'wrong padding' },
]

describe('a malformed block', () => {
  test.each(malformed)('is refused: $what', ({ block, message }) => {
    const decode = () => newDecoder().decode(hex(block))
    expect(decode).toThrow(HpackError)
    expect(decode).toThrow(message)
  })

  test('is not one whose integer needs all of its five bytes', () => {
    expect(() => newDecoder().decode(hex('ff 80ffffff0f'))).toThrow('index of no table entry')
    expect(newDecoder().decode(hex('3f e19f808000')).fields).toEqual([])
  })
})

test('any bytes either decode or are refused, and nothing else happens', () => {
  let refused = 0
  let decoded = 0
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (blocks) => {
      const decoder = newDecoder()
      for (const block of blocks) {
        try {
          const { fields, listBytes } = decoder.decode(Buffer.from(block))
          expect(listBytes).toBeGreaterThanOrEqual(fields.length * 32)
          decoded += 1
        } catch (error) {
          expect(error).toBeInstanceOf(HpackError)
          refused += 1
        }
      }
    }),
    { numRuns: 2000 },
  )
  expect(Math.min(refused, decoded)).toBeGreaterThan(100)
})

function newDecoder(): HpackDecoder {
  return new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 65_536 })
}

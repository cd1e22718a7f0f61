import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeBits, codes, endOfString } from '../../../src/http2/hpack/huffman-code.js'
import { HuffmanDecoder } from '../../../src/http2/hpack/huffman-decoder.js'
import { huffmanBytes, writeHuffman } from '../../../src/http2/hpack/huffman-encoder.js'
import { hex } from './blocks.js'

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 600,
})

/** Rows of RFC 7541, appendix B: the first and the last of several lengths. */
const rows = [
  { symbol: 0, code: 0x1ff8, bits: 13 },
  { symbol: 1, code: 0x7fffd8, bits: 23 },
  { symbol: 2, code: 0xfffffe2, bits: 28 },
  { symbol: 10, code: 0x3ffffffc, bits: 30 },
  { symbol: 22, code: 0x3ffffffe, bits: 30 },
  { symbol: 32, code: 0x14, bits: 6 },
  { symbol: 48, code: 0x0, bits: 5 },
  { symbol: 58, code: 0x5c, bits: 7 },
  { symbol: 90, code: 0xfd, bits: 8 },
  { symbol: 92, code: 0x7fff0, bits: 19 },
  { symbol: 116, code: 0x9, bits: 5 },
  { symbol: 124, code: 0x7fc, bits: 11 },
  { symbol: 125, code: 0x3ffd, bits: 14 },
  { symbol: 128, code: 0xfffe6, bits: 20 },
  { symbol: 230, code: 0x1fffe8, bits: 21 },
  { symbol: 249, code: 0xffffffe, bits: 28 },
  { symbol: 255, code: 0x3ffffee, bits: 26 },
  { symbol: endOfString, code: 0x3fffffff, bits: 30 },
]

describe('the Huffman code', () => {
  test.each(rows)('of symbol $symbol is that of the RFC', ({ symbol, code, bits }) => {
    expect([codes[symbol], codeBits[symbol]]).toEqual([code, bits])
  })

  test('leaves no sequence of bits unused', () => {
    const share = Array.from(codeBits).reduce((sum, bits) => sum + 2 ** -bits, 0)
    expect([codeBits.length, share]).toEqual([257, 1])
  })

  test('encodes as the RFC does', () => {
    expect(encode('www.example.com')).toEqual(hex('f1e3 c2e5 f23a 6ba0 ab90 f4ff'))
    expect(encode('no-cache')).toEqual(hex('a8eb 1064 9cbf'))
    expect(encode('')).toEqual(Buffer.alloc(0))
  })

  test('gives every byte back, alone and beside others', () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code))
    for (const symbol of all) expect(decode(encode(symbol))).toBe(symbol)
    expect(decode(encode(all))).toBe(all)
  })

  test('gives any string back, in as many bytes as was foretold', () => {
    fc.assert(
      fc.property(latin1, (text) => {
        const bytes = encode(text)
        expect(bytes.length).toBe(huffmanBytes(text))
        expect(decode(bytes)).toBe(text)
      }),
    )
  })

  test('gives a string back that is much longer than what is decoded at a time', () => {
    const text = 'etcdserver: no leader; '.repeat(1000)
    expect(decode(encode(text))).toBe(text)
  })

  test('decodes only what lies between start and end', () => {
    const block = Buffer.concat([hex('ff'), encode('no-cache'), hex('00')])
    expect(new HuffmanDecoder().decode(block, 1, block.length - 1)).toBe('no-cache')
  })
})

function encode(text: string): Buffer {
  const out = Buffer.alloc(text.length * 4)
  return out.subarray(0, writeHuffman(text, out, 0))
}

function decode(bytes: Buffer): string {
  return new HuffmanDecoder().decode(bytes, 0, bytes.length)
}

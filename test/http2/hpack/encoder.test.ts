import { describe, expect, test } from 'vitest'
import { BlockWriter } from '../../../src/http2/hpack/block-writer.js'
import { HpackDecoder, HpackEncoder, HpackError } from '../../../src/http2/hpack/index.js'
import { dynamicTable, fields, hex } from './blocks.js'
import { sequences } from './rfc-examples.js'

const short = { name: 'n', value: '!' }
const [one, two, three] = ['1', '2', '3'].map((value) => ({ name: 'name', value: `@${value}` }))

describe('RFC 7541, appendix C, encoded', () => {
  test.each([
    { title: 'C.1.1', value: 10, mask: 0x1f, bytes: '0a' },
    { title: 'C.1.2', value: 1337, mask: 0x1f, bytes: '1f9a0a' },
    { title: 'C.1.3', value: 42, mask: 0xff, bytes: '2a' },
    { title: 'the last of the prefix', value: 30, mask: 0x1f, bytes: '1e' },
    { title: 'the first beyond it', value: 31, mask: 0x1f, bytes: '1f00' },
    { title: 'the last of one more byte', value: 158, mask: 0x1f, bytes: '1f7f' },
    { title: 'the first of two more', value: 159, mask: 0x1f, bytes: '1f8001' },
    { title: 'the largest', value: 0xffff_ffff, mask: 0x1f, bytes: '1fe0ffffff0f' },
  ])('an integer: $title', ({ value, mask, bytes }) => {
    const writer = new BlockWriter(6)
    writer.integer(0, mask, value)
    expect(writer.done()).toEqual(hex(bytes))
  })

  const [requests, responses] = [sequences[1], sequences[3]]

  test(`${requests?.title}`, () => {
    const encoder = new HpackEncoder({ maxTableBytes: 4096 })
    for (const { fields, block } of requests?.steps ?? []) {
      expect(encoder.encode(fields)).toEqual(hex(block))
    }
  })

  test(`${responses?.title}, where 307 is no shorter with Huffman and so goes without`, () => {
    const encoder = new HpackEncoder({ maxTableBytes: 256 })
    const blocks = responses?.steps.map(({ fields }) => encoder.encode(fields))
    expect(blocks).toEqual([
      hex(`3fe101 ${responses?.steps[0]?.block}`),
      hex('4803 3330 37c1 c0bf'),
      hex(responses?.steps[2]?.block ?? ''),
    ])
  })
})

describe('a field', () => {
  test('of the static table is one byte, even where it is not worth indexing', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 0 })
    expect(encoder.encode(fields(':status: 200', ':method: POST'))).toEqual(hex('88 83'))
    expect(encoder.encode([{ name: ':status', value: '200', indexing: 'plain' }])).toEqual(
      hex('88'),
    )
  })

  test('that is plain is sent in full each time, with its name indexed', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 4096 })
    const plain = { name: ':path', value: '!', indexing: 'plain' } as const
    expect(encoder.encode([plain, plain])).toEqual(hex('04 01 21 04 01 21'))
  })

  test('that is plain is one byte when it is known already', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 4096 })
    encoder.encode([short])
    expect(encoder.encode([{ ...short, indexing: 'plain' }])).toEqual(hex('be'))
  })

  test('that must never be indexed says so and is sent in full, even when it is known', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 4096 })
    encoder.encode([short])
    const secrets = [
      { ...short, indexing: 'never' },
      { name: ':method', value: '!', indexing: 'never' },
      { name: 'z', value: '!', indexing: 'never' },
    ] as const
    expect(encoder.encode(secrets)).toEqual(hex('1f 2f 01 21  12 01 21  10 01 7a 01 21'))
    expect(encoder.encode([short])).toEqual(hex('be'))
  })

  test('too large for the table is sent without indexing and drives nothing out', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 100 })
    encoder.encode([short])
    const large = { name: 'n', value: '!'.repeat(68) }
    expect(encoder.encode([large]).subarray(0, 3)).toEqual(hex('0f 2f 44'))
    expect(encoder.encode([short])).toEqual(hex('be'))
  })

  test('without a table is never inserted', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 0 })
    expect(encoder.encode([short])).toEqual(hex('00 01 6e 01 21'))
    expect(encoder.encode([short])).toEqual(hex('00 01 6e 01 21'))
  })

  test('that was evicted is sent in full again', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 76 })
    encoder.encode([one, two].flatMap((field) => field ?? []))
    expect(encoder.encode([one ?? short])).toEqual(hex('bf'))
    expect(encoder.encode([three ?? short])).toEqual(hex('7e 02 4033'))
    expect(encoder.encode([one ?? short])).toEqual(hex('7e 02 4031'))
    expect(encoder.encode([three ?? short])).toEqual(hex('bf'))
  })

  test('of characters that are no bytes is refused, and the encoder goes on as if never asked', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 4096 })
    const decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 4096 })
    // Its lower byte is a carriage return: cut down to bytes it would begin another line.
    const smuggled = { name: 'x', value: '\u010d' }
    expect(() => encoder.encode([short, smuggled])).toThrow(HpackError)
    expect(() => encoder.encode([{ name: '\u010d', value: '' }])).toThrow(HpackError)
    expect(decoder.decode(encoder.encode([short])).fields).toEqual([short])
  })
})

describe('a size update', () => {
  const peer = () => new HpackEncoder({ maxTableBytes: 4096 })

  test('is not sent while nothing changes', () => {
    const encoder = peer()
    encoder.setPeerTableBytes(4096)
    encoder.setPeerTableBytes(1_000_000)
    expect(encoder.encode([])).toEqual(hex(''))
  })

  test('tells a smaller table, once, in the next block', () => {
    const encoder = peer()
    encoder.setPeerTableBytes(1337)
    expect(encoder.encode(fields(':status: 200'))).toEqual(hex('3f9a0a 88'))
    expect(encoder.encode(fields(':status: 200'))).toEqual(hex('88'))
  })

  test('tells the smallest size and the last when there were several', () => {
    const encoder = peer()
    for (const bytes of [1000, 0, 500, 31]) encoder.setPeerTableBytes(bytes)
    expect(encoder.encode([])).toEqual(hex('20 3f00'))
    encoder.setPeerTableBytes(4096)
    expect(encoder.encode([])).toEqual(hex('3fe11f'))
  })

  test('tells of nothing between that the peer emptied its table', () => {
    const encoder = peer()
    const decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 4096 })
    decoder.decode(encoder.encode([short]))
    encoder.setPeerTableBytes(0)
    encoder.setPeerTableBytes(4096)
    const block = encoder.encode([short])
    expect(block).toEqual(hex('20 3fe11f 40 01 6e 01 21'))
    expect(decoder.decode(block).fields).toEqual([short])
    expect(dynamicTable(decoder)).toEqual([short])
  })

  test('grows the table up to what the encoder was allowed, not to what the peer offers', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 8192 })
    encoder.setPeerTableBytes(65_536)
    expect(encoder.encode([])).toEqual(hex('3fe13f'))
  })

  test('tells at the start of a table smaller than the usual', () => {
    expect(new HpackEncoder({ maxTableBytes: 31 }).encode([])).toEqual(hex('3f00'))
  })

  test('is sent without a table only where the peer asks for less than it assumes', () => {
    const encoder = new HpackEncoder({ maxTableBytes: 0 })
    expect(encoder.encode([])).toEqual(hex(''))
    encoder.setPeerTableBytes(4096)
    expect(encoder.encode([])).toEqual(hex(''))
    encoder.setPeerTableBytes(100)
    expect(encoder.encode([])).toEqual(hex('20'))
    encoder.setPeerTableBytes(0)
    expect(encoder.encode([])).toEqual(hex(''))
  })
})

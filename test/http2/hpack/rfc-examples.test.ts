import { describe, expect, test } from 'vitest'
import { BlockReader } from '../../../src/http2/hpack/block-reader.js'
import { HuffmanDecoder } from '../../../src/http2/hpack/huffman-decoder.js'
import { HpackDecoder } from '../../../src/http2/hpack/index.js'
import { dynamicTable, fields, hex, tableBytes } from './blocks.js'
import { sequences } from './rfc-examples.js'

const integers = [
  { title: 'C.1.1: 10 in a prefix of five bits', bytes: '0a', mask: 0x1f, value: 10 },
  { title: 'C.1.2: 1337 in a prefix of five bits', bytes: '1f9a0a', mask: 0x1f, value: 1337 },
  { title: 'C.1.3: 42 from the start of a byte', bytes: '2a', mask: 0xff, value: 42 },
]

const representations = [
  {
    title: 'C.2.1: literal with indexing',
    block: '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
    fields: fields('custom-key: custom-header'),
    table: fields('custom-key: custom-header'),
  },
  {
    title: 'C.2.2: literal without indexing',
    block: '040c 2f73 616d 706c 652f 7061 7468',
    fields: fields(':path: /sample/path'),
    table: [],
  },
  {
    title: 'C.2.3: literal never indexed',
    block: '1008 7061 7373 776f 7264 0673 6563 7265 74',
    fields: fields('password: secret'),
    table: [],
  },
  { title: 'C.2.4: indexed field', block: '82', fields: fields(':method: GET'), table: [] },
]

describe('RFC 7541, appendix C, decoded', () => {
  test.each(integers)('$title', ({ bytes, mask, value }) => {
    const reader = new BlockReader(hex(bytes), new HuffmanDecoder())
    expect(reader.integer(mask)).toBe(value)
    expect(reader.more()).toBe(false)
  })

  test.each(representations)('$title', ({ block, fields, table }) => {
    const decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 4096 })
    expect(decoder.decode(hex(block)).fields).toEqual(fields)
    expect(dynamicTable(decoder)).toEqual(table)
  })

  test.each(sequences)('$title', ({ maxTableBytes, steps }) => {
    const decoder = new HpackDecoder({ maxTableBytes, maxListBytes: 4096 })
    for (const step of steps) {
      expect(decoder.decode(hex(step.block)), step.title).toEqual({
        fields: step.fields,
        listBytes: tableBytes(step.fields),
        tooLarge: false,
      })
      expect(dynamicTable(decoder), step.title).toEqual(step.table)
      expect(tableBytes(dynamicTable(decoder)), step.title).toBe(step.tableBytes)
    }
  })
})

import { expect, test } from 'vitest'
import { HpackEncoder } from '../../src/http2/hpack/index.js'
import { HeaderDecoding } from '../../src/http2/inbound/header-blocks.js'
import { RequestHead } from '../../src/http2/inbound/request-head.js'

const maxListBytes = 64 * 1024

function fields(path: string, more: Readonly<Record<string, string>> = {}) {
  const all = { ':method': 'POST', ':scheme': 'http', ':path': path, ...more }
  return Object.entries(all).map(([name, value]) => ({ name, value }))
}

function read(decoding: HeaderDecoding, block: Buffer): RequestHead {
  const head = decoding.request(block, 0, block.length)
  if (!(head instanceof RequestHead)) throw new Error(head)
  return head
}

test('equal blocks are one head, be they of one call or of several in turn', () => {
  const decoding = new HeaderDecoding(maxListBytes)
  const encoder = new HpackEncoder({ maxTableBytes: 4096 })
  for (const path of ['/a', '/b']) read(decoding, encoder.encode(fields(path)))
  const [a, b] = ['/a', '/b'].map((path) => read(decoding, encoder.encode(fields(path))))
  expect([a?.path, b?.path]).toEqual(['/a', '/b'])
  for (let turn = 0; turn < 3; turn++) {
    expect(read(decoding, encoder.encode(fields('/a')))).toBe(a)
    expect(read(decoding, encoder.encode(fields('/a')))).toBe(a)
    expect(read(decoding, encoder.encode(fields('/b')))).toBe(b)
  }
})

test('equal blocks mean different heads once the table has changed between them', () => {
  const decoding = new HeaderDecoding(maxListBytes)
  const encoder = new HpackEncoder({ maxTableBytes: 4096 })
  read(decoding, encoder.encode(fields('/a')))
  const blockOfA = encoder.encode(fields('/a'))
  expect(read(decoding, blockOfA).path).toBe('/a')
  read(decoding, encoder.encode(fields('/b')))
  expect(read(decoding, blockOfA).path).toBe('/b')
})

test('a block that begins like the last one is not taken for it', () => {
  const decoding = new HeaderDecoding(maxListBytes)
  const encoder = new HpackEncoder({ maxTableBytes: 0 })
  for (const more of [{ x: '1' }, { x: '1' }, { x: '2' }, { x: '1', y: '3' }, {}]) {
    const head = read(decoding, encoder.encode(fields('/a', more)))
    expect(Object.fromEntries(head.fields.map(({ name, value }) => [name, value]))).toEqual(more)
  }
})

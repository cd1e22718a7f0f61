import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Event, KeyValue, PutRequest, WatchResponse } from '../../src/wire/index.js'
import { Writer } from '../../src/wire/writer.js'
import { bytesField } from './wire-bytes.js'

const chunkBytes = 256

describe('Writer', () => {
  test('never touches bytes it has handed out, whatever is written later', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 * chunkBytes }), { maxLength: 60 }), (sizes) => {
        const writer = new Writer(chunkBytes)
        const finished = sizes.map((size, index) => {
          const value = Buffer.alloc(size, index)
          writer.begin().bytes(10, value)
          return { bytes: writer.finish(), expected: bytesField(1, value) }
        })
        for (const { bytes, expected } of finished) expect(bytes).toEqual(expected)
      }),
    )
  })

  test('messages keep their lengths when they outgrow a chunk half-way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: chunkBytes }), { minLength: 1, maxLength: 12 }),
        (sizes) => {
          const writer = new Writer(chunkBytes).begin()
          const outer = writer.mark()
          for (const size of [...sizes].reverse()) writer.bytes(18, Buffer.alloc(size, size))
          writer.message(10, outer)
          const inner = Buffer.concat(sizes.map((size) => bytesField(2, Buffer.alloc(size, size))))
          expect(writer.finish()).toEqual(bytesField(1, inner))
        },
      ),
    )
  })

  test('small messages share a chunk; large ones get memory of exactly their size', () => {
    const writer = new Writer(chunkBytes)
    const [first, second] = [1, 2].map((value) => {
      writer.begin().int64(8, value)
      return writer.finish()
    })
    expect(first?.buffer).toBe(second?.buffer)
    writer.begin().bytes(10, Buffer.alloc(10 * chunkBytes))
    const large = writer.finish()
    expect(large.buffer.byteLength).toBe(large.length)
    writer.begin().int64(8, 3)
    expect(writer.finish().buffer).toBe(first?.buffer)
  })

  test('a large message whose size is known stays where it was written, and may be larger all the same', () => {
    const value = Buffer.alloc(10 * chunkBytes, 7)
    for (const mostBytes of [11 * chunkBytes, 5 * chunkBytes]) {
      const writer = new Writer(chunkBytes)
      writer.begin(mostBytes).bytes(10, value)
      const large = writer.finish()
      expect(large).toEqual(bytesField(1, value))
      if (mostBytes > large.length) expect(large.buffer.byteLength).toBe(mostBytes)
      writer.begin().int64(8, 1)
      expect(writer.finish().toString('hex')).toBe('0801')
    }
  })

  test('a message that was begun and never finished leaves no trace', () => {
    for (const size of [1, 10 * chunkBytes]) {
      const writer = new Writer(chunkBytes)
      writer.begin().bytes(10, Buffer.alloc(size))
      writer.begin().int64(8, 1)
      expect(writer.finish().toString('hex')).toBe('0801')
    }
  })
})

describe('encoding', () => {
  test('a value that cannot be written does not spoil the next message', () => {
    const broken = { ...PutRequest.create(), key: Buffer.from('k'), value: null }
    expect(() => PutRequest.encode(broken as unknown as PutRequest)).toThrow(TypeError)
    const request = PutRequest.create({ key: Buffer.from('k') })
    expect(PutRequest.encode(request)).toEqual(bytesField(1, Buffer.from('k')))
  })

  test('an event may be encoded for the first time inside a response', () => {
    const row = KeyValue.of({
      key: Buffer.from('k'),
      value: Buffer.alloc(20_000, 7),
      createRevision: 1,
      modRevision: 1,
      version: 1,
      lease: 0n,
    })
    const response = WatchResponse.create({ events: [new Event(0, row), new Event(1, row)] })
    const [first, second] = WatchResponse.decode(WatchResponse.encode(response)).events
    expect([first?.type, second?.type]).toEqual([0, 1])
    expect(second?.kv.encoded).toEqual(row.encoded)
  })
})

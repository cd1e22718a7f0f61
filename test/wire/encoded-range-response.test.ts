import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  EncodedKeyValues,
  EncodedRangeResponse,
  EncodingRangeResponse,
  KeyValue,
  KeyValueBlock,
  RangeResponse,
} from '../../src/wire/index.js'

const header = { clusterId: 7n, memberId: 2n ** 63n, revision: 12, raftTerm: 3 }

function keyValueOf(key: string, valueBytes: number): KeyValue {
  return KeyValue.of({
    key: Buffer.from(key, 'latin1'),
    value: Buffer.alloc(valueBytes, 'v'),
    createRevision: 2,
    modRevision: 12,
    version: 4,
    lease: 9n,
  })
}

const key = fc
  .array(fc.constantFrom('a', 'b', '\0', '\u00ff'), { minLength: 1, maxLength: 4 })
  .map((units) => units.join(''))
const longKey = fc.constantFrom('a'.repeat(100), 'a'.repeat(300), 'b'.repeat(20_000))
const size = fc.constantFrom(0, 1, 100, 200, 20_000)
const rows = fc
  .dictionary(fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: longKey }), size)
  .map((sizes) => new Map(Object.entries(sizes)))

function inOrder(sizes: ReadonlyMap<string, number>): KeyValue[] {
  return [...sizes]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, valueBytes]) => keyValueOf(name, valueBytes))
}

function blockOf(keyValues: readonly KeyValue[]): KeyValueBlock {
  return KeyValueBlock.of(keyValues, 0, keyValues.length)
}

function encodedOf(keyValue: KeyValue | undefined): Buffer {
  return keyValue?.encoded ?? Buffer.alloc(0)
}

function bytesOf(block: KeyValueBlock): Buffer {
  return block.fields(0, block.count)
}

test('a response of keys one by one is what it always is', () => {
  fc.assert(
    fc.property(rows, fc.nat(), fc.boolean(), (sizes, count, more) => {
      const response = RangeResponse.create({ header, kvs: inOrder(sizes), more, count })
      expect(EncodingRangeResponse.encode(response).equals(RangeResponse.encode(response))).toBe(
        true,
      )
    }),
  )
})

describe('a response whose keys are encoded', () => {
  test('is, byte for byte, what it would be of the keys one by one', () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.nat(), fc.boolean(), (sizes, one, other, more) => {
        const all = inOrder(sizes)
        const [from, to] = [one % (all.length + 1), other % (all.length + 1)].sort((a, b) => a - b)
        const middle = Math.floor(all.length / 2)
        const blocks = [KeyValueBlock.of(all, 0, middle), KeyValueBlock.of(all, middle, all.length)]
        const parts = blocks.map((block, at) => {
          const start = at * middle
          const within = (index = 0) => Math.min(Math.max(index - start, 0), block.count)
          return { block, from: within(from), to: within(to) }
        })
        const kvs = all.slice(from, to)
        const encoded = EncodedKeyValues.of(parts)
        const response = new EncodedRangeResponse(header, encoded, more, kvs.length * 2)
        const plain = RangeResponse.create({ header, kvs, more, count: kvs.length * 2 })
        const bytes = EncodingRangeResponse.encode(response)
        expect(bytes.equals(RangeResponse.encode(plain))).toBe(true)
        expect(response.kvs).toHaveLength(kvs.length)
        expect(response.kvs.every((each, at) => each.encoded.equals(encodedOf(kvs[at])))).toBe(true)
      }),
    )
  })

  test('is not laid together where it is long, and in parts is the same', () => {
    const keyValues = Array.from({ length: 40 }, (_, at) => keyValueOf(`key-${at + 10}`, 20_000))
    const parts = [0, 10, 20, 30].map((from) => ({
      block: KeyValueBlock.of(keyValues, from, from + 10),
      from: 0,
      to: 10,
    }))
    const response = new EncodedRangeResponse(header, EncodedKeyValues.of(parts), true, 50)
    const encoded = EncodingRangeResponse.encodeParts?.(response) ?? []
    expect(encoded.length).toBeGreaterThan(parts.length)
    const plain = RangeResponse.create({ header, kvs: keyValues, more: true, count: 50 })
    expect(Buffer.concat(encoded).equals(RangeResponse.encode(plain))).toBe(true)
    const short = new EncodedRangeResponse(header, EncodedKeyValues.of([]), false, 0)
    expect(EncodingRangeResponse.encodeParts?.(short)).toBe(undefined)
  })

  test('gives its keys to who looks in memory of their own', () => {
    const block = blockOf([keyValueOf('a', 10), keyValueOf('b', 10)])
    const response = () =>
      new EncodedRangeResponse(header, EncodedKeyValues.of([{ block, from: 0, to: 2 }]), false, 2)
    response().kvs[0]?.value.fill('x')
    expect(response().kvs[0]?.value.toString()).toBe('v'.repeat(10))
  })

  test('is like any other to who copies or compares it', () => {
    const keyValue = keyValueOf('a', 10)
    const encoded = EncodedKeyValues.of([{ block: blockOf([keyValue]), from: 0, to: 1 }])
    const response = new EncodedRangeResponse(header, encoded, true, 5)
    const plain = RangeResponse.create({ header, kvs: [keyValue], more: true, count: 5 })
    expect(Object.keys(response).sort()).toEqual(Object.keys(plain).sort())
    expect(response.kvs[0]?.encoded.equals(keyValue.encoded)).toBe(true)
    const others = RangeResponse.create({ ...response, kvs: [] })
    expect(EncodingRangeResponse.encode({ ...response, kvs: [] })).toEqual(
      RangeResponse.encode(others),
    )
    expect({ ...response }.kvs).toBe(response.kvs)
  })

  test('leaves other responses as they are', () => {
    const plain = RangeResponse.create({ header, kvs: [keyValueOf('a', 10)], count: 1 })
    expect(EncodingRangeResponse.encode(plain)).toEqual(RangeResponse.encode(plain))
    expect(EncodingRangeResponse.decode(RangeResponse.encode(plain)).count).toBe(1)
  })
})

describe('a block of keys', () => {
  test('finds keys as a sorted list does, and is another after changes', () => {
    const change = fc.record({
      key: fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: longKey }),
      size: fc.option(size),
    })
    fc.assert(
      fc.property(rows, fc.array(change, { maxLength: 8 }), (sizes, changes) => {
        const before = inOrder(sizes)
        const block = blockOf(before)
        const after = new Map(sizes)
        for (const { key: name, size: valueBytes } of changes) {
          if (valueBytes === null) after.delete(name)
          else after.set(name, valueBytes)
        }
        const changed = block.changed(
          [...new Set(changes.map((each) => each.key))].sort().map((name) => {
            const valueBytes = after.get(name)
            const keyValue = valueBytes === undefined ? undefined : keyValueOf(name, valueBytes)
            return { key: name, keyValue }
          }),
        )
        expect(bytesOf(block).equals(bytesOf(blockOf(before)))).toBe(true)
        const wanted = inOrder(after)
        expect(changed.count).toBe(wanted.length)
        expect(bytesOf(changed).equals(bytesOf(blockOf(wanted)))).toBe(true)
        for (const { key: name } of changes) {
          const index = wanted.findIndex((each) => each.byteKey >= name)
          expect(changed.indexOf(name)).toBe(index < 0 ? wanted.length : index)
        }
      }),
    )
  })
})

import type protobuf from 'protobufjs'
import { describe, expect, test } from 'vitest'
import {
  AlarmRequest,
  AlarmType,
  CompactionRequest,
  Compare,
  CompareTarget,
  HashRequest,
  LeaseGrantRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  SortOrder,
  StatusResponse,
  TxnRequest,
  WatchCreateRequest,
  WatchRequest,
} from '../../src/wire/index.js'
import { codecOf, messageTypes } from './reflection.js'
import { bytesField, field, varint, varintField } from './wire-bytes.js'

const text = (value: string): Buffer => Buffer.from(value)

describe('names', () => {
  test('fields are camel case, with short forms as words', () => {
    const names = [
      ...Object.keys(LeaseGrantRequest.create()),
      ...Object.keys(AlarmRequest.create()),
      ...Object.keys(PutRequest.create()),
      ...Object.keys(StatusResponse.create()),
    ]
    for (const name of ['id', 'ttl', 'memberId', 'prevKv', 'raftAppliedIndex', 'dbSizeInUse']) {
      expect(names).toContain(name)
    }
  })

  test('a codec knows its full name', () => {
    expect(TxnRequest.name).toBe('etcdserverpb.TxnRequest')
  })
})

describe('create', () => {
  test('fills in the defaults of proto3', () => {
    expect(PutRequest.create({ key: text('a') })).toEqual({
      key: text('a'),
      value: Buffer.alloc(0),
      lease: 0n,
      prevKv: false,
      ignoreValue: false,
      ignoreLease: false,
    })
    expect(TxnRequest.create()).toEqual({ compare: [], success: [], failure: [] })
    expect(RequestOp.create().requestPut).toBeUndefined()
  })
})

describe('canonical encoding', () => {
  test('defaults take no bytes', () => {
    expect(PutRequest.encode(PutRequest.create())).toHaveLength(0)
    expect(HashRequest.encode({})).toHaveLength(0)
    expect(RangeRequest.encode(RangeRequest.create({ limit: -0 }))).toHaveLength(0)
  })

  test('fields stand in order of their numbers', () => {
    const request = PutRequest.create({ ignoreLease: true, value: text('v'), key: text('k') })
    expect(PutRequest.encode(request).toString('hex')).toBe('0a016b1201763001')
  })

  test('a member of a oneof is written even at its default', () => {
    expect(Compare.encode(Compare.create({ version: 0 }))).toEqual(varintField(4, 0))
    expect(Compare.encode(Compare.create({ value: Buffer.alloc(0) }))).toEqual(field(7, 2, [0]))
  })

  test('a message that is there is written even when it is empty', () => {
    const request = WatchRequest.create({ progressRequest: {} })
    expect(WatchRequest.encode(request)).toEqual(field(3, 2, [0]))
  })

  test('repeated enums are packed', () => {
    const request = WatchCreateRequest.create({ filters: [0, 1, -1] })
    const values = [0, 1, ...varint(-1)]
    expect(WatchCreateRequest.encode(request)).toEqual(bytesField(5, Buffer.from(values)))
  })

  test('a field number above 15 takes a tag of two bytes', () => {
    const compare = Compare.create({ rangeEnd: text('z') })
    expect(Compare.encode(compare).toString('hex')).toBe('8204017a')
  })

  test.each([
    [2 ** 63, 2n ** 63n - 1n],
    [2 ** 70, 2n ** 63n - 1n],
    [-(2 ** 63), -(2n ** 63n)],
    [-(2 ** 70), -(2n ** 63n)],
    [2 ** 53, 2n ** 53n],
    [-1, -1n],
    [2 ** 31, 2n ** 31n],
  ])('int64 %d is written as %d', (revision, expected) => {
    const bytes = CompactionRequest.encode({ revision, physical: false })
    expect(bytes).toEqual(varintField(1, expected))
  })

  test.each([
    [2 ** 64, 2n ** 64n - 1n],
    [2 ** 63, 2n ** 63n],
  ])('uint64 %d is written as %d', (raftTerm, expected) => {
    const bytes = StatusResponse.encode(StatusResponse.create({ raftTerm }))
    expect(bytes).toEqual(varintField(6, expected))
  })
})

describe('decoding', () => {
  test('the last of a repeated singular field wins', () => {
    expect(RangeRequest.decode(Buffer.concat([varintField(3, 1), varintField(3, 2)])).limit).toBe(2)
  })

  test.each(oneofPairs())('%s: %s gives way to a later %s', (_type, first, last, type) => {
    const parts = [first, last].map((name) => {
      const { id } = type.get(name) as protobuf.Field
      return isLengthDelimited(type, name) ? bytesField(id, text('')) : varintField(id, 0)
    })
    const message = codecOf(type).decode(Buffer.concat(parts))
    expect(codecOf(type).encode(message)).toEqual(parts[1])
  })

  test('repeated enums come packed, one by one, and both', () => {
    const bytes = Buffer.concat([
      varintField(5, 1),
      bytesField(5, Buffer.from([0, 1])),
      varintField(5, 9),
    ])
    expect(WatchCreateRequest.decode(bytes).filters).toEqual([1, 0, 1, 9])
  })

  test('unknown and negative enum values are kept', () => {
    expect(RangeRequest.decode(varintField(5, 99)).sortOrder).toBe(99)
    expect(RangeRequest.decode(varintField(5, -3)).sortOrder).toBe(-3)
    expect([SortOrder.DESCEND, CompareTarget.LEASE, AlarmType.CORRUPT]).toEqual([2, 4, 2])
  })

  test('any varint but 0 is true', () => {
    expect(PutRequest.decode(varintField(4, 2n ** 40n)).prevKv).toBe(true)
    expect(PutRequest.decode(field(4, 0, [0x80, 0])).prevKv).toBe(false)
  })

  test('numbers past 2^53 become the nearest double, ids stay exact', () => {
    const huge = 2n ** 53n + 1n
    expect(CompactionRequest.decode(varintField(1, huge)).revision).toBe(Number(huge))
    expect(PutRequest.decode(varintField(3, huge)).lease).toBe(huge)
    expect(PutRequest.decode(varintField(3, -huge)).lease).toBe(-huge)
    expect(AlarmRequest.decode(varintField(2, 2n ** 64n - 1n)).memberId).toBe(2n ** 64n - 1n)
  })

  test('bytes are views of the input, also of an input that is no Buffer', () => {
    const input = new Uint8Array(bytesField(1, text('key')))
    const { key } = PutRequest.decode(input)
    expect(Buffer.isBuffer(key)).toBe(true)
    expect(key.buffer).toBe(input.buffer)
    expect(key).toEqual(text('key'))
  })
})

/** Every two members of every oneof, both ways round. */
function oneofPairs(): [type: string, first: string, last: string, protobuf.Type][] {
  return messageTypes.flatMap((type) =>
    type.oneofsArray.flatMap(({ oneof: names }) =>
      names.flatMap((first) =>
        names
          .filter((last) => last !== first)
          .map((last): [string, string, string, protobuf.Type] => [type.name, first, last, type]),
      ),
    ),
  )
}

function isLengthDelimited(type: protobuf.Type, name: string): boolean {
  const { type: kind, resolvedType } = type.get(name) as protobuf.Field
  return resolvedType !== null || kind === 'bytes' || kind === 'string'
}

import { KvService, LeaseService } from '../../../src/api/generated/services.js'
import type { Codec } from '../../../src/base/codec.js'
import {
  CompactionRequest,
  Compare,
  DeleteRangeRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
  WatchCreateRequest,
} from '../../../src/wire/index.js'
import { hashKv } from './generate-hashes.js'
import { call, type Operation } from './operation.js'

interface CornerCase {
  readonly name: string
  readonly operations: readonly Operation[]
}

const quiet: Operation = { kind: 'quiet' }
const everything = { key: Buffer.from([0]), rangeEnd: Buffer.from([0]) }
const raw: Codec<Buffer> = {
  name: 'bytes as they are',
  encode: (bytes) => bytes,
  decode: (bytes) => Buffer.from(bytes),
}

/** What random operations hit too seldom, in the order in which it is done to a fresh server. */
export const cornerCases: readonly CornerCase[] = [
  {
    name: 'revision 0 of a fresh store can be compacted once',
    operations: [compact(0), compact(0), compact(1), compact(1), compact(2)],
  },
  {
    name: 'sorting by value without an order cuts after sorting one row more than asked for',
    operations: [
      ...['9', '8', '1', '0'].map((value, index) => put(`sorted/${index}`, value)),
      range({ ...prefix('sorted/'), limit: 2, sortTarget: 4 }),
      range({ ...prefix('sorted/'), limit: 2, sortTarget: 4, sortOrder: 1 }),
      range({ ...prefix('sorted/'), limit: 2, sortTarget: 4, sortOrder: 2, keysOnly: true }),
    ],
  },
  {
    name: 'a write may have 1.5 MiB, a message 512 KiB more',
    operations: [1_572_834, 1_572_864, 2_097_000, 2_097_152, 3_000_000].flatMap((size) => [
      put('large', 'v'.repeat(size)),
      txn([{ requestPut: putRequest('large', 'v'.repeat(size)) }]),
      range({ key: Buffer.from('large'), keysOnly: true }),
    ]),
  },
  {
    name: 'many keys are ranged, counted and limited in key order',
    operations: [
      ...batches(600).map((names) => txn(names.map((name) => ({ requestPut: putRequest(name) })))),
      range(prefix('many/')),
      ...[0, 100].map((limit) => rangeStream({ ...prefix('many/'), limit })),
      range({ ...prefix('many/'), limit: 100 }),
      range({ ...prefix('many/'), limit: 600 }),
      range({ ...prefix('many/'), countOnly: true }),
      range({ ...prefix('many/'), sortOrder: 2, limit: 7 }),
      range({ ...prefix('many/'), minModRevision: 9, limit: 3 }),
      call('delete range', KvService.deleteRange, {
        ...DeleteRangeRequest.create(prefix('many/2')),
        prevKv: true,
      }),
      range({ ...everything, countOnly: true }),
    ],
  },
  {
    name: 'a transaction has 128 operations at most in each of its lists',
    operations: [128, 129].flatMap((count) => [
      txn(repeat(count, { requestRange: RangeRequest.create({ key: Buffer.from('k') }) })),
      call('txn', KvService.txn, {
        ...TxnRequest.create(),
        compare: repeat(count, Compare.create({ key: Buffer.from('k') })),
      }),
      txn(repeat(count - 1, { requestTxn: TxnRequest.create() })),
      txn([{ requestTxn: nestedOf(count - 1) }, { requestTxn: nestedOf(count - 1) }]),
    ]),
  },
  {
    name: 'a nested put may be followed by a nested delete, and not the other way round',
    operations: [
      txn([nested(putOperation('n')), nested(deleteOperation('n'))]),
      txn([nested(deleteOperation('n')), nested(putOperation('n'))]),
      txn([putOperation('n'), nested(putOperation('n'))]),
      txn([deleteOperation('n'), deleteOperation('n')]),
      txn([putOperation('n'), deleteFromOn('a')]),
      quiet,
    ],
  },
  {
    name: 'revoking a lease deletes its keys in order, in one revision',
    operations: [
      call('grant', LeaseService.leaseGrant, LeaseGrantRequest.create({ id: 5n, ttl: 1000 })),
      ...['c', 'a', 'd', 'b'].map((name) =>
        call('put', KvService.put, { ...putRequest(`leased/${name}`), lease: 5n }),
      ),
      call('revoke', LeaseService.leaseRevoke, LeaseRevokeRequest.create({ id: 5n })),
      quiet,
    ],
  },
  {
    name: 'a large answer of a watch comes in fragments where they were asked for',
    operations: [
      { kind: 'watch-create', stream: 0, request: watchOf('fragment/', true) },
      { kind: 'watch-create', stream: 1, request: watchOf('fragment/', false) },
      txn(['1', '2'].map((key) => ({ requestPut: putRequest(`fragment/${key}`, large('a')) }))),
      txn(['1', '2'].map((key) => ({ requestPut: putRequest(`fragment/${key}`, large('b')) }))),
      quiet,
    ],
  },
  {
    name: 'progress is reported when every watch of the stream is up to date, and only then',
    operations: [
      progressOn(3, [watchFrom('p', 0)]),
      progressOn(4, [watchFrom('p', 0), watchFrom('p', 1_000_000)]),
      progressOn(5, [watchFrom('p', 0), watchFrom('p', 1)]),
    ].flat(),
  },
  {
    name: 'the hash of all pairs stays what it is when the servers start again',
    operations: [
      ...['h/1', 'h/2', 'h/1'].map((key) => put(key, key)),
      txn([putOperation('h/3'), deleteOperation('h/2'), putOperation('h/4')]),
      ...[0, 2, 3, 4, 5, 6, 1_000_000, -1].map(hashKv),
      { kind: 'restart', hard: true },
      txn([deleteFromOn('\0')]),
      hashKv(0),
      { kind: 'restart', hard: false },
      put('h/5', 'h/5'),
      hashKv(0),
    ],
  },
  {
    name: 'bytes that are no message',
    operations: [
      call('malformed', { ...KvService.put, request: raw }, Buffer.from([0x0a, 0x7f, 0x01])),
      call('malformed', { ...KvService.range, request: raw }, Buffer.from('garbage')),
    ],
  },
  {
    name: 'methods and services that do not exist',
    operations: ['/etcdserverpb.KV/Nothing', '/etcdserverpb.Nothing/Range', '/Range'].map((path) =>
      call('unknown method', { ...KvService.range, path }, RangeRequest.create()),
    ),
  },
]

function put(key: string, value: string): Operation {
  return call('put', KvService.put, putRequest(key, value))
}

function putRequest(key: string, value = ''): PutRequest {
  return PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) })
}

function range(request: Partial<RangeRequest>): Operation {
  return call('range', KvService.range, RangeRequest.create(request))
}

function rangeStream(request: Partial<RangeRequest>): Operation {
  return { kind: 'range-stream', request: RangeRequest.create(request) }
}

function compact(revision: number): Operation {
  return call('compact', KvService.compact, CompactionRequest.create({ revision }))
}

function txn(operations: readonly Partial<RequestOp>[]): Operation {
  const success = operations.map((operation) => RequestOp.create(operation))
  return call('txn', KvService.txn, TxnRequest.create({ success }))
}

function nested(operation: Partial<RequestOp>): Partial<RequestOp> {
  return { requestTxn: TxnRequest.create({ success: [RequestOp.create(operation)] }) }
}

function nestedOf(count: number): TxnRequest {
  const requestRange = RangeRequest.create({ key: Buffer.from('k') })
  return TxnRequest.create({ success: repeat(count, RequestOp.create({ requestRange })) })
}

function putOperation(key: string): Partial<RequestOp> {
  return { requestPut: putRequest(key) }
}

function deleteOperation(key: string): Partial<RequestOp> {
  return { requestDeleteRange: DeleteRangeRequest.create({ key: Buffer.from(key) }) }
}

function deleteFromOn(key: string): Partial<RequestOp> {
  const range = { key: Buffer.from(key), rangeEnd: Buffer.from([0]) }
  return { requestDeleteRange: DeleteRangeRequest.create(range) }
}

function watchOf(start: string, fragment: boolean): WatchCreateRequest {
  return WatchCreateRequest.create({ ...prefix(start), prevKv: true, fragment })
}

function watchFrom(key: string, startRevision: number): WatchCreateRequest {
  return WatchCreateRequest.create({ key: Buffer.from(key), startRevision })
}

/** Asks once while the watches are there, and once more when the first has been cancelled. */
function progressOn(stream: number, requests: readonly WatchCreateRequest[]): Operation[] {
  return [
    ...requests.map((request): Operation => ({ kind: 'watch-create', stream, request })),
    { kind: 'watch-progress', stream },
    { kind: 'watch-cancel', stream, watchId: 0n },
    { kind: 'watch-progress', stream },
    { kind: 'watch-close', stream },
  ]
}

function prefix(start: string): { key: Buffer; rangeEnd: Buffer } {
  const rangeEnd = Buffer.from(start)
  rangeEnd[rangeEnd.length - 1] = (rangeEnd.at(-1) ?? 0) + 1
  return { key: Buffer.from(start), rangeEnd }
}

/** Names of keys, 120 to a transaction. */
function batches(count: number): string[][] {
  return Array.from({ length: count / 120 }, (_, batch) =>
    Array.from({ length: 120 }, (_, index) => `many/${batch * 120 + index}`),
  )
}

function large(letter: string): string {
  return letter.repeat(700_000)
}

function repeat<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item)
}

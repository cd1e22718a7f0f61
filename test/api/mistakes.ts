import { LeaseService } from '../../src/api/generated/services.js'
import { Compare, LeaseRevokeRequest, RangeRequest } from '../../src/wire/index.js'
import { bytes, deleteOp, putOp, rangeOp, txnOp } from '../contract/store-operations.js'
import {
  type Call,
  call,
  compacting,
  deleting,
  granting,
  hashing,
  key,
  put,
  putting,
  range,
  stream,
  txn,
} from './failing-calls.js'

const many = <T>(item: T): T[] => Array.from({ length: 129 }, () => item)

/** What a member that runs as it should answers to requests that are wrong, by text. */
export const mistakes: Record<string, readonly Call[]> = {
  'key is not provided': [
    range({ key: bytes('') }),
    stream({ key: bytes('') }),
    putting({ key: bytes('') }),
    deleting({}),
    txn({ compare: [Compare.create()] }),
    txn({ success: [putOp('', '')] }),
    txn({ failure: [rangeOp('')] }),
    txn({ success: [txnOp({ success: [deleteOp('')] })] }),
  ],
  'key not found': [
    putting({ key: bytes('new'), ignoreValue: true }),
    putting({ key: bytes('new'), ignoreLease: true }),
    txn({ success: [{ ...rangeOp('a'), requestRange: undefined }] }),
  ],
  'value is provided': [putting({ ignoreValue: true, value: bytes('v') })],
  'lease is provided': [putting({ ignoreLease: true, lease: 5n })],
  'invalid sort option': [
    range({ sortOrder: 3 }),
    range({ sortTarget: 5 }),
    stream({ sortOrder: 3 }),
  ],
  'duplicate key given in txn request': [
    txn({ success: [putOp('a', ''), putOp('a', '')] }),
    txn({ failure: [putOp('a', ''), deleteOp('a')] }),
  ],
  'too many operations in txn request': [
    txn({ success: many(rangeOp('a')) }),
    txn({ failure: many(rangeOp('a')) }),
    txn({ compare: many(Compare.create({ key })) }),
  ],
  'request is too large': [
    putting({ value: Buffer.alloc(1_572_864) }),
    txn({ success: [putOp('a', 'v'.repeat(1_572_864))] }),
  ],
  'mvcc: required revision has been compacted': [
    range({ revision: 2 }),
    stream({ revision: 2 }),
    txn({
      success: [{ ...rangeOp('a'), requestRange: RangeRequest.create({ key, revision: 2 }) }],
    }),
    compacting(3),
    hashing(2),
  ],
  'mvcc: required revision is a future revision': [
    range({ revision: 99 }),
    stream({ revision: 99 }),
    txn({
      success: [{ ...rangeOp('a'), requestRange: RangeRequest.create({ key, revision: 99 }) }],
    }),
    compacting(99),
    hashing(99),
  ],
  'requested lease not found': [
    putting({ lease: 99n }),
    txn({ success: [{ ...putOp('a', ''), requestPut: { ...put, lease: 99n } }] }),
    call(LeaseService.leaseRevoke, LeaseRevokeRequest.create({ id: 99n })),
  ],
  'lease already exists': [granting({ id: 7n, ttl: 60 })],
  'too large lease TTL': [granting({ ttl: 9_000_000_001 })],
}

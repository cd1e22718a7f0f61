import type { Metadata } from '@grpc/grpc-js'
import { KvService, LeaseService, MaintenanceService } from '../../src/api/generated/services.js'
import type { MethodDescriptor } from '../../src/rpc/method.js'
import {
  CompactionRequest,
  DeleteRangeRequest,
  HashKVRequest,
  LeaseGrantRequest,
  PutRequest,
  RangeRequest,
  TxnRequest,
} from '../../src/wire/index.js'
import { bytes } from '../contract/store-operations.js'
import type { Failure } from '../support/raw-client.js'
import type { ServedStore } from './served-store.js'

export const key = bytes('k')
export const put = PutRequest.create({ key })

export type Call = (member: ServedStore) => Promise<Failure>

/** One call of a method, unary or not, as a client makes it. */
export function call<Request, Response>(
  method: MethodDescriptor<Request, Response>,
  request: Request,
  metadata?: Metadata,
): Call {
  return async ({ client }) => {
    const stream = client.open(method, metadata)
    stream.send(request)
    await stream.until(() => stream.ended !== undefined)
    return stream.ended ?? { code: 'OPEN', message: 'the call has not ended' }
  }
}

export const range = (init: Partial<RangeRequest>) =>
  call(KvService.range, RangeRequest.create({ key, ...init }))
export const stream = (init: Partial<RangeRequest>) =>
  call(KvService.rangeStream, RangeRequest.create({ key, ...init }))
export const putting = (init: Partial<PutRequest>) => call(KvService.put, { ...put, ...init })
export const txn = (init: Partial<TxnRequest>) => call(KvService.txn, TxnRequest.create(init))
export const deleting = (init: Partial<DeleteRangeRequest>) =>
  call(KvService.deleteRange, DeleteRangeRequest.create(init))
export const compacting = (revision: number) =>
  call(KvService.compact, CompactionRequest.create({ revision }))
export const granting = (init: Partial<LeaseGrantRequest>) =>
  call(LeaseService.leaseGrant, LeaseGrantRequest.create(init))
export const hashing = (revision: number) =>
  call(MaintenanceService.hashKv, HashKVRequest.create({ revision }))

export function all(member: ServedStore, calls: readonly Call[]): Promise<Failure[]> {
  return Promise.all(calls.map((each) => each(member)))
}

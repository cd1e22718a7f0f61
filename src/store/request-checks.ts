import { MetastoreError } from '../base/errors.js'
import {
  type DeleteRangeRequest,
  type PutRequest,
  type RangeRequest,
  type RequestOp,
  SortOrder,
  SortTarget,
  type TxnRequest,
} from '../wire/index.js'
import { checkDuplicateKeys } from './duplicate-keys.js'

const knownOrders = new Set<number>(Object.values(SortOrder))
const knownTargets = new Set<number>(Object.values(SortTarget))

/** @throws MetastoreError `key-not-provided`, `invalid-sort-option` */
export function checkRange(request: RangeRequest): void {
  checkKey(request.key)
  if (!knownOrders.has(request.sortOrder) || !knownTargets.has(request.sortTarget)) {
    throw new MetastoreError('invalid-sort-option')
  }
}

/**
 * A streamed range comes in key order, whole.
 * @throws MetastoreError `unimplemented`, and what {@link checkRange} throws
 */
export function checkRangeStream(request: RangeRequest): void {
  checkRange(request)
  if (request.sortOrder === SortOrder.DESCEND || request.sortTarget !== SortTarget.KEY) {
    throw new MetastoreError('unimplemented', 'RangeStream answers in ascending key order only')
  }
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request
  const filters = [minModRevision, maxModRevision, minCreateRevision, maxCreateRevision]
  if (filters.some((revision) => revision !== 0)) {
    throw new MetastoreError('unimplemented', 'RangeStream does not filter by revision')
  }
}

/** @throws MetastoreError `key-not-provided`, `value-provided`, `lease-provided` */
export function checkPut(request: PutRequest): void {
  checkKey(request.key)
  if (request.ignoreValue && request.value.length > 0) throw new MetastoreError('value-provided')
  if (request.ignoreLease && request.lease !== 0n) throw new MetastoreError('lease-provided')
}

/** @throws MetastoreError `key-not-provided` */
export function checkDeleteRange(request: DeleteRangeRequest): void {
  checkKey(request.key)
}

/**
 * Checks a transaction all the way down. A nested one may hold as many operations as the outer one
 * leaves of `maxOperations`.
 * @throws MetastoreError `too-many-operations`, `duplicate-key`, and what its operations earn
 */
export function checkTxn(request: TxnRequest, maxOperations: number): void {
  checkOperations(request, maxOperations)
  checkDuplicateKeys(request.success)
  checkDuplicateKeys(request.failure)
}

function checkOperations(request: TxnRequest, maxOperations: number): void {
  const { compare, success, failure } = request
  const count = Math.max(compare.length, success.length, failure.length)
  if (count > maxOperations) throw new MetastoreError('too-many-operations')
  for (const { key } of compare) checkKey(key)
  for (const operation of success) checkOperation(operation, maxOperations - count)
  for (const operation of failure) checkOperation(operation, maxOperations - count)
}

function checkOperation(operation: RequestOp, operationsLeft: number): void {
  if (operation.requestRange !== undefined) checkRange(operation.requestRange)
  else if (operation.requestPut !== undefined) checkPut(operation.requestPut)
  else if (operation.requestDeleteRange !== undefined) {
    checkDeleteRange(operation.requestDeleteRange)
  } else if (operation.requestTxn !== undefined) {
    checkOperations(operation.requestTxn, operationsLeft)
  } else throw new MetastoreError('key-not-found')
}

function checkKey(key: Uint8Array): void {
  if (key.length === 0) throw new MetastoreError('key-not-provided')
}

/** Whether the transaction holds ranges alone, so that it need not go through the log. */
export function onlyReads({ success, failure }: TxnRequest): boolean {
  const isRange = (operation: RequestOp): boolean => operation.requestRange !== undefined
  return success.every(isRange) && failure.every(isRange)
}

/** Whether every range in a transaction that only reads is serializable. */
export function onlySerializableReads({ success, failure }: TxnRequest): boolean {
  const isSerializable = (operation: RequestOp): boolean =>
    operation.requestRange?.serializable === true
  return success.every(isSerializable) && failure.every(isSerializable)
}

import { toByteString } from '../../base/bytes.js'
import { invariant, MetastoreError } from '../../base/errors.js'
import {
  DeleteRangeResponse,
  PutResponse,
  type RangeRequest,
  RangeResponse,
  type RequestOp,
  ResponseHeader,
  ResponseOp,
  type TxnRequest,
  TxnResponse,
} from '../../wire/index.js'
import { executeRange, type Readable } from '../reads/range.js'
import type { KeyReader, RowReader } from '../rows/row-reader.js'
import type { Steps } from '../steps.js'
import { compareHolds } from './compare.js'
import type { WriteTransaction } from './write-transaction.js'

/** Where a transaction runs. `write` is undefined for one that only reads. */
export interface TxnContext {
  readonly reader: KeyReader
  readonly readable: Readable
  readonly write: WriteTransaction | undefined
}

/** Which branch each transaction takes, all decided before the first write. */
interface Decision {
  readonly succeeded: boolean
  readonly operations: readonly RequestOp[]
  readonly nested: ReadonlyMap<RequestOp, Decision>
}

/**
 * Decides all compares, checks all operations taken, and only then runs them in order.
 * @throws MetastoreError of the first operation that cannot be done; nothing is changed then
 */
export function* executeTxn(context: TxnContext, request: TxnRequest): Steps<TxnResponse> {
  const decision = yield* decide(context.reader, request)
  check(context, decision)
  return yield* run(context, decision, true)
}

function* decide(reader: RowReader, request: TxnRequest): Steps<Decision> {
  let succeeded = true
  for (const compare of request.compare) {
    if (!(yield* compareHolds(reader, compare))) {
      succeeded = false
      break
    }
  }
  const operations = succeeded ? request.success : request.failure
  const nested = new Map<RequestOp, Decision>()
  for (const operation of operations) {
    if (operation.requestTxn !== undefined) {
      nested.set(operation, yield* decide(reader, operation.requestTxn))
    }
  }
  return { succeeded, operations, nested }
}

function check(context: TxnContext, decision: Decision): void {
  for (const operation of decision.operations) {
    const nested = decision.nested.get(operation)
    if (nested !== undefined) check(context, nested)
    else if (operation.requestRange !== undefined) {
      checkRange(context.readable, operation.requestRange)
    } else if (operation.requestPut !== undefined) {
      const put = operation.requestPut
      context.write?.checkPut(put, toByteString(put.key))
    }
  }
}

/** Unlike outside a transaction, a negative revision is not the current one. */
function checkRange(readable: Readable, { revision }: RangeRequest): void {
  if (revision === 0) return
  if (revision > readable.revision) throw new MetastoreError('future-revision')
  if (revision < readable.compactedRevision) throw new MetastoreError('compacted')
}

function* run(context: TxnContext, decision: Decision, outermost: boolean): Steps<TxnResponse> {
  const responses: ResponseOp[] = []
  for (const operation of decision.operations) {
    responses.push(yield* runOperation(context, decision, operation))
  }
  const header = ResponseHeader.create(outermost ? { revision: revisionOf(context) } : {})
  return TxnResponse.create({ header, succeeded: decision.succeeded, responses })
}

function* runOperation(
  context: TxnContext,
  decision: Decision,
  operation: RequestOp,
): Steps<ResponseOp> {
  const nested = decision.nested.get(operation)
  if (nested !== undefined) {
    return ResponseOp.create({ responseTxn: yield* run(context, nested, false) })
  }
  if (operation.requestRange !== undefined) {
    return ResponseOp.create({ responseRange: yield* runRange(context, operation.requestRange) })
  }
  const { write } = context
  invariant(write !== undefined, 'a transaction that only reads holds a write')
  if (operation.requestPut !== undefined) {
    const before = write.put(operation.requestPut)
    const prevKv = operation.requestPut.prevKv ? before : undefined
    const header = ResponseHeader.create({ revision: write.revision })
    return ResponseOp.create({ responsePut: PutResponse.create({ header, prevKv }) })
  }
  invariant(operation.requestDeleteRange !== undefined, 'an operation is empty')
  const request = operation.requestDeleteRange
  const deleted = yield* write.deleteRange(request)
  const responseDeleteRange = DeleteRangeResponse.create({
    header: ResponseHeader.create({ revision: write.revision }),
    deleted: deleted.size,
    prevKvs: request.prevKv ? yield* write.valuesOf(deleted) : [],
  })
  return ResponseOp.create({ responseDeleteRange })
}

function* runRange(context: TxnContext, request: RangeRequest): Steps<RangeResponse> {
  const revision = revisionOf(context)
  const readable = { revision, compactedRevision: context.readable.compactedRevision }
  const result = yield* executeRange(context.reader, readable, request)
  return RangeResponse.create({
    header: ResponseHeader.create({ revision }),
    kvs: result.keyValues,
    more: result.more,
    count: result.count,
  })
}

function revisionOf(context: TxnContext): number {
  return context.write?.revision ?? context.readable.revision
}

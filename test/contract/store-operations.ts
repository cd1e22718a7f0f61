import type { ErrorCode } from '../../src/base/error-catalogue.js'
import {
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../src/wire/index.js'

export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
export const putOp = (key: string, value: string): RequestOp =>
  RequestOp.create({ requestPut: PutRequest.create({ key: bytes(key), value: bytes(value) }) })
export const rangeOp = (key: string): RequestOp =>
  RequestOp.create({ requestRange: RangeRequest.create({ key: bytes(key) }) })
export const deleteOp = (key: string, rangeEnd = ''): RequestOp =>
  RequestOp.create({
    requestDeleteRange: DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd) }),
  })
export const txnOp = (init: Partial<TxnRequest>): RequestOp =>
  RequestOp.create({ requestTxn: TxnRequest.create(init) })

/** The code a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<ErrorCode> {
  try {
    await call
  } catch (error) {
    return (error as { code: ErrorCode }).code
  }
  throw new Error('the call was not refused')
}

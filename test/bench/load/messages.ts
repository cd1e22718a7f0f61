import {
  Compare,
  CompareResult,
  CompareTarget,
  LeaseGrantRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../../src/wire/index.js'

const value = Buffer.alloc(256, 'v')

/** Key number `index`, 16 bytes. */
export function distinctKey(index: number): Buffer {
  return Buffer.from(`key-${index.toString().padStart(12, '0')}`)
}

export function putMessage(index: number): Buffer {
  return PutRequest.encode(PutRequest.create({ key: distinctKey(index), value }))
}

export function rangeMessage(serializable: boolean): Buffer {
  return RangeRequest.encode(RangeRequest.create({ key: distinctKey(0), serializable }))
}

/** Compares the key's version with one it never has, then puts: always the same branch. */
export function txnMessage(): Buffer {
  return TxnRequest.encode(
    TxnRequest.create({
      compare: [
        Compare.create({
          key: distinctKey(0),
          target: CompareTarget.VERSION,
          result: CompareResult.GREATER,
          version: 0,
        }),
      ],
      success: [
        RequestOp.create({ requestPut: PutRequest.create({ key: distinctKey(0), value }) }),
      ],
    }),
  )
}

export function leaseGrantMessage(): Buffer {
  return LeaseGrantRequest.encode(LeaseGrantRequest.create({ ttl: 3600 }))
}

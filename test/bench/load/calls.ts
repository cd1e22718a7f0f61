import { LeaseGrantRequest, RangeRequest } from '../../../src/wire/index.js'
import { distinctKey, putMessage } from './messages.js'

const putPath = '/etcdserverpb.KV/Put'
const rangePath = '/etcdserverpb.KV/Range'
const leaseGrantPath = '/etcdserverpb.Lease/LeaseGrant'
/** A prime: its multiples visit every key once before any comes again, unless it divides `keys`. */
const stride = 7_368_787

/** Which unary calls to make, as data, so that another process can make them. */
export type Calls =
  /** Puts of the keys `first`, `first + 1` and so on. */
  | { readonly kind: 'ascending puts'; readonly first: number }
  /** Puts all over the keys from 0 to `keys`, none twice before all had their turn. */
  | { readonly kind: 'scattered puts'; readonly keys: number }
  /** Ranges over `size` of `keys` keys, each starting somewhere else; only their count, by wish. */
  | {
      readonly kind: 'ranges'
      readonly keys: number
      readonly size: number
      readonly countOnly: boolean
    }
  /** Leases with the ids 1, 2 and so on. */
  | { readonly kind: 'lease grants' }

export function pathOf(calls: Calls): string {
  if (calls.kind === 'ranges') return rangePath
  return calls.kind === 'lease grants' ? leaseGrantPath : putPath
}

/** The message of call number `index`, counted from 0. */
export function messageAt(calls: Calls, index: number): Buffer {
  switch (calls.kind) {
    case 'ascending puts':
      return putMessage(calls.first + index)
    case 'scattered puts':
      return putMessage(scattered(index, calls.keys))
    case 'ranges':
      return rangeOf(scattered(index, calls.keys - calls.size + 1), calls.size, calls.countOnly)
    case 'lease grants':
      return LeaseGrantRequest.encode(
        LeaseGrantRequest.create({ id: BigInt(index + 1), ttl: 3600 }),
      )
  }
}

function scattered(index: number, count: number): number {
  return (index * stride) % count
}

function rangeOf(first: number, size: number, countOnly: boolean): Buffer {
  return RangeRequest.encode(
    RangeRequest.create({
      key: distinctKey(first),
      rangeEnd: distinctKey(first + size),
      countOnly,
    }),
  )
}

import { type ByteString, toByteString } from '../base/bytes.js'
import { MetastoreError } from '../base/errors.js'
import type { DeleteRangeRequest, RequestOp } from '../wire/index.js'

/** Keys from `start` on, below `end`. */
interface Interval {
  readonly start: ByteString
  readonly end: ByteString
}

interface Touched {
  readonly puts: Set<ByteString>
  readonly deletes: Interval[]
}

/**
 * Refuses a key that is put twice, or put and deleted, in one pass over a branch as etcd makes it:
 * the deletes of a level count before its nested transactions are looked at, the deletes of a nested
 * one only for what follows it; branches of one nested transaction exclude each other, so both may
 * put the same key.
 * @throws MetastoreError `duplicate-key`
 */
export function checkDuplicateKeys(operations: readonly RequestOp[]): void {
  collect(operations)
}

function collect(operations: readonly RequestOp[]): Touched {
  const puts = new Set<ByteString>()
  const deletes: Interval[] = []
  for (const { requestDeleteRange } of operations) {
    if (requestDeleteRange !== undefined) deletes.push(intervalOf(requestDeleteRange))
  }
  for (const { requestTxn } of operations) {
    if (requestTxn === undefined) continue
    const success = collect(requestTxn.success)
    const failure = collect(requestTxn.failure)
    for (const key of success.puts) addPut(puts, deletes, key)
    for (const key of failure.puts) {
      if (success.puts.has(key)) checkAgainst(deletes, key)
      else addPut(puts, deletes, key)
    }
    deletes.push(...success.deletes, ...failure.deletes)
  }
  for (const { requestPut } of operations) {
    if (requestPut !== undefined) addPut(puts, deletes, toByteString(requestPut.key))
  }
  return { puts, deletes }
}

function addPut(puts: Set<ByteString>, deletes: readonly Interval[], key: ByteString): void {
  if (puts.has(key)) throw new MetastoreError('duplicate-key')
  checkAgainst(deletes, key)
  puts.add(key)
}

function checkAgainst(deletes: readonly Interval[], key: ByteString): void {
  if (deletes.some(({ start, end }) => start <= key && key < end)) {
    throw new MetastoreError('duplicate-key')
  }
}

/** An end of one zero byte is taken as written, so an open-ended delete overlaps nothing. */
function intervalOf({ key, rangeEnd }: DeleteRangeRequest): Interval {
  const start = toByteString(key)
  return { start, end: rangeEnd.length === 0 ? `${start}\x00` : toByteString(rangeEnd) }
}

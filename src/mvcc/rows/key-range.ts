import { type ByteString, toByteString } from '../../base/bytes.js'

/** Keys from `start` on, below `end`; `end` undefined: all that follow. */
export interface KeyRange {
  readonly start: ByteString
  readonly end: ByteString | undefined
}

/** How etcd reads `range_end`: empty is the one key, a single zero byte is "to the end". */
export function keyRange(key: Uint8Array, rangeEnd: Uint8Array): KeyRange | { single: ByteString } {
  const start = toByteString(key)
  if (rangeEnd.length === 0) return { single: start }
  const openEnded = rangeEnd.length === 1 && rangeEnd[0] === 0
  return { start, end: openEnded ? undefined : toByteString(rangeEnd) }
}

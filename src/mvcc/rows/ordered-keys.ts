import type { ByteString } from '../../base/bytes.js'
import { firstIndex } from '../../base/first-index.js'

/** Keys in order, none twice. They do not change any more. */
export interface OrderedKeys {
  readonly size: number
  /** `index`: 0 to `size` - 1. */
  keyAt(index: number): ByteString
}

/** The index of the first key from number `from` on that is not below `bound`. */
export function firstNotBelow(keys: OrderedKeys, bound: ByteString, from: number): number {
  return firstIndex(keys.size, (at) => keys.keyAt(at) >= bound, from)
}

import type { ByteString } from '../../base/bytes.js'

/**
 * A node of the ordered map's tree. A leaf holds rows: `keys` and `values` side by side. A branch
 * holds `children`, and between each two of them the lowest key of the right one.
 */
export interface TreeNode {
  readonly owner: object
  readonly keys: ByteString[]
  readonly values: (Buffer | undefined)[]
  readonly children: TreeNode[] | undefined
}

const noValues: (Buffer | undefined)[] = []

export function leafNode(
  owner: object,
  keys: ByteString[],
  values: (Buffer | undefined)[],
): TreeNode {
  return { owner, keys, values, children: undefined }
}

export function branchNode(owner: object, keys: ByteString[], children: TreeNode[]): TreeNode {
  return { owner, keys, values: noValues, children }
}

/** The index of the first key not below `key`. */
export function lowerBound(keys: readonly ByteString[], key: ByteString): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as ByteString) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The index of the first key above `key`. */
export function upperBound(keys: readonly ByteString[], key: ByteString): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (key < (keys[middle] as ByteString)) high = middle
    else low = middle + 1
  }
  return low
}

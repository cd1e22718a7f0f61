import type { ByteString } from '../../base/bytes.js'
import { OrderedCursor } from './ordered-cursor.js'
import { branchNode, leafNode, lowerBound, type TreeNode, upperBound } from './tree-node.js'

/** Entries of a node; measured: 16 and 64 are slower for writes spread over 10,000 rows. */
const maxEntries = 32
const minEntries = maxEntries / 4
/** Where a node splits when rows are appended: the left one stays nearly full. */
const appendSplit = maxEntries - 2

interface Split {
  readonly separator: ByteString
  readonly right: TreeNode
}

/** The leaf that was last written to, and the keys that belong there: `low` <= key < `high`. */
interface LastLeaf {
  leaf: TreeNode
  low: ByteString
  high: ByteString | undefined
}

/** Belongs to no map. */
const noLeaf = leafNode({}, [], [])

/**
 * An ordered map in memory (a B+tree) from byte strings to values; `undefined` as a value stands for
 * a row that is known to be deleted. A capture costs nothing: the nodes are shared, and whoever
 * writes next copies the path it touches.
 */
export class OrderedMap {
  #root: TreeNode
  /** Nodes that carry this token belong to this map alone; all others are shared and never change. */
  #owner: object = {}
  #size = 0
  #byteCount = 0
  /** Rows that come in order find their leaf without a walk from the root. */
  readonly #last: LastLeaf

  constructor() {
    this.#root = leafNode(this.#owner, [], [])
    this.#last = { leaf: this.#root, low: '', high: undefined }
  }

  /** Rows held, deleted ones (`undefined`) included. */
  get size(): number {
    return this.#size
  }

  /** Bytes of all keys and values. */
  get byteCount(): number {
    return this.#byteCount
  }

  /** The value; `absent` when the map says nothing about the key. */
  get<A>(key: ByteString, absent: A): Buffer | undefined | A {
    let node = this.#root
    while (node.children !== undefined) {
      node = node.children[upperBound(node.keys, key)] as TreeNode
    }
    const index = lowerBound(node.keys, key)
    return node.keys[index] === key ? node.values[index] : absent
  }

  set(key: ByteString, value: Buffer | undefined): void {
    if (this.#belongsToLast(key)) {
      this.#setInLeaf(this.#last.leaf, key, value)
      return
    }
    const root = this.#writable(this.#root)
    this.#root = root
    this.#last.low = ''
    this.#last.high = undefined
    const split = this.#insert(root, key, value)
    if (split === undefined) return
    this.#root = branchNode(this.#owner, [split.separator], [root, split.right])
  }

  /** True when there was such a row. */
  delete(key: ByteString): boolean {
    if (this.get(key, null) === null) return false
    this.#last.leaf = noLeaf
    let root = this.#writable(this.#root)
    this.#remove(root, key)
    while (root.children !== undefined && root.children.length === 1) {
      root = root.children[0] as TreeNode
    }
    this.#root = root
    return true
  }

  /** The map as it is now. Both go on independently of each other. */
  capture(): OrderedMap {
    const captured = new OrderedMap()
    captured.#root = this.#root
    captured.#size = this.#size
    captured.#byteCount = this.#byteCount
    captured.#last.leaf = noLeaf
    this.#owner = {}
    return captured
  }

  /** Walks the rows in `gte` <= key < `lt`. The map must not be written to while it is in use. */
  cursor(gte: ByteString, lt: ByteString | undefined, reverse: boolean): OrderedCursor {
    return new OrderedCursor(this.#root, gte, lt, reverse)
  }

  #writable(node: TreeNode): TreeNode {
    if (node.owner === this.#owner) return node
    const keys = node.keys.slice()
    return node.children === undefined
      ? leafNode(this.#owner, keys, node.values.slice())
      : branchNode(this.#owner, keys, node.children.slice())
  }

  /** The child at `index`, copied first when it is shared. `parent` belongs to this map. */
  #writableChild(children: TreeNode[], index: number): TreeNode {
    const child = children[index] as TreeNode
    if (child.owner === this.#owner) return child
    const copy = this.#writable(child)
    children[index] = copy
    return copy
  }

  /** Whether the key can be set in the last leaf, which has room for it. */
  #belongsToLast(key: ByteString): boolean {
    const { leaf, low, high } = this.#last
    if (leaf.owner !== this.#owner || leaf.keys.length >= maxEntries) return false
    return key >= low && (high === undefined || key < high)
  }

  #insert(node: TreeNode, key: ByteString, value: Buffer | undefined): Split | undefined {
    if (node.children === undefined) return this.#insertIntoLeaf(node, key, value)
    const index = upperBound(node.keys, key)
    this.#last.low = node.keys[index - 1] ?? this.#last.low
    this.#last.high = node.keys[index] ?? this.#last.high
    const split = this.#insert(this.#writableChild(node.children, index), key, value)
    if (split === undefined) return undefined
    node.keys.splice(index, 0, split.separator)
    node.children.splice(index + 1, 0, split.right)
    if (node.children.length <= maxEntries) return undefined
    return this.#split(node, index + 2 === node.children.length ? appendSplit : maxEntries / 2)
  }

  #insertIntoLeaf(leaf: TreeNode, key: ByteString, value: Buffer | undefined): Split | undefined {
    const last = this.#last
    last.leaf = leaf
    const index = this.#setInLeaf(leaf, key, value)
    if (leaf.keys.length <= maxEntries) return undefined
    const split = this.#split(leaf, index + 1 === leaf.keys.length ? appendSplit : maxEntries / 2)
    if (key < split.separator) last.high = split.separator
    else {
      last.leaf = split.right
      last.low = split.separator
    }
    return split
  }

  /** Answers where in the leaf the key is. */
  #setInLeaf(leaf: TreeNode, key: ByteString, value: Buffer | undefined): number {
    const { keys, values } = leaf
    const { length } = keys
    const isLast = length > 0 && (keys[length - 1] as ByteString) < key
    const index = isLast ? length : lowerBound(keys, key)
    const valueBytes = value === undefined ? 0 : value.length
    if (keys[index] === key) {
      this.#byteCount += valueBytes - (values[index]?.length ?? 0)
      values[index] = value
      return index
    }
    this.#size++
    this.#byteCount += key.length + valueBytes
    if (index === length) {
      keys.push(key)
      values.push(value)
    } else {
      insertAt(keys, index, key)
      insertAt(values, index, value)
    }
    return index
  }

  /** Cuts `node` so that it keeps `kept` entries, and hands back the rest. */
  #split(node: TreeNode, kept: number): Split {
    if (node.children === undefined) {
      const keys = node.keys.splice(kept)
      const right = leafNode(this.#owner, keys, node.values.splice(kept))
      return { separator: keys[0] as ByteString, right }
    }
    const keys = node.keys.splice(kept)
    const separator = node.keys.pop() as ByteString
    return { separator, right: branchNode(this.#owner, keys, node.children.splice(kept)) }
  }

  #remove(node: TreeNode, key: ByteString): void {
    if (node.children === undefined) {
      const index = lowerBound(node.keys, key)
      const [value] = node.values.splice(index, 1)
      node.keys.splice(index, 1)
      this.#size--
      this.#byteCount -= key.length + (value?.length ?? 0)
      return
    }
    const index = upperBound(node.keys, key)
    const child = this.#writableChild(node.children, index)
    this.#remove(child, key)
    const entries = child.children?.length ?? child.keys.length
    if (entries < minEntries && node.children.length > 1) {
      this.#rebalance(node, node.children, index === 0 ? 0 : index - 1)
    }
  }

  /** Joins the children at `index` and `index + 1`, and splits them evenly when that is too much. */
  #rebalance(node: TreeNode, children: TreeNode[], index: number): void {
    const left = this.#writableChild(children, index)
    const right = children[index + 1] as TreeNode
    if (left.children === undefined || right.children === undefined) {
      left.keys.push(...right.keys)
      left.values.push(...right.values)
    } else {
      left.keys.push(node.keys[index] as ByteString, ...right.keys)
      left.children.push(...right.children)
    }
    node.keys.splice(index, 1)
    children.splice(index + 1, 1)
    const entries = left.children?.length ?? left.keys.length
    if (entries <= maxEntries) return
    const split = this.#split(left, entries >>> 1)
    node.keys.splice(index, 0, split.separator)
    children.splice(index + 1, 0, split.right)
  }
}

/** As `splice` does, which makes an array of what it has removed, though it is nothing. */
function insertAt<Item>(items: Item[], index: number, item: Item): void {
  items.push(item)
  for (let at = items.length - 1; at > index; at--) items[at] = items[at - 1] as Item
  items[index] = item
}

import type { ByteString } from '../../base/bytes.js'
import type { Row } from '../engine.js'
import { lowerBound, type TreeNode, upperBound } from './tree-node.js'

/** A position among the rows of an ordered map; moves in one direction until the range ends. */
export class OrderedCursor {
  /** The key of the row it stands on; undefined: the range has ended. */
  key: ByteString | undefined
  /** The value of that row; undefined: the row is deleted. */
  value: Buffer | undefined

  readonly #step: 1 | -1
  /** The first key beyond the range in the direction of travel. */
  readonly #end: ByteString | undefined
  /** Branches from the root down, and the child taken in each. */
  readonly #branches: TreeNode[] = []
  readonly #taken: number[] = []
  #leaf: TreeNode
  #index = 0

  constructor(root: TreeNode, gte: ByteString, lt: ByteString | undefined, reverse: boolean) {
    this.#step = reverse ? -1 : 1
    this.#end = reverse ? gte : lt
    this.#leaf = this.#descend(root, reverse ? lt : gte)
    const bound = reverse ? lt : gte
    const { keys } = this.#leaf
    const at = bound === undefined ? keys.length : lowerBound(keys, bound)
    this.#index = reverse ? at - 1 : at
    this.#settle()
  }

  advance(): void {
    this.#index += this.#step
    this.#settle()
  }

  /** Takes the next rows that are not deleted, at most `limit`. */
  take(limit: number): Row[] {
    const rows: Row[] = []
    while (this.key !== undefined && rows.length < limit) {
      if (this.value !== undefined) rows.push({ key: this.key, value: this.value })
      this.advance()
    }
    return rows
  }

  /** Walks down to the leaf of `bound`; undefined leads to the last one. */
  #descend(from: TreeNode, bound: ByteString | undefined): TreeNode {
    let node = from
    while (node.children !== undefined) {
      const index = bound === undefined ? node.children.length - 1 : upperBound(node.keys, bound)
      this.#branches.push(node)
      this.#taken.push(index)
      node = node.children[index] as TreeNode
    }
    return node
  }

  /** Reads the row under the cursor, moving on to the next leaf when this one is used up. */
  #settle(): void {
    while (this.#index < 0 || this.#index >= this.#leaf.keys.length) {
      if (this.#nextLeaf()) continue
      this.key = undefined
      this.value = undefined
      return
    }
    const key = this.#leaf.keys[this.#index] as ByteString
    const within = !this.#isBeyond(key)
    this.key = within ? key : undefined
    this.value = within ? this.#leaf.values[this.#index] : undefined
  }

  #isBeyond(key: ByteString): boolean {
    if (this.#end === undefined) return false
    return this.#step === 1 ? key >= this.#end : key < this.#end
  }

  #nextLeaf(): boolean {
    for (let depth = this.#branches.length - 1; depth >= 0; depth--) {
      const branch = this.#branches[depth] as TreeNode
      const taken = (this.#taken[depth] as number) + this.#step
      const child = branch.children?.[taken]
      if (child === undefined) continue
      this.#branches.length = depth + 1
      this.#taken.length = depth + 1
      this.#taken[depth] = taken
      this.#leaf = this.#edgeLeaf(child)
      this.#index = this.#step === 1 ? 0 : this.#leaf.keys.length - 1
      return true
    }
    return false
  }

  /** The first leaf under `from`, or the last one when the cursor moves backwards. */
  #edgeLeaf(from: TreeNode): TreeNode {
    let node = from
    while (node.children !== undefined) {
      const index = this.#step === 1 ? 0 : node.children.length - 1
      this.#branches.push(node)
      this.#taken.push(index)
      node = node.children[index] as TreeNode
    }
    return node
  }
}

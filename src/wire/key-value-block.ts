import type { ByteString } from '../base/bytes.js'
import { firstIndex } from '../base/first-index.js'
import type { KeyValue } from './key-value.js'

/** Of the field `kvs` of a RangeResponse. */
const fieldTag = 18
/** Of the number that says where a field starts. */
const offsetBytes = 4
/** What a block takes beside its bytes; an estimate. */
const blockOverheadBytes = 256

/** What has become of a key; `keyValue` undefined: it is gone. */
export interface KeyChange {
  readonly key: ByteString
  readonly keyValue: KeyValue | undefined
}

/**
 * Keys in order and their values, encoded as the field `kvs` of a RangeResponse, in memory of their own. A block never
 * changes.
 */
export class KeyValueBlock {
  /** All of it: the fields, then where each starts and where the last one ends. So those of two blocks can be laid together. */
  readonly bytes: Buffer
  private readonly encoded: Buffer
  private readonly offsets: Uint32Array

  private constructor(bytes: Buffer, count: number) {
    this.bytes = bytes
    this.offsets = offsetsIn(bytes, count)
    this.encoded = bytes.subarray(0, this.offsets[count])
  }

  /**
   * The block of `count` keys whose {@link bytes} these were, in this process: they keep the order of bytes that
   * numbers have here. They begin where a number of 4 bytes can.
   */
  static over(bytes: Buffer, count: number): KeyValueBlock {
    return new KeyValueBlock(bytes, count)
  }

  /** Copies `keyValues`, which are in order, from `from` on, before `to`. */
  static of(keyValues: readonly KeyValue[], from: number, to: number): KeyValueBlock {
    let size = 0
    for (let index = from; index < to; index++) size += fieldBytes(keyValues[index] as KeyValue)
    const draft = new Draft(to - from, size)
    for (let index = from; index < to; index++) draft.add(keyValues[index] as KeyValue)
    return new KeyValueBlock(draft.bytes, draft.size)
  }

  /** Keys. */
  get count(): number {
    return this.offsets.length - 1
  }

  /** What the block takes of memory; an estimate. */
  get memoryBytes(): number {
    return this.bytes.length + blockOverheadBytes
  }

  /** The size of the fields from `from` on, before `to`. */
  sizeOf(from: number, to: number): number {
    return (this.offsets[to] as number) - (this.offsets[from] as number)
  }

  /** The fields from `from` on, before `to`; a view. */
  fields(from: number, to: number): Buffer {
    return this.encoded.subarray(this.offsets[from], this.offsets[to])
  }

  /** The index of the first key that is not below `key`. */
  indexOf(key: ByteString): number {
    return firstIndex(this.count, (at) => this.compare(at, key) >= 0)
  }

  /** The keys from `from` on, before `to`, in memory of their own. */
  slice(from: number, to: number): KeyValueBlock {
    const draft = new Draft(to - from, this.sizeOf(from, to))
    draft.copy(this.encoded, this.offsets, from, to)
    return new KeyValueBlock(draft.bytes, draft.size)
  }

  /** The same block after `changes`, which are in the order of their keys. */
  changed(changes: readonly KeyChange[]): KeyValueBlock {
    const places = changes.map(({ key }) => {
      const index = this.indexOf(key)
      const next = index < this.count && this.compare(index, key) === 0 ? index + 1 : index
      return { index, next }
    })
    let { count } = this
    let size = this.encoded.length
    for (const [at, { keyValue }] of changes.entries()) {
      const { index, next } = places[at] as Place
      size += (keyValue === undefined ? 0 : fieldBytes(keyValue)) - this.sizeOf(index, next)
      count += (keyValue === undefined ? 0 : 1) - (next - index)
    }
    const draft = new Draft(count, size)
    let kept = 0
    for (const [at, { keyValue }] of changes.entries()) {
      const { index, next } = places[at] as Place
      draft.copy(this.encoded, this.offsets, kept, index)
      if (keyValue !== undefined) draft.add(keyValue)
      kept = next
    }
    draft.copy(this.encoded, this.offsets, kept, this.count)
    return new KeyValueBlock(draft.bytes, draft.size)
  }

  /** Negative: the key at `index` is below `key`. */
  private compare(index: number, key: ByteString): number {
    const { encoded } = this
    // Tag and length of the field, and the tag of the key, which comes first in what is canonical.
    let at = (this.offsets[index] as number) + 1
    while ((encoded[at++] as number) > 127);
    at++
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = encoded[at++] as number
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    const shared = Math.min(length, key.length)
    for (let offset = 0; offset < shared; offset++) {
      const difference = (encoded[at + offset] as number) - key.charCodeAt(offset)
      if (difference !== 0) return difference
    }
    return length - key.length
  }
}

/** Where a changed key stands, or would stand, and what follows it. */
interface Place {
  readonly index: number
  readonly next: number
}

/** A block in the making, whose size is known. */
class Draft {
  readonly bytes: Buffer
  /** Keys that it will have. */
  readonly size: number
  private readonly encoded: Buffer
  private readonly offsets: Uint32Array
  private count = 0
  private position = 0

  constructor(count: number, size: number) {
    const paddedBytes = Math.ceil(size / offsetBytes) * offsetBytes
    // Not of the pool that small buffers share: blocks live long, and would keep it in memory.
    this.bytes = Buffer.allocUnsafeSlow(paddedBytes + offsetBytes * (count + 1))
    this.size = count
    this.encoded = this.bytes.subarray(0, size)
    this.offsets = offsetsIn(this.bytes, count)
    this.offsets[0] = 0
  }

  add({ encoded }: KeyValue): void {
    const target = this.encoded
    let at = this.position
    target[at++] = fieldTag
    let rest = encoded.length
    for (; rest > 127; rest >>>= 7) target[at++] = (rest & 127) | 128
    target[at++] = rest
    target.set(encoded, at)
    this.position = at + encoded.length
    this.offsets[++this.count] = this.position
  }

  copy(encoded: Buffer, offsets: Uint32Array, from: number, to: number): void {
    if (from === to) return
    const start = offsets[from] as number
    const shift = this.position - start
    encoded.copy(this.encoded, this.position, start, offsets[to])
    for (let index = from + 1; index <= to; index++) {
      this.offsets[++this.count] = (offsets[index] as number) + shift
    }
    this.position = (offsets[to] as number) + shift
  }
}

function offsetsIn({ buffer, byteOffset, length }: Buffer, count: number): Uint32Array {
  return new Uint32Array(buffer, byteOffset + length - offsetBytes * (count + 1), count + 1)
}

function fieldBytes({ encoded }: KeyValue): number {
  let size = 2 + encoded.length
  for (let rest = encoded.length; rest > 127; rest >>>= 7) size++
  return size
}

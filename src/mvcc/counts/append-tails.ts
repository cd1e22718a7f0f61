import type { ByteString } from '../../base/bytes.js'
import type { Bucket } from './bucket-table.js'

/** Buckets whose highest keys are remembered; as many places can grow at once. */
const maxTails = 64

/**
 * The highest keys of buckets that have been watched since they were empty. Where keys come in
 * order, a bucket can so be cut before a new key without being read.
 */
export class AppendTails {
  readonly #highest = new Map<ByteString, ByteString>()
  /** The bucket that the last key came to which was above all others there. */
  #lastStart: ByteString | undefined

  /** `key` has come to `bucket`. True: it is known to be above all others there. */
  added(bucket: Bucket, key: ByteString): boolean {
    if (bucket.count === 1) {
      this.#remember(bucket.start, key)
      return false
    }
    const highest = this.#highest.get(bucket.start)
    if (highest === undefined || key <= highest) return false
    this.#highest.set(bucket.start, key)
    this.#lastStart = bucket.start
    return true
  }

  /** The start of the bucket that keys are being added to in order, if `key`, once it is there, is above all there are. */
  bucketBelow(key: ByteString): ByteString | undefined {
    const start = this.#lastStart
    const highest = start === undefined ? undefined : this.#highest.get(start)
    return highest !== undefined && key > highest ? start : undefined
  }

  /** To be called when a bucket gets keys from another. */
  forget(start: ByteString): void {
    this.#highest.delete(start)
  }

  forgetAll(): void {
    this.#highest.clear()
  }

  #remember(start: ByteString, key: ByteString): void {
    const [oldest] = this.#highest.keys()
    if (this.#highest.size >= maxTails && oldest !== undefined) this.#highest.delete(oldest)
    this.#highest.set(start, key)
    this.#lastStart = start
  }
}

import type { ByteString } from '../../base/bytes.js'
import { crc32c } from '../../base/crc32c.js'
import { invariant, MetastoreError } from '../../base/errors.js'

const trailerBytes = 4
const scratchBytes = 64 * 1024
/** Where in the scratch memory a short value stands that is sealed, right behind its key. */
const valueStart = 1024
/** Values of each length up to this one are handed out as the same view: one of their own costs as much as the checksum. */
const maxViewBytes = 2048

/**
 * Guards rows on the disk: a stored value is the value and then the CRC-32C of key and value,
 * four bytes, most significant first. The key is part of it because damage can move a sound value
 * under another key.
 */
export class RowChecksum {
  /** Key and value side by side, so that one pass covers both; reused from row to row. */
  readonly #scratch = Buffer.allocUnsafe(scratchBytes)
  /** Of the scratch memory from {@link valueStart} on, by length. */
  readonly #views = new Array<Buffer | undefined>(maxViewBytes + 1).fill(undefined)

  /** The stored form. Valid only until the next call: the caller copies or hands it on at once. */
  seal(key: ByteString, value: Buffer): Buffer {
    const length = value.length + trailerBytes
    if (key.length <= valueStart && length <= maxViewBytes) {
      seal(key, value, this.#scratch, valueStart)
      this.#views[length] ??= this.#scratch.subarray(valueStart, valueStart + length)
      return this.#views[length]
    }
    const target = this.#room(key.length + length)
    seal(key, value, target, key.length)
    return target.subarray(key.length, key.length + length)
  }

  /**
   * The value inside a stored one; a view, no copy.
   * @throws MetastoreError `data-corrupt`, naming the row
   */
  open(key: ByteString, stored: Buffer): Buffer {
    const end = stored.length - trailerBytes
    const target = this.#room(key.length)
    if (end < 0 || !copyKey(key, target, 0)) throw damagedRow(key)
    const checksum = crc32c(stored, crc32c(target, 0, 0, key.length), 0, end)
    if (checksum !== stored.readUInt32BE(end)) throw damagedRow(key)
    return stored.subarray(0, end)
  }

  #room(sizeBytes: number): Buffer {
    return sizeBytes <= scratchBytes ? this.#scratch : Buffer.allocUnsafe(sizeBytes)
  }
}

/** Puts the stored form of `value` at `start`, and the key before it. */
function seal(key: ByteString, value: Buffer, target: Buffer, start: number): void {
  const keyStart = start - key.length
  const end = start + value.length
  invariant(copyKey(key, target, keyStart), 'a row key has only code units up to 255')
  target.set(value, start)
  const checksum = crc32c(target, 0, keyStart, end)
  target[end] = checksum >>> 24
  target[end + 1] = checksum >>> 16
  target[end + 2] = checksum >>> 8
  target[end + 3] = checksum
}

/** Short keys copy faster this way than by a call into the runtime. False: the key is no byte string. */
function copyKey(key: ByteString, target: Buffer, start: number): boolean {
  let seen = 0
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index)
    seen |= unit
    target[start + index] = unit
  }
  return seen <= 255
}

function damagedRow(key: ByteString): MetastoreError {
  const name = Buffer.from(key, 'latin1').toString('hex')
  return new MetastoreError(
    'data-corrupt',
    `stored data is damaged: the checksum of row ${name} does not match`,
  )
}

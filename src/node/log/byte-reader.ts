import { MetastoreError } from '../../base/errors.js'

/** Reads what ByteWriter wrote. Reading past the end throws `log-corrupt`, for the caller to place. */
export class ByteReader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.at
  }

  byte(): number {
    return this.bytes.readUInt8(this.take(1))
  }

  word(): number {
    return this.bytes.readUInt32LE(this.take(4))
  }

  number(): number {
    const at = this.take(8)
    const value = this.bytes.readUInt32LE(at) + this.bytes.readUInt32LE(at + 4) * 0x1_0000_0000
    if (value > Number.MAX_SAFE_INTEGER) throw new MetastoreError('log-corrupt')
    return value
  }

  id(): bigint {
    return this.bytes.readBigUInt64LE(this.take(8))
  }

  /** A view, not a copy. */
  raw(length: number): Buffer {
    const at = this.take(length)
    return this.bytes.subarray(at, at + length)
  }

  private take(count: number): number {
    const at = this.at
    if (at + count > this.bytes.length) throw new MetastoreError('log-corrupt')
    this.at = at + count
    return at
  }
}

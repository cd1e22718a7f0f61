const smallestCapacity = 64 * 1024
/** A buffer that grew beyond this for one large write is not kept. */
const largestKept = 16 * 1024 * 1024

/** Writes little-endian values into one buffer that grows and is used again. */
export class ByteWriter {
  length = 0
  private buffer = Buffer.allocUnsafeSlow(smallestCapacity)
  private view = viewOf(this.buffer)

  /** Forgets what was written; bytes handed out before are overwritten. */
  reset(): void {
    this.length = 0
    if (this.buffer.length > largestKept) this.replace(smallestCapacity)
  }

  /** A view of what was written, until the next call of {@link reset} or a writing method. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length)
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.length++] = value
  }

  word(value: number): void {
    this.reserve(4)
    this.view.setUint32(this.length, value, true)
    this.length += 4
  }

  /** Eight bytes; `value`: 0 to 2^53 - 1. */
  number(value: number): void {
    this.reserve(8)
    this.view.setUint32(this.length, value >>> 0, true)
    this.view.setUint32(this.length + 4, value / 0x1_0000_0000, true)
    this.length += 8
  }

  id(value: bigint): void {
    this.reserve(8)
    this.view.setBigUint64(this.length, value, true)
    this.length += 8
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  zeros(count: number): void {
    this.reserve(count)
    this.buffer.fill(0, this.length, this.length + count)
    this.length += count
  }

  /** Overwrites four bytes written before. */
  wordAt(position: number, value: number): void {
    this.view.setUint32(position, value, true)
  }

  /** Makes room, so that many small writes grow the buffer once. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed > this.buffer.length) this.replace(Math.max(needed, this.buffer.length * 2))
  }

  private replace(capacity: number): void {
    const larger = Buffer.allocUnsafeSlow(capacity)
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
    this.view = viewOf(larger)
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}

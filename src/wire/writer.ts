import { emptyBuffer } from '../base/bytes.js'

const messageChunkBytes = 32 * 1024
const rowChunkBytes = 8 * 1024
/** What a writer keeps for large messages between two of them. */
const maxScratchBytes = 1024 * 1024
/** Tag (5 bytes at most) and a varint (10 at most). */
const maxFieldHeadBytes = 16
/** Below this a loop is faster than a call into the engine. */
const maxLoopBytes = 8
const twoTo32 = 0x1_0000_0000
const twoTo63 = 0x8000_0000_0000_0000
const twoTo64 = twoTo63 * 2

/**
 * Writes protobuf from the last byte to the first, so that a length is known when it is written and
 * no message is measured beforehand. Finished messages are slices of a shared chunk, of which the
 * writer only ever touches what lies before them. Large ones are copied out of scratch memory.
 */
export class Writer {
  private readonly chunkBytes: number
  /** Splits a bigint in two several times faster than shifting does. */
  private readonly halves = new DataView(new ArrayBuffer(8))
  private chunk: Buffer = emptyBuffer
  private position = 0
  private end = 0
  private shared: Buffer = emptyBuffer
  private sharedPosition = 0
  private scratch: Buffer = emptyBuffer

  /** `chunkBytes`: the size of a shared chunk; a message above half of it gets memory of its own. */
  constructor(chunkBytes: number) {
    this.chunkBytes = chunkBytes
  }

  /**
   * Begins a message; one that was begun and not finished is forgotten. `mostBytes`: what it will take at most, where
   * that is known; a large one is then written once, where it stays.
   */
  begin(mostBytes = 0): this {
    if (mostBytes > this.chunkBytes >>> 1) {
      this.chunk = Buffer.allocUnsafeSlow(mostBytes)
      this.position = mostBytes
      this.end = mostBytes
      return this
    }
    this.chunk = this.shared
    this.position = this.sharedPosition
    this.end = this.sharedPosition
    return this
  }

  /** The bytes written since {@link begin}. They are the caller's and never change. */
  finish(): Buffer {
    if (this.position === this.end) return emptyBuffer
    if (this.chunk === this.scratch) return this.copyOut()
    const bytes = this.chunk.subarray(this.position, this.end)
    if (this.chunk === this.shared) this.sharedPosition = this.position
    this.begin()
    return bytes
  }

  /** How much is written: what {@link message} wants to know to write a length. */
  mark(): number {
    return this.end - this.position
  }

  /** Closes a message inside the current one that was begun at `mark`. */
  message(tag: number, mark: number): void {
    const size = this.end - this.position - mark
    this.reserve(maxFieldHeadBytes)
    this.head(tag, size)
  }

  bytes(tag: number, value: Uint8Array): void {
    const size = value.length
    this.reserve(size + maxFieldHeadBytes)
    const start = this.position - size
    this.position = start
    if (size > maxLoopBytes) {
      this.chunk.set(value, start)
    } else {
      const chunk = this.chunk
      for (let index = 0; index < size; index++) chunk[start + index] = value[index] as number
    }
    this.head(tag, size)
  }

  /** Fields that are encoded already. */
  raw(fields: Uint8Array): void {
    this.reserve(fields.length)
    this.position -= fields.length
    this.chunk.set(fields, this.position)
  }

  /** A byte without a tag. */
  byte(value: number): void {
    this.reserve(1)
    this.chunk[--this.position] = value
  }

  /** Four bytes without a tag, the least significant first. */
  word(value: number): void {
    this.reserve(4)
    this.position -= 4
    this.chunk.writeUInt32LE(value, this.position)
  }

  string(tag: number, value: string): void {
    const size = Buffer.byteLength(value, 'utf8')
    this.reserve(size + maxFieldHeadBytes)
    this.position -= size
    this.chunk.write(value, this.position, size, 'utf8')
    this.head(tag, size)
  }

  bool(tag: number, value: boolean): void {
    this.reserve(maxFieldHeadBytes)
    this.chunk[--this.position] = value ? 1 : 0
    this.small(tag)
  }

  /** For enums as well. */
  int32(tag: number, value: number): void {
    this.reserve(maxFieldHeadBytes)
    this.signed32(value | 0)
    this.small(tag)
  }

  uint32(tag: number, value: number): void {
    this.reserve(maxFieldHeadBytes)
    this.wide(value >>> 0, 0)
    this.small(tag)
  }

  /** What lies beyond 64 bits becomes the nearest end of the range. */
  int64(tag: number, value: number): void {
    this.reserve(maxFieldHeadBytes)
    const small = value | 0
    if (small === value && small >= 0) this.small(small)
    else this.double(value, -twoTo63, twoTo63)
    this.small(tag)
  }

  /** What lies beyond 64 bits becomes the nearest end of the range. */
  uint64(tag: number, value: number): void {
    this.reserve(maxFieldHeadBytes)
    const small = value | 0
    if (small === value && small >= 0) this.small(small)
    else this.double(value, 0, twoTo64)
    this.small(tag)
  }

  /** Signed or not: the lower 64 bits of `value`. */
  id(tag: number, value: bigint): void {
    this.reserve(maxFieldHeadBytes)
    this.halves.setBigInt64(0, value)
    this.wide(this.halves.getUint32(4), this.halves.getUint32(0))
    this.small(tag)
  }

  /** All values in one field. */
  packedInt32(tag: number, values: readonly number[]): void {
    const mark = this.mark()
    for (let index = values.length - 1; index >= 0; index--) {
      this.reserve(maxFieldHeadBytes)
      this.signed32((values[index] as number) | 0)
    }
    this.message(tag, mark)
  }

  private head(tag: number, size: number): void {
    this.small(size)
    this.small(tag)
  }

  /** `value`: 0 to 2^31 - 1. */
  private small(value: number): void {
    const chunk = this.chunk
    if (value < 0x80) {
      chunk[--this.position] = value
      return
    }
    let at =
      this.position - (value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5)
    this.position = at
    let rest = value
    for (; rest > 127; rest >>>= 7) chunk[at++] = (rest & 127) | 128
    chunk[at] = rest
  }

  private signed32(value: number): void {
    if (value >= 0) this.small(value)
    else this.wide(value >>> 0, 0xffff_ffff)
  }

  private double(value: number, least: number, bound: number): void {
    const whole = Math.trunc(value)
    if (whole >= bound) {
      this.wide(0xffff_ffff, bound === twoTo64 ? 0xffff_ffff : 0x7fff_ffff)
      return
    }
    const bounded = Math.max(whole, least)
    const high = Math.floor(bounded / twoTo32)
    this.wide((bounded - high * twoTo32) >>> 0, high >>> 0)
  }

  /** Both halves unsigned. */
  private wide(lowHalf: number, highHalf: number): void {
    let low = lowHalf
    let high = highHalf
    const chunk = this.chunk
    let at = this.position - varintBytes(low, high)
    this.position = at
    while (high > 0 || low > 127) {
      chunk[at++] = (low & 127) | 128
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    chunk[at] = low
  }

  private reserve(size: number): void {
    if (this.position < size) this.grow(size)
  }

  private grow(size: number): void {
    const written = this.end - this.position
    const needed = written + size
    if (needed > this.chunkBytes >>> 1) {
      const isEnough = this.scratch.length >= needed && this.chunk !== this.scratch
      this.scratch = isEnough ? this.scratch : Buffer.allocUnsafeSlow(needed * 2)
      this.moveTo(this.scratch, written)
    } else {
      this.shared = Buffer.allocUnsafeSlow(this.chunkBytes)
      this.sharedPosition = this.chunkBytes
      this.moveTo(this.shared, written)
    }
  }

  private moveTo(next: Buffer, written: number): void {
    this.chunk.copy(next, next.length - written, this.position, this.end)
    this.chunk = next
    this.position = next.length - written
    this.end = next.length
  }

  /** Hands out what stands in the scratch memory, in memory of exactly its size. */
  private copyOut(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.end - this.position)
    this.chunk.copy(bytes, 0, this.position, this.end)
    if (this.scratch.length > maxScratchBytes) this.scratch = emptyBuffer
    this.begin()
    return bytes
  }
}

function varintBytes(low: number, high: number): number {
  if (high === 0) {
    if (low < 0x4000) return low < 0x80 ? 1 : 2
    return low < 0x20_0000 ? 3 : low < 0x1000_0000 ? 4 : 5
  }
  if (high < 0x2_0000) return high < 8 ? 5 : high < 0x400 ? 6 : 7
  return high < 0x100_0000 ? 8 : high < 0x8000_0000 ? 9 : 10
}

/** For messages, which live until they are sent. One at a time: writing never waits. */
export const messageWriter = new Writer(messageChunkBytes)

/** For rows, which may live long; apart, so that they do not keep messages in memory. */
export const rowWriter = new Writer(rowChunkBytes)

/**
 * For events, most of which live for a turn; apart from rows, which would keep them in memory. An event may be
 * encoded in the middle of a message.
 */
export const eventWriter = new Writer(rowChunkBytes)

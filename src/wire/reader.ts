import { asBuffer, emptyBuffer } from '../base/bytes.js'
import { MetastoreError } from '../base/errors.js'

const maxDepth = 100
const twoTo32 = 0x1_0000_0000
const replacementCharacter = '\ufffd'
/** Joins the halves of a bigint several times faster than shifting does. */
const halves = new DataView(new ArrayBuffer(8))

/**
 * Reads protobuf values one after another from `bytes`. Nothing is read beyond the current limit,
 * which is the end of the message being read. Every method throws `malformed-message` when what it
 * should read is cut short or impossible.
 */
export class Reader {
  private readonly buffer: Buffer
  private position = 0
  private limit: number
  private depth = 0
  private high = 0

  constructor(bytes: Uint8Array) {
    this.buffer = asBuffer(bytes)
    this.limit = bytes.length
  }

  /** Whether the current message has more fields. */
  more(): boolean {
    return this.position < this.limit
  }

  /** Field number times eight plus wire type. */
  tag(): number {
    const low = this.varint()
    if (this.high !== 0 || (low >= 0 && low < 8)) throw malformed('impossible field number')
    return low >>> 0
  }

  /** Begins a message inside the current one. Answers what {@link leave} wants back. */
  enter(): number {
    const end = this.length()
    if (++this.depth > maxDepth) throw malformed('messages nested too deeply')
    const outerLimit = this.limit
    this.limit = end
    return outerLimit
  }

  leave(outerLimit: number): void {
    this.limit = outerLimit
    this.depth--
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    const end = this.length()
    if (end === this.position) return emptyBuffer
    const view = this.buffer.subarray(this.position, end)
    this.position = end
    return view
  }

  /** Where the next value begins. */
  get offset(): number {
    return this.position
  }

  /** Passes over bytes. Answers where they begin; they end at {@link offset}. */
  bytesStart(): number {
    const end = this.length()
    const start = this.position
    this.position = end
    return start
  }

  /** Text that is not UTF-8 is refused: replacing what is wrong would make different names equal. */
  string(): string {
    const end = this.length()
    const start = this.position
    this.position = end
    if (end === start) return ''
    const text = this.buffer.toString('utf8', start, end)
    if (text.includes(replacementCharacter) && !sameBytes(text, this.buffer, start, end)) {
      throw malformed('text is not UTF-8')
    }
    return text
  }

  bool(): boolean {
    return this.varint() !== 0 || this.high !== 0
  }

  /** For enums as well. A wider value loses its upper bits. */
  int32(): number {
    return this.varint()
  }

  /** Past 2^53 the nearest double. */
  int64(): number {
    const low = this.varint()
    return (this.high | 0) * twoTo32 + (low >>> 0)
  }

  /** Past 2^53 the nearest double. */
  uint64(): number {
    const low = this.varint()
    return (this.high >>> 0) * twoTo32 + (low >>> 0)
  }

  uint32(): number {
    return this.varint() >>> 0
  }

  signedId(): bigint {
    const low = this.varint()
    if (this.high === 0) return BigInt(low >>> 0)
    halves.setInt32(0, this.high)
    halves.setInt32(4, low)
    return halves.getBigInt64(0)
  }

  unsignedId(): bigint {
    const low = this.varint()
    if (this.high === 0) return BigInt(low >>> 0)
    halves.setInt32(0, this.high)
    halves.setInt32(4, low)
    return halves.getBigUint64(0)
  }

  /** Passes over the value of a field nobody knows. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint()
        return
      case 1:
        this.advance(8)
        return
      case 2:
        this.position = this.length()
        return
      case 3:
        this.skipGroup(tag)
        return
      case 5:
        this.advance(4)
        return
      default:
        throw malformed('impossible wire type')
    }
  }

  private skipGroup(start: number): void {
    if (++this.depth > maxDepth) throw malformed('groups nested too deeply')
    const end = start + 1
    for (let tag = this.tag(); tag !== end; tag = this.tag()) this.skip(tag)
    this.depth--
  }

  private advance(size: number): void {
    if (size > this.limit - this.position) throw malformed('cut short')
    this.position += size
  }

  /** Reads a length and answers where what it measures ends. */
  private length(): number {
    const size = this.varint() >>> 0
    if (this.high !== 0 || size > this.limit - this.position) throw malformed('cut short')
    return this.position + size
  }

  private byte(): number {
    if (this.position >= this.limit) throw malformed('cut short')
    return this.buffer[this.position++] as number
  }

  /** The low 32 bits, signed; the others are left in `high`. */
  private varint(): number {
    this.high = 0
    const first = this.byte()
    if (first < 128) return first
    let low = first & 127
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte()
      low |= (byte & 127) << shift
      if (byte < 128) return low
    }
    return this.longVarint(low)
  }

  private longVarint(lowest28: number): number {
    let byte = this.byte()
    const low = lowest28 | ((byte & 127) << 28)
    let high = (byte & 127) >>> 4
    for (let shift = 3; byte >= 128; shift += 7) {
      byte = this.byte()
      if (shift === 31 && byte > 1) throw malformed('number of more than 64 bits')
      high |= (byte & 127) << shift
    }
    this.high = high
    return low
  }
}

function sameBytes(text: string, buffer: Buffer, start: number, end: number): boolean {
  return Buffer.from(text, 'utf8').equals(buffer.subarray(start, end))
}

function malformed(what: string): MetastoreError {
  return new MetastoreError('malformed-message', `malformed protobuf message: ${what}`)
}

import { Inflation } from './inflation.js'
import { MessageError, messageTooLarge } from './message-error.js'

/** What stands before each message: a flag for compression, and the length. */
export const messageHeadBytes = 5

const nothing = Buffer.alloc(0)
const smallestRoomBytes = 64

/**
 * Cuts the body of a call into messages, one whenever somebody asks: what nobody has asked for stays
 * bytes, however many messages they are.
 */
export class MessageReader {
  readonly #maxBytes: number
  readonly #inflation: Inflation
  #bytes: Buffer = nothing
  #from = 0
  #to = 0
  /** False: the bytes are a part of somebody else's, which may be far more. */
  #own = false

  /** `encoding`: what the call's `grpc-encoding` says. */
  constructor(maxBytes: number, encoding: string | undefined) {
    this.#maxBytes = maxBytes
    this.#inflation = new Inflation(encoding, maxBytes)
  }

  /** Bytes that were pushed and not handed out as messages. */
  get heldBytes(): number {
    return this.#to - this.#from
  }

  /** True: {@link next} answers a message or throws. */
  get hasMessage(): boolean {
    if (this.heldBytes < messageHeadBytes) return false
    const length = this.#nextLength()
    return length > this.#maxBytes || this.heldBytes >= messageHeadBytes + length
  }

  /** Call {@link settle} before `bytes` are given up. */
  push(bytes: Buffer, start: number, end: number): void {
    if (this.heldBytes > 0) {
      this.#makeRoom(end - start)
      this.#to += bytes.copy(this.#bytes, this.#to, start, end)
      return
    }
    this.#bytes = bytes
    this.#from = start
    this.#to = end
    this.#own = false
  }

  /**
   * The next message, if it is there whole: a view of what was pushed, where that costs nothing.
   * @throws MessageError when it is too large, which its first bytes say, or cannot be read
   */
  next(): Buffer | undefined {
    if (this.heldBytes < messageHeadBytes) return undefined
    const length = this.#nextLength()
    if (length > this.#maxBytes) throw messageTooLarge(length, this.#maxBytes)
    const start = this.#from + messageHeadBytes
    const end = start + length
    if (end > this.#to) return undefined
    const flag = this.#bytes[this.#from] ?? 0
    this.#from = end
    const body = this.#bytes.subarray(start, end)
    if (flag === 0) return body
    if (flag === 1) return this.#inflation.inflate(body)
    throw new MessageError('internal', `grpc: received unexpected payload format ${flag}`)
  }

  /** Keeps what is left apart from what was pushed. */
  settle(): void {
    if (this.heldBytes > 0) {
      if (!this.#own) this.#makeRoom(0)
      return
    }
    this.#bytes = nothing
    this.#from = 0
    this.#to = 0
  }

  #nextLength(): number {
    return this.#bytes.readUInt32BE(this.#from + 1)
  }

  /**
   * Room doubles, so that bytes that come one by one are not copied each time; it never grows beyond
   * twice what has come in, whatever length a message announces, nor beyond that length.
   */
  #makeRoom(extraBytes: number): void {
    if (this.#own && this.#to + extraBytes <= this.#bytes.length) return
    const heldBytes = this.heldBytes
    const neededBytes = heldBytes + extraBytes
    const known = heldBytes >= messageHeadBytes
    const messageBytes = known ? messageHeadBytes + this.#nextLength() : 0
    const ampleBytes = Math.max(smallestRoomBytes, 2 * neededBytes)
    const fits = neededBytes <= messageBytes
    const room = Buffer.allocUnsafeSlow(fits ? Math.min(ampleBytes, messageBytes) : ampleBytes)
    this.#bytes.copy(room, 0, this.#from, this.#to)
    this.#bytes = room
    this.#from = 0
    this.#to = heldBytes
    this.#own = true
  }
}

/** True: the bytes are one message that a caller may send, and nothing else, as they are with most calls. */
export function isOneMessage(bytes: Buffer, start: number, end: number, maxBytes: number): boolean {
  const length = end - start - messageHeadBytes
  if (length < 0 || length > maxBytes || bytes[start] !== 0) return false
  return bytes.readUInt32BE(start + 1) === length
}

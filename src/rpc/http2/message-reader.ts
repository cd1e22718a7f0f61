import { Inflation } from './inflation.js'
import { MessageError, messageTooLarge } from './message-error.js'

/** What stands before each message: a flag for compression, and the length. */
export const messageHeadBytes = 5

const nothing = Buffer.alloc(0)

/** Cuts the body of a call into messages. It holds at most one unfinished message. */
export class MessageReader {
  readonly #maxBytes: number
  readonly #inflation: Inflation
  #rest: Buffer[] = []
  #restBytes = 0
  /** How long the unfinished message is, with its head; 0: its head is not there yet. */
  #wantedBytes = 0

  /** `encoding`: what the call's `grpc-encoding` says. */
  constructor(maxBytes: number, encoding: string | undefined) {
    this.#maxBytes = maxBytes
    this.#inflation = new Inflation(encoding, maxBytes)
  }

  /** Bytes of a message that has not come in whole. */
  get unfinishedBytes(): number {
    return this.#restBytes
  }

  /**
   * Hands every message that is now complete to `deliver`, as views where that costs nothing.
   * @throws MessageError when a message is too large or cannot be read
   */
  push(bytes: Buffer, start: number, end: number, deliver: (message: Buffer) => void): void {
    let from = start
    if (this.#restBytes > 0) {
      from = this.#complete(bytes, start, end)
      if (this.#restBytes < this.#wantedBytes || this.#wantedBytes === 0) return
      const whole = this.#takeRest()
      deliver(this.#message(whole, 0, whole.length))
    }
    while (end - from >= messageHeadBytes) {
      const length = messageHeadBytes + this.#checkedLength(bytes, from)
      if (end - from < length) break
      deliver(this.#message(bytes, from, from + length))
      from += length
    }
    if (from < end) this.#keep(bytes.subarray(from, end))
  }

  /** Adds to the unfinished message what belongs to it, and answers where the next one starts. */
  #complete(bytes: Buffer, start: number, end: number): number {
    let from = start
    if (this.#wantedBytes === 0) {
      const missing = Math.min(messageHeadBytes - this.#restBytes, end - from)
      this.#keep(bytes.subarray(from, from + missing))
      from += missing
    }
    if (this.#wantedBytes === 0) return from
    const missing = Math.min(this.#wantedBytes - this.#restBytes, end - from)
    if (missing > 0) this.#keep(bytes.subarray(from, from + missing))
    return from + missing
  }

  #keep(piece: Buffer): void {
    this.#rest.push(piece)
    this.#restBytes += piece.length
    if (this.#wantedBytes > 0 || this.#restBytes < messageHeadBytes) return
    const head = Buffer.concat(this.#rest)
    this.#rest = [head]
    this.#wantedBytes = messageHeadBytes + this.#checkedLength(head, 0)
  }

  #takeRest(): Buffer {
    const [only, ...others] = this.#rest
    const whole = others.length === 0 ? (only ?? nothing) : Buffer.concat(this.#rest)
    this.#rest = []
    this.#restBytes = 0
    this.#wantedBytes = 0
    return whole
  }

  #checkedLength(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32BE(at + 1)
    if (length > this.#maxBytes) throw messageTooLarge(length, this.#maxBytes)
    return length
  }

  #message(bytes: Buffer, start: number, end: number): Buffer {
    const body = bytes.subarray(start + messageHeadBytes, end)
    const flag = bytes[start] ?? 0
    if (flag === 0) return body
    if (flag === 1) return this.#inflation.inflate(body)
    throw new MessageError('internal', `grpc: received unexpected payload format ${flag}`)
  }
}

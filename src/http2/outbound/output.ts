import type { Socket } from 'node:net'
import type { FlushTurn } from './flush-turn.js'

/** What the memory for short pieces starts with, and what it grows to where a turn needs more. */
const leastScratchBytes = 4 * 1024
const mostScratchBytes = 32 * 1024

/** Longer pieces go to the socket as they are instead of being copied. */
const longestCopyBytes = 4 * 1024

/** With more than this on its way to the socket, nothing but heads, trailers and control frames should be added. */
const congestedBytes = 1024 * 1024

/** Twice the longest frame that a peer may ask for: what is above that are heads and trailers that it does not read. */
const overfullBytes = 32 * 1024 * 1024

/** What a connection sends, gathered into one write for each turn of the event loop. */
export class Output {
  readonly #socket: Socket
  readonly #turn: FlushTurn
  readonly #onRoom: () => void
  #chunks: Buffer[] = []
  #chunkBytes = 0
  #scratch: Buffer = Buffer.allocUnsafeSlow(leastScratchBytes)
  #sealed = 0
  #end = 0
  #scheduled = false
  #handedBytes = 0

  /** `onRoom` is called after each write, and when the socket has drained. */
  constructor(socket: Socket, turn: FlushTurn, onRoom: () => void) {
    this.#socket = socket
    this.#turn = turn
    this.#onRoom = onRoom
    socket.on('drain', onRoom)
  }

  /** Bytes that the operating system has not taken yet. */
  get waitingBytes(): number {
    return this.#chunkBytes + this.#end - this.#sealed + this.#socket.writableLength
  }

  get congested(): boolean {
    return this.waitingBytes >= congestedBytes
  }

  /** True: more waits than a connection may hold, although bodies have long been held back. */
  get overfull(): boolean {
    return this.waitingBytes >= overfullBytes
  }

  /** Bytes that the operating system has taken since the connection began. */
  get takenBytes(): number {
    return this.#handedBytes - this.#socket.writableLength
  }

  /** Where the room of {@link claim} is, until the next one. */
  get room(): Buffer {
    return this.#scratch
  }

  /**
   * Answers where in {@link room} `length` bytes go, at most 16 KiB, which the caller fills at once,
   * whole.
   */
  claim(length: number): number {
    if (this.#end + length > this.#scratch.length) this.#renew(length)
    if (!this.#scheduled) this.#schedule()
    const start = this.#end
    this.#end += length
    return start
  }

  /** `bytes` must not change any more. */
  append(bytes: Buffer): void {
    const { length } = bytes
    if (length <= longestCopyBytes) {
      const start = this.claim(length)
      this.#scratch.set(bytes, start)
      return
    }
    this.#seal()
    if (!this.#scheduled) this.#schedule()
    this.#chunks.push(bytes)
    this.#chunkBytes += length
  }

  flush(): void {
    this.#scheduled = false
    this.#seal()
    const chunks = this.#chunks
    const [first] = chunks
    if (first === undefined) return
    this.#handedBytes += this.#chunkBytes
    this.#chunks = []
    this.#chunkBytes = 0
    const socket = this.#socket
    if (!socket.writable) return
    if (chunks.length === 1) {
      socket.write(first)
    } else {
      socket.cork()
      for (const chunk of chunks) socket.write(chunk)
      socket.uncork()
    }
    if (socket.writableLength === 0) this.#reuse()
    this.#onRoom()
  }

  #schedule(): void {
    this.#scheduled = true
    this.#turn.add(this)
  }

  #seal(): void {
    if (this.#end === this.#sealed) return
    const chunk = this.#scratch.subarray(this.#sealed, this.#end)
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    this.#sealed = this.#end
  }

  /** Nobody reads the scratch memory any more: the operating system has all that was in it. */
  #reuse(): void {
    this.#sealed = 0
    this.#end = 0
  }

  #renew(length: number): void {
    this.#seal()
    const ample = Math.min(this.#scratch.length * 2, mostScratchBytes)
    this.#scratch = Buffer.allocUnsafeSlow(Math.max(ample, length))
    this.#reuse()
  }
}

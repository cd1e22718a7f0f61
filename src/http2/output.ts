import type { Socket } from 'node:net'
import type { FlushTurn } from './flush-turn.js'

const scratchBytes = 32 * 1024

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
  #scratch = Buffer.allocUnsafeSlow(scratchBytes)
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

  /** Room for `length` bytes, at most 16 KiB, which the caller fills at once, whole. */
  claim(length: number): Buffer {
    if (this.#end + length > scratchBytes) this.#renew()
    this.#schedule()
    const start = this.#end
    this.#end += length
    return this.#scratch.subarray(start, this.#end)
  }

  /** `bytes` must not change any more. */
  append(bytes: Buffer): void {
    if (bytes.length <= longestCopyBytes) {
      bytes.copy(this.claim(bytes.length))
      return
    }
    this.#seal()
    this.#schedule()
    this.#chunks.push(bytes)
    this.#chunkBytes += bytes.length
  }

  flush(): void {
    this.#scheduled = false
    this.#seal()
    const chunks = this.#chunks
    if (chunks.length === 0) return
    this.#handedBytes += this.#chunkBytes
    this.#chunks = []
    this.#chunkBytes = 0
    if (!this.#socket.writable) return
    if (chunks.length > 1) this.#socket.cork()
    for (const chunk of chunks) this.#socket.write(chunk)
    if (chunks.length > 1) this.#socket.uncork()
    this.#onRoom()
  }

  #schedule(): void {
    if (this.#scheduled) return
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

  #renew(): void {
    this.#seal()
    this.#scratch = Buffer.allocUnsafeSlow(scratchBytes)
    this.#sealed = 0
    this.#end = 0
  }
}

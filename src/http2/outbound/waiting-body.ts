/** The part of a stream's body that waits for windows and socket, in the order it was sent. */
export class WaitingBody {
  #pieces: Buffer[] = []
  /** Bytes of the first piece that have gone. */
  #gone = 0
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** `piece` must not change any more. */
  add(piece: Buffer): void {
    if (piece.length === 0) return
    this.#pieces.push(piece)
    this.#bytes += piece.length
  }

  /** The next bytes, at most `limit`: a view where they are of one piece, else a copy. */
  take(limit: number): Buffer {
    const parts: Buffer[] = []
    let room = limit
    let used = 0
    for (const piece of this.#pieces) {
      if (room === 0) break
      const part = piece.subarray(this.#gone, this.#gone + room)
      parts.push(part)
      room -= part.length
      this.#gone += part.length
      if (this.#gone < piece.length) break
      this.#gone = 0
      used++
    }
    if (used > 0) this.#pieces.splice(0, used)
    const [only] = parts
    const bytes = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
    this.#bytes -= bytes.length
    return bytes
  }
}

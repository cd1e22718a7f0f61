const grpcHeaderBytes = 5

/** Cuts a stream of bytes into gRPC messages. */
export class MessageReader {
  readonly #take: (message: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(take: (message: Buffer) => void) {
    this.#take = take
  }

  take(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    while (all.length - at >= grpcHeaderBytes) {
      const end = at + grpcHeaderBytes + all.readUInt32BE(at + 1)
      if (end > all.length) break
      this.#take(all.subarray(at + grpcHeaderBytes, end))
      at = end
    }
    this.#rest = Buffer.from(all.subarray(at))
  }
}

import { connect, type Socket } from 'node:net'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const frameHeaderBytes = 9
const endStream = 0x1
const endHeaders = 0x4
const frame = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 }
const initialWindowBytes = 65_535
const largeWindowBytes = 0x7fff_0000
const windowStepBytes = 2 ** 28

export interface FrameListener {
  /** A stream ended. `answered`: a message came before its trailers, so the call succeeded. */
  ended(streamId: number, answered: boolean): void
  /** Bytes of a stream's messages, each with gRPC's five bytes in front. */
  data?(streamId: number, bytes: Buffer): void
}

/**
 * An HTTP/2 connection for load: prepared header bytes out, frames counted as they come in. It sends
 * no more than the server's connection window allows and keeps the server's own window open.
 * A connection that the server ends throws where nobody catches it: the process that makes load dies.
 */
export class FrameConnection {
  readonly #socket: Socket
  readonly #listener: FrameListener
  readonly #headers = new Map<string, Buffer>()
  readonly #answered = new Set<number>()
  readonly #authority: string
  #rest: Buffer = Buffer.alloc(0)
  #outgoing: Buffer[] = []
  #flushScheduled = false
  #nextStream = 1
  #sendWindow = initialWindowBytes
  #takenBytes = 0
  #closed = false
  #waiting: (() => void)[] = []

  private constructor(socket: Socket, authority: string, listener: FrameListener) {
    this.#socket = socket
    this.#authority = authority
    this.#listener = listener
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('close', () => {
      if (!this.#closed) throw new Error('the server closed a connection')
    })
  }

  static async open(port: number, listener: FrameListener): Promise<FrameConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    const connection = new FrameConnection(socket, `127.0.0.1:${port}`, listener)
    const settings = Buffer.alloc(6)
    settings.writeUInt16BE(4, 0)
    settings.writeUInt32BE(largeWindowBytes, 2)
    socket.write(Buffer.concat([preface, frameOf(frame.settings, 0, 0, settings)]))
    socket.write(windowUpdate(largeWindowBytes - initialWindowBytes))
    return connection
  }

  /** Starts a call with one message; `end`: there will be no other. Answers the stream's id. */
  call(path: string, message: Buffer, end: boolean): number {
    const streamId = this.#nextStream
    this.#nextStream += 2
    this.#write(frameOf(frame.headers, endHeaders, streamId, this.#headersOf(path)))
    this.send(streamId, message, end)
    return streamId
  }

  /** One more message on a stream. */
  send(streamId: number, message: Buffer, end: boolean): void {
    const body = Buffer.allocUnsafe(5 + message.length)
    body[0] = 0
    body.writeUInt32BE(message.length, 1)
    body.set(message, 5)
    const bytes = frameOf(frame.data, end ? endStream : 0, streamId, body)
    if (this.#sendWindow >= body.length && this.#waiting.length === 0) {
      this.#sendWindow -= body.length
      this.#write(bytes)
      return
    }
    this.#waiting.push(() => {
      this.#sendWindow -= body.length
      this.#write(bytes)
    })
  }

  close(): void {
    this.#closed = true
    this.#socket.destroy()
  }

  #headersOf(path: string): Buffer {
    let block = this.#headers.get(path)
    if (block === undefined) {
      block = headerBlock(path, this.#authority)
      this.#headers.set(path, block)
    }
    return block
  }

  #write(bytes: Buffer): void {
    this.#outgoing.push(bytes)
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    setImmediate(() => {
      this.#flushScheduled = false
      const outgoing = this.#outgoing
      this.#outgoing = []
      if (this.#closed) return
      this.#socket.write(Buffer.concat(outgoing))
    })
  }

  #receive(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    while (all.length - at >= frameHeaderBytes) {
      const length = all.readUIntBE(at, 3)
      const end = at + frameHeaderBytes + length
      if (end > all.length) break
      this.#frame(all, at, end)
      at = end
    }
    this.#rest = all.subarray(at)
  }

  #frame(all: Buffer, at: number, end: number): void {
    const flags = all[at + 4] as number
    const streamId = all.readUInt32BE(at + 5) & 0x7fff_ffff
    const payload = all.subarray(at + frameHeaderBytes, end)
    switch (all[at + 3]) {
      case frame.data:
        this.#answered.add(streamId)
        this.#take(payload.length)
        this.#listener.data?.(streamId, payload)
        break
      case frame.headers:
        if ((flags & endStream) !== 0)
          this.#listener.ended(streamId, this.#answered.delete(streamId))
        break
      case frame.reset:
        this.#listener.ended(streamId, false)
        break
      case frame.settings:
        if ((flags & 1) === 0) this.#write(frameOf(frame.settings, 1, 0, Buffer.alloc(0)))
        break
      case frame.ping:
        if ((flags & 1) === 0) this.#write(frameOf(frame.ping, 1, 0, Buffer.from(payload)))
        break
      case frame.windowUpdate:
        if (streamId === 0) this.#grow(payload.readUInt32BE(0))
        break
      case frame.goAway:
        throw new Error(`the server said goaway: ${payload.subarray(8).toString()}`)
    }
  }

  #take(bytes: number): void {
    this.#takenBytes += bytes
    if (this.#takenBytes < windowStepBytes) return
    this.#write(windowUpdate(this.#takenBytes))
    this.#takenBytes = 0
  }

  #grow(bytes: number): void {
    this.#sendWindow += bytes
    const waiting = this.#waiting
    this.#waiting = []
    // Messages here are far below half a window, so a positive one has room for the next.
    while (waiting.length > 0 && this.#sendWindow > initialWindowBytes / 2) waiting.shift()?.()
    this.#waiting = waiting
  }
}

function frameOf(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = type
  bytes[4] = flags
  bytes.writeUInt32BE(streamId, 5)
  bytes.set(payload, frameHeaderBytes)
  return bytes
}

function windowUpdate(bytes: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(bytes)
  return frameOf(frame.windowUpdate, 0, 0, payload)
}

/** HPACK without dynamic table: indexed method and scheme, the rest as literals (RFC 7541, 6.2.2). */
function headerBlock(path: string, authority: string): Buffer {
  return Buffer.concat([
    Buffer.from([0x83, 0x86, 0x04]),
    literal(path),
    Buffer.from([0x01]),
    literal(authority),
    Buffer.from([0x0f, 0x10]),
    literal('application/grpc'),
    Buffer.from([0x00]),
    literal('te'),
    literal('trailers'),
  ])
}

function literal(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
}

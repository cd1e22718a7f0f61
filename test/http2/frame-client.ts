import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect } from 'vitest'
import { type HeaderField, HpackDecoder } from '../../src/http2/hpack/index.js'
import { flags, frameTypes } from '../../src/http2/protocol.js'
import { greeting, ping } from './frames.js'

const patienceMs = 15_000

export interface ReceivedFrame {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
  /** Of HEADERS with their whole block. */
  readonly fields: readonly HeaderField[]
}

export interface Response {
  readonly fields: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly trailers: Readonly<Record<string, string>>
  /** How long the frames of the body were. */
  readonly frameBytes: readonly number[]
}

/** Sends exactly what it is told to, and keeps what comes back until somebody asks for it. */
export class FrameClient {
  readonly socket: Socket
  /** For a client whose table sizes are not those that its decoder was made for. */
  ignoresBlocks = false
  readonly #decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 1 << 20 })
  readonly #unread: ReceivedFrame[] = []
  #rest: Buffer = Buffer.alloc(0)
  #ended = false
  #look = () => {}
  #pings = 0

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#ended = true
      this.#look()
    })
  }

  /** A connection on which nothing has been said. */
  static async silent(port: number): Promise<FrameClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const client = new FrameClient(socket)
    await once(socket, 'connect')
    return client
  }

  /** A connection that has begun as it should. */
  static async open(port: number): Promise<FrameClient> {
    const client = await FrameClient.silent(port)
    client.send(greeting)
    return client
  }

  /** One that has begun as it should, over TLS, trusting a certificate. */
  static async openOverTls(port: number, cert: string): Promise<FrameClient> {
    const options = { port, host: '127.0.0.1', ca: cert, ALPNProtocols: ['h2'] }
    const socket = connectTls(options)
    const client = new FrameClient(socket)
    await once(socket, 'secureConnect')
    client.send(greeting)
    return client
  }

  send(...bytes: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(bytes))
  }

  /** The oldest frame of a type (and stream) that was not asked for before. */
  next(type: number, streamId?: number): Promise<ReceivedFrame> {
    return this.#first(
      (frame) => frame.type === type && (streamId === undefined || frame.streamId === streamId),
      `a frame of type ${type}`,
    )
  }

  /** Frames of a type (and stream) that are here and were not asked for. */
  unread(type: number, streamId?: number): readonly ReceivedFrame[] {
    return this.#unread.filter(
      (frame) => frame.type === type && (streamId === undefined || frame.streamId === streamId),
    )
  }

  /** Waits until the server has taken everything in that was sent before. */
  async settled(): Promise<void> {
    const text = `${this.#pings++}`.padStart(8, '0')
    this.send(ping(text))
    const isAnswer = ({ type, payload }: ReceivedFrame) =>
      type === frameTypes.ping && payload.toString() === text
    await this.#first(isAnswer, 'the answer to a ping')
  }

  async response(streamId: number): Promise<Response> {
    const head = await this.next(frameTypes.headers, streamId)
    const pieces: Buffer[] = []
    let last = head
    while ((last.flags & flags.endStream) === 0) {
      last = await this.#first((frame) => frame.streamId === streamId, `the end of ${streamId}`)
      if (last.type === frameTypes.resetStream) throw new Error(`stream ${streamId} was reset`)
      if (last.type === frameTypes.data) pieces.push(last.payload)
    }
    return {
      fields: recordOf(head),
      body: Buffer.concat(pieces),
      trailers: last === head ? {} : recordOf(last),
      frameBytes: pieces.map((piece) => piece.length),
    }
  }

  /** The server says GOAWAY with the code, and closes. */
  async expectConnectionError(code: number): Promise<ReceivedFrame> {
    const frame = await this.next(frameTypes.goAway)
    expect(frame.payload.readUInt32BE(4), frame.payload.subarray(8).toString()).toBe(code)
    await this.closed()
    return frame
  }

  /** The server says RST_STREAM with the code, and goes on with the connection. */
  async expectStreamError(streamId: number, code: number): Promise<void> {
    const frame = await this.next(frameTypes.resetStream, streamId)
    expect(frame.payload.readUInt32BE(0)).toBe(code)
    await this.settled()
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await this.#within(once(this.socket, 'close'), 'the close')
  }

  get isClosed(): boolean {
    return this.#ended
  }

  close(): void {
    this.socket.destroy()
  }

  async #first(
    matches: (frame: ReceivedFrame) => boolean,
    description: string,
  ): Promise<ReceivedFrame> {
    const found = new Promise<ReceivedFrame>((resolve, reject) => {
      this.#look = () => {
        const at = this.#unread.findIndex(matches)
        const [frame] = at < 0 ? [] : this.#unread.splice(at, 1)
        if (frame !== undefined) resolve(frame)
        else if (this.#ended) reject(new Error(`the connection closed before ${description}`))
      }
      this.#look()
    })
    return this.#within(found, description)
  }

  async #within<T>(promise: Promise<T>, description: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      const had = this.#unread
        .slice(-10)
        .map(({ type, streamId }) => `${type} on ${streamId}`)
        .join(', ')
      const message = () => new Error(`waited in vain for ${description}; had ${had}`)
      timer = setTimeout(() => reject(message()), patienceMs)
    })
    return Promise.race([promise, late]).finally(() => clearTimeout(timer))
  }

  #receive(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#rest, chunk])
    while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
      const end = 9 + bytes.readUIntBE(0, 3)
      this.#unread.push(this.#parsed(bytes.subarray(0, end)))
      bytes = bytes.subarray(end)
    }
    this.#rest = bytes
    this.#look()
  }

  #parsed(bytes: Buffer): ReceivedFrame {
    const type = bytes[3] ?? 0
    const payload = bytes.subarray(9)
    const whole = type === frameTypes.headers && ((bytes[4] ?? 0) & flags.endHeaders) !== 0
    const fields = whole && !this.ignoresBlocks ? this.#decoder.decode(payload).fields : []
    return { type, flags: bytes[4] ?? 0, streamId: bytes.readUInt32BE(5), payload, fields }
  }
}

function recordOf(frame: ReceivedFrame): Record<string, string> {
  return Object.fromEntries(frame.fields.map(({ name, value }) => [name, value]))
}

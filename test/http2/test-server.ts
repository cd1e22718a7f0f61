import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  FlushTurn,
  Http2Connection,
  type Http2Stream,
  PreparedFields,
  type RequestHead,
  type StreamListener,
} from '../../src/http2/index.js'
import { selfSigned, type TlsIdentity } from '../support/self-signed.js'
import { FrameClient } from './frame-client.js'

const nothing = Buffer.alloc(0)
const responseHead = new PreparedFields([{ name: ':status', value: '200' }])
const trailers = [{ name: 'done', value: 'yes' }]

export interface TestServerOptions {
  readonly maxConcurrentStreams?: number
  readonly initialWindowBytes?: number
  readonly maxHeaderListBytes?: number
  readonly overTls?: boolean
  /** What is done with a request; default: its body is sent back when it is there. */
  readonly onRequest?: (request: Request) => void
}

/** A request as its handler sees it. */
export class Request implements StreamListener {
  readonly stream: Http2Stream
  readonly head: RequestHead
  readonly pieces: Buffer[] = []
  ended = false
  wasReset = false
  sentBytes = 0
  /** False: what comes in stays unused. */
  consumes = true
  whenEnded: () => void = () => this.echo()

  constructor(stream: Http2Stream, head: RequestHead) {
    this.stream = stream
    this.head = head
  }

  get body(): Buffer {
    return Buffer.concat(this.pieces)
  }

  echo(): void {
    this.answer(this.body)
  }

  answer(body: Buffer): void {
    this.stream.respond(responseHead, false)
    if (body.length > 0) this.stream.send(nothing, body)
    this.stream.end(trailers)
  }

  onData(bytes: Buffer, start: number, end: number): void {
    this.pieces.push(Buffer.from(bytes.subarray(start, end)))
    if (this.consumes) this.stream.consumed(end - start)
  }

  onEnd(): void {
    this.ended = true
    this.whenEnded()
  }

  onReset(): void {
    this.wasReset = true
  }

  onSent(bytes: number): void {
    this.sentBytes += bytes
  }
}

/** Our connections behind a real listener, and all that they were asked. */
export class TestServer implements AsyncDisposable {
  readonly port: number
  readonly requests: Request[] = []
  readonly connections: Http2Connection[] = []
  readonly sockets: Socket[] = []
  readonly troubles: unknown[] = []
  closedConnections = 0
  /** What connections take for the time. */
  nowMs = 0
  readonly #server: Server
  readonly #identity: TlsIdentity | undefined
  readonly #clients: FrameClient[] = []

  private constructor(
    server: Server,
    identity: TlsIdentity | undefined,
    options: TestServerOptions,
  ) {
    this.#server = server
    this.#identity = identity
    const address = server.address()
    this.port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const turn = new FlushTurn()
    const event = identity === undefined ? 'connection' : 'secureConnection'
    server.on(event, (socket: Socket) => this.#serve(socket, turn, options))
  }

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const identity = options.overTls ? selfSigned() : undefined
    const server =
      identity === undefined
        ? createServer({ noDelay: true })
        : createTlsServer({ ...identity, noDelay: true, ALPNProtocols: ['h2'] })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new TestServer(server, identity, options)
  }

  async client(): Promise<FrameClient> {
    const client =
      this.#identity === undefined
        ? await FrameClient.open(this.port)
        : await FrameClient.openOverTls(this.port, this.#identity.cert)
    this.#clients.push(client)
    return client
  }

  async silentClient(): Promise<FrameClient> {
    const client = await FrameClient.silent(this.port)
    this.#clients.push(client)
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close()
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    if (this.troubles.length > 0) throw this.troubles[0]
  }

  #serve(socket: Socket, turn: FlushTurn, options: TestServerOptions): void {
    const { maxConcurrentStreams = 100, initialWindowBytes = 65_535 } = options
    const { maxHeaderListBytes = 64 * 1024, onRequest = () => {} } = options
    this.sockets.push(socket)
    const connection = new Http2Connection(socket, {
      settings: { maxConcurrentStreams, initialWindowBytes, maxHeaderListBytes },
      turn,
      nowMs: () => this.nowMs,
      onStream: (stream, head) => {
        const request = new Request(stream, head)
        this.requests.push(request)
        stream.listener = request
        onRequest(request)
      },
      onClose: () => {
        this.closedConnections++
      },
      onTrouble: (error) => this.troubles.push(error),
    })
    this.connections.push(connection)
  }
}

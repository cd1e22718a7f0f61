import { connect, createServer, type Server, type Socket } from 'node:net'
import { errorMapping } from '../../src/api/error-mapping.js'
import { type CancelSignal, CancelSource } from '../../src/base/cancel-signal.js'
import type { Clock } from '../../src/base/clock.js'
import type { LogFields, Logger } from '../../src/base/logger.js'
import { seededRandom } from '../../src/base/random.js'
import { systemClock } from '../../src/base/system-clock.js'
import type { PeerMessage, PeerReceiver, SnapshotRequest, Transport } from '../../src/node/index.js'
import { type PeerLimits, PeerNetwork, type PeerUrls } from '../../src/peers/index.js'
import type { Host, HostOptions } from '../../src/rpc/host.js'
import { type HostKind, newHost } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'

export const clusterId = 0xc1n
export const groupId = 0xf00dn
export const never: CancelSignal = new CancelSource()

export interface Line {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

/** What a member's node would be: remembers what it is told, and answers as the test wants. */
export class Recorder implements PeerReceiver {
  readonly messages: PeerMessage[] = []
  readonly connectedTo: bigint[] = []
  onMessage: (message: PeerMessage) => void = () => {}
  onQuestion: PeerReceiver['answer'] = async (_from, question) => question
  onSnapshot: PeerReceiver['receiveSnapshot'] = async (_request, pieces) => {
    for await (const _piece of pieces);
  }

  receive(message: PeerMessage): void {
    this.messages.push(message)
    this.onMessage(message)
  }

  connected(peer: bigint): void {
    this.connectedTo.push(peer)
  }

  receiveSnapshot(request: SnapshotRequest, pieces: AsyncIterable<Buffer>): Promise<void> {
    return this.onSnapshot(request, pieces)
  }

  answer(from: bigint, question: Buffer, signal: CancelSignal): Promise<Buffer> {
    return this.onQuestion(from, question, signal)
  }
}

/** One process: its network, and a host that others reach. */
export class Process {
  readonly lines: Line[]
  readonly recorder = new Recorder()
  readonly network: PeerNetwork
  readonly transport: Transport
  readonly id: bigint
  readonly url: string
  readonly clock: CountingClock
  readonly #host: Host

  private constructor(
    id: bigint,
    network: PeerNetwork,
    host: Host,
    port: number,
    clock: CountingClock,
    lines: Line[],
    readonly countErrors: () => number,
  ) {
    this.lines = lines
    this.id = id
    this.network = network
    this.#host = host
    this.url = `http://127.0.0.1:${port}`
    this.clock = clock
    this.transport = network.transport(groupId)
    this.transport.start(this.recorder)
  }

  static async start(options: ProcessOptions): Promise<Process> {
    const lines: Line[] = []
    const clock = new CountingClock()
    const network = new PeerNetwork({
      memberId: options.id,
      clusterId: options.clusterId ?? clusterId,
      peers: options.peers ?? new Map(),
      clock,
      random: seededRandom(Number(options.id)),
      logger: lineLogger(lines),
      limits: { firstPauseMs: 10, longestPauseMs: 100, ...options.limits },
    })
    let errors = 0
    const onError = () => {
      errors++
    }
    const host = makeHost(options.kind ?? 'own', network, lineLogger(lines), onError)
    const port = await host.bind('127.0.0.1', options.port ?? 0)
    return new Process(options.id, network, host, port, clock, lines, () => errors)
  }

  /** Where it listens. */
  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Calls of others that ended with an error. */
  get refusals(): number {
    return this.countErrors()
  }

  warnings(text: string): Line[] {
    return this.lines.filter(({ level, message }) => level === 'warn' && message.includes(text))
  }

  async close(): Promise<void> {
    await this.network.close()
    await this.#host.close({ graceMs: 0 })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

interface ProcessOptions {
  readonly id: bigint
  readonly kind?: HostKind
  readonly clusterId?: bigint
  readonly peers?: PeerUrls
  readonly limits?: Partial<PeerLimits>
  readonly port?: number
}

/** Tells processes of each other. */
export function introduce(...processes: readonly Process[]): void {
  const peers = new Map(processes.map(({ id, url }) => [id, [url]] as const))
  for (const { network } of processes) network.setPeers(peers)
}

export async function connected(a: Process, b: Process): Promise<void> {
  await waitFor('both are connected', () => {
    return a.network.isConnected(b.id) && b.network.isConnected(a.id)
  })
}

export class CountingClock implements Clock {
  /** Timers that are set. */
  readonly running = new Set<object>()

  nowMs(): number {
    return systemClock.nowMs()
  }

  schedule(delayMs: number, callback: () => void) {
    const token = {}
    this.running.add(token)
    const timer = systemClock.schedule(delayMs, () => {
      this.running.delete(token)
      callback()
    })
    return {
      cancel: () => {
        this.running.delete(token)
        timer.cancel()
      },
    }
  }
}

/** A way through which everything goes, and which a test can disturb. */
export class TroubledWay {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly url: string
  /** Sees what goes to the target, and may change it. */
  alter: (bytes: Buffer) => void = () => {}
  connections = 0

  private constructor(server: Server, port: number) {
    this.#server = server
    this.url = `http://127.0.0.1:${port}`
  }

  static async to(targetPort: number): Promise<TroubledWay> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const proxy = new TroubledWay(server, typeof address === 'object' ? (address?.port ?? 0) : 0)
    server.on('connection', (socket) => proxy.#join(socket, targetPort))
    return proxy
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Nothing goes through any more, and nobody is told. */
  freeze(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').pause()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #join(near: Socket, targetPort: number): void {
    this.connections++
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => {
      this.alter(bytes)
      pass(bytes, near, far)
    })
    far.on('data', (bytes) => pass(bytes, far, near))
  }
}

/** No faster than the other side takes it. */
function pass(bytes: Buffer, from: Socket, to: Socket): void {
  if (to.write(bytes)) return
  from.pause()
  to.once('drain', () => from.resume())
}

export function lineLogger(lines: Line[]): Logger {
  const at = (level: string) => (message: string, fields?: LogFields) => {
    lines.push({ level, message, fields })
  }
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    with: () => logger,
  }
  return logger
}

function makeHost(kind: HostKind, network: PeerNetwork, logger: Logger, onError: () => void): Host {
  const describe = errorMapping(logger)
  const options: HostOptions = {
    routes: network.routes(),
    describeError: (thrown) => {
      onError()
      return describe(thrown)
    },
    maxReceiveBytes: network.maxReceiveBytes,
    maxConcurrentStreams: 10_000,
  }
  return newHost(kind, options, (error) => logger.error('trouble', { error }))
}

export function heartbeat(from: bigint, to: bigint, commit: number): PeerMessage {
  return { type: 'heartbeat-request', from, to, term: 1, commit, readRound: 0 }
}

/** An append of one entry behind `previousIndex`. */
export function append(
  from: bigint,
  to: bigint,
  previousIndex: number,
  data = Buffer.from('data'),
): PeerMessage {
  const entries = [{ index: previousIndex + 1, term: 1, kind: 'normal' as const, data }]
  const previousTerm = previousIndex === 0 ? 0 : 1
  return {
    type: 'append-request',
    from,
    to,
    term: 1,
    previousIndex,
    previousTerm,
    entries,
    commit: 0,
  }
}

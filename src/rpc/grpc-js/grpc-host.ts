import type { Socket } from 'node:net'
import {
  type ConnectionInjector,
  type Responder,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js'
import { invariant, MetastoreError } from '../../base/errors.js'
import type { DescribeError } from '../call-status.js'
import type { Route } from '../method.js'
import { Listeners } from './listeners.js'
import type { CallOwner, ServerCall } from './server-call.js'
import { serviceOf, unknownMethod } from './status-text.js'
import { StreamCall } from './stream-call.js'
import { UnaryCall } from './unary-call.js'
import { answerUnknownPaths } from './unknown-paths.js'

export interface GrpcHostOptions {
  readonly routes: readonly Route[]
  readonly describeError: DescribeError
  /** A longer message is refused with ResourceExhausted before it is read. */
  readonly maxReceiveBytes: number
  /** On one connection. */
  readonly maxConcurrentStreams: number
  /** A silent connection is asked for a sign of life. Default: two hours. */
  readonly keepaliveIntervalMs?: number
  /** How long that sign may take. Default: 20 s. */
  readonly keepaliveTimeoutMs?: number
}

export interface CloseOptions {
  /** How long unary calls may run on. */
  readonly graceMs: number
}

/** Left to grpc-js in place of a call, which it may ask but not answer. */
const neverStarts: Responder = { start: ignore }

/** How long calls that were told to end may take to send their status. */
const lastWordsMs = 100

/** Carries routes over HTTP/2 with grpc-js. */
export class GrpcHost implements CallOwner {
  readonly describeError: DescribeError
  readonly running = new Set<ServerCall>()
  readonly #routes = new Map<string, Route>()
  readonly #services = new Set<string>()
  readonly #server: Server
  readonly #injector: ConnectionInjector
  readonly #listeners = new Listeners((socket) => this.accept(socket))
  readonly #sockets = new Set<Socket>()
  #closing: Promise<void> | undefined
  #idle: (() => void) | undefined

  constructor(options: GrpcHostOptions) {
    this.describeError = options.describeError
    this.#server = new Server({
      'grpc.max_receive_message_length': options.maxReceiveBytes,
      'grpc.max_concurrent_streams': options.maxConcurrentStreams,
      'grpc.keepalive_time_ms': options.keepaliveIntervalMs ?? 7_200_000,
      'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs ?? 20_000,
      'grpc.enable_channelz': 0,
      interceptors: [this.#intercept],
    })
    for (const route of options.routes) this.#add(route)
    answerUnknownPaths(this.#server)
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure())
  }

  /**
   * Listens on one more address and answers its port. `port` 0: one that is free.
   * @throws MetastoreError `address-unusable`, `server-stopped` after {@link close}
   */
  bind(host: string, port: number): Promise<number> {
    if (this.#closing !== undefined) return Promise.reject(new MetastoreError('server-stopped'))
    return this.#listeners.listen(host, port)
  }

  /** Serves a connection that somebody else accepted and nobody has read from. */
  accept(socket: Socket): void {
    if (this.#closing !== undefined) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#checkIdle()
    })
    this.#injector.injectConnection(socket)
  }

  /**
   * Stops listening, tells streaming calls to end (they would never do so themselves), lets unary
   * calls run on for `graceMs`, tells the rest to end, and at last cuts what is left. Idempotent.
   */
  close(options: CloseOptions): Promise<void> {
    this.#closing ??= this.#close(options.graceMs)
    return this.#closing
  }

  callEnded(): void {
    if (this.#idle !== undefined) this.#checkIdle()
  }

  async #close(graceMs: number): Promise<void> {
    const listenersClosed = this.#listeners.close()
    for (const call of this.running) if (call instanceof StreamCall) this.#stop(call)
    this.#server.tryShutdown(() => {})
    if (!(await this.#idleWithin(graceMs))) {
      for (const call of this.running) this.#stop(call)
      await this.#idleWithin(lastWordsMs)
    }
    for (const socket of this.#sockets) socket.destroy()
    this.#server.forceShutdown()
    await listenersClosed
  }

  #stop(call: ServerCall): void {
    call.abort(new MetastoreError('server-stopped'))
  }

  /** True: no call runs and every connection has ended. */
  #idleWithin(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timeout = setTimeout(() => resolve(false), timeoutMs)
      this.#idle = () => {
        clearTimeout(timeout)
        resolve(true)
      }
      this.#checkIdle()
    })
  }

  #checkIdle(): void {
    if (this.running.size === 0 && this.#sockets.size === 0) this.#idle?.()
  }

  #add(route: Route): void {
    const { path } = route.method
    const added = this.#server.register(path, ignore, asIs, asIs, 'unary')
    invariant(added, `two routes for ${path}`)
    this.#routes.set(path, route)
    this.#services.add(serviceOf(path))
  }

  /** Takes every call away from grpc-js's own handling. */
  readonly #intercept: ServerInterceptor = (definition, transport) => {
    const route = this.#routes.get(definition.path)
    if (route === undefined) {
      const answer = unknownMethod(definition.path, this.#services)
      transport.sendStatus({ code: answer.status, details: answer.message })
    } else {
      this.#callOf(route, transport).start()
    }
    return new ServerInterceptingCall(transport, neverStarts)
  }

  #callOf(route: Route, transport: ServerInterceptingCallInterface): ServerCall {
    return 'unary' in route
      ? new UnaryCall(transport, this, route.method, route.unary)
      : new StreamCall(transport, this, route.method, route.stream)
  }
}

/** Messages reach the calls as bytes: they decode and encode themselves, and know the sizes. */
function asIs(bytes: Buffer): Buffer {
  return bytes
}

function ignore(): void {}

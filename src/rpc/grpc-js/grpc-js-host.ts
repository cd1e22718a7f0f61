import type { Socket } from 'node:net'
import {
  type ConnectionInjector,
  type Responder,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
} from '@grpc/grpc-js'
import type { HostOptions } from '../host.js'
import { HostCore } from '../host-core.js'
import { GrpcJsCall } from './grpc-js-call.js'
import { answerUnknownPaths } from './unknown-paths.js'

/** Left to grpc-js in place of a call, which it may ask but not answer. */
const neverStarts: Responder = { start: ignore }

/** Carries routes over HTTP/2 with grpc-js. */
export class GrpcJsHost extends HostCore {
  readonly #server: Server
  readonly #injector: ConnectionInjector

  constructor(options: HostOptions) {
    super(options)
    this.#server = new Server({
      'grpc.max_receive_message_length': options.maxReceiveBytes,
      'grpc.max_concurrent_streams': options.maxConcurrentStreams,
      'grpc.keepalive_time_ms': options.keepaliveIntervalMs ?? 7_200_000,
      'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs ?? 20_000,
      'grpc.enable_channelz': 0,
      interceptors: [this.#intercept],
    })
    for (const { method } of options.routes) {
      this.#server.register(method.path, ignore, asIs, asIs, 'unary')
    }
    answerUnknownPaths(this.#server)
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure())
  }

  protected override serve(socket: Socket): void {
    this.#injector.injectConnection(socket)
  }

  protected override drain(): void {
    this.#server.tryShutdown(ignore)
  }

  protected override release(): void {
    this.#server.forceShutdown()
  }

  /** Takes every call away from grpc-js's own handling. */
  readonly #intercept: ServerInterceptor = (definition, transport) => {
    const route = this.routes.get(definition.path)
    if (route === undefined) {
      const answer = this.routes.unknown(definition.path)
      transport.sendStatus({ code: answer.status, details: answer.message })
    } else {
      new GrpcJsCall(transport, (call) => this.calls.create(route, call)).start()
    }
    return new ServerInterceptingCall(transport, neverStarts)
  }
}

/** Messages reach the calls as bytes: they decode and encode themselves, and know the sizes. */
function asIs(bytes: Buffer): Buffer {
  return bytes
}

function ignore(): void {}

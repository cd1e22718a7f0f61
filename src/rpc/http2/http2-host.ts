import type { Socket } from 'node:net'
import { endpointOf } from '../../base/address.js'
import type { Clock } from '../../base/clock.js'
import {
  type EncodedField,
  FlushTurn,
  Http2Connection,
  type Http2Stream,
  type RequestHead,
} from '../../http2/index.js'
import type { CallStatus } from '../call-status.js'
import type { HostOptions } from '../host.js'
import { HostCore } from '../host-core.js'
import { statusCodes } from '../status-codes.js'
import { Http2Call, type Http2CallSettings } from './http2-call.js'
import { canInflate } from './inflation.js'
import { messageHeadBytes } from './message-reader.js'
import { httpRefusal, trailersOnly, undecodable } from './response-fields.js'
import { timeoutMsOf } from './timeout.js'

export interface Http2HostOptions extends HostOptions {
  readonly clock: Clock
  /** Hears of mistakes of this program that cost a connection. */
  readonly onTrouble: (error: unknown) => void
}

/** The header fields of one request; what Go's server allows by default would be 16 MiB. */
const maxHeaderListBytes = 64 * 1024

/** A window takes at least one message of the largest size, and a little ahead. */
const smallestWindowBytes = 64 * 1024

/** Carries routes over HTTP/2 with a server of our own. */
export class Http2Host extends HostCore {
  readonly #options: Http2HostOptions
  readonly #connections = new Set<Http2Connection>()
  readonly #turn = new FlushTurn()
  readonly #windowBytes: number
  readonly #callSettings: Http2CallSettings
  readonly #tickMs: number
  readonly #quietTicks: number
  #stopTicking: () => void

  constructor(options: Http2HostOptions) {
    super(options)
    this.#options = options
    this.#windowBytes = Math.max(
      smallestWindowBytes,
      2 * (options.maxReceiveBytes + messageHeadBytes),
    )
    this.#callSettings = { ...options, messageHead: Buffer.alloc(messageHeadBytes) }
    this.#tickMs = options.keepaliveTimeoutMs ?? 20_000
    this.#quietTicks = Math.ceil((options.keepaliveIntervalMs ?? 7_200_000) / this.#tickMs)
    this.#stopTicking = this.#tickLater()
  }

  protected override serve(socket: Socket): void {
    const peer = addressOf(socket)
    const connection = new Http2Connection(socket, {
      settings: {
        maxConcurrentStreams: this.#options.maxConcurrentStreams,
        initialWindowBytes: this.#windowBytes,
        maxHeaderListBytes,
      },
      turn: this.#turn,
      nowMs: () => this.#options.clock.nowMs(),
      onStream: (stream, head) => this.#begin(stream, head, peer),
      onClose: (closed) => this.#connections.delete(closed),
      onTrouble: this.#options.onTrouble,
    })
    this.#connections.add(connection)
  }

  protected override drain(): void {
    for (const connection of this.#connections) connection.drain()
  }

  protected override release(): void {
    this.#stopTicking()
  }

  #begin(stream: Http2Stream, head: RequestHead, peer: string): void {
    const timeout = head.get('grpc-timeout')
    const timeoutMs = timeout === undefined ? undefined : timeoutMsOf(timeout)
    const route = this.routes.get(head.path)
    const refusal = refusalOf(head, timeoutMs)
    if (refusal !== undefined) {
      stream.respond(refusal, true)
    } else if (route === undefined) {
      stream.respond(trailersOnly(this.routes.unknown(head.path)), true)
    } else {
      const call = new Http2Call(stream, head, peer, timeoutMs, this.#callSettings)
      call.start(this.calls.create(route, call))
    }
  }

  #tickLater(): () => void {
    const timer = this.#options.clock.schedule(this.#tickMs, () => {
      for (const connection of this.#connections) connection.tick(this.#quietTicks)
      this.#stopTicking = this.#tickLater()
    })
    return () => timer.cancel()
  }
}

/** What is answered to a request that is no call one could serve. */
function refusalOf(
  head: RequestHead,
  timeoutMs: number | undefined,
): readonly EncodedField[] | undefined {
  if (head.method !== 'POST') return httpRefusal(405)
  if (!isGrpc(head.get('content-type'))) return httpRefusal(415)
  const encoding = head.get('grpc-encoding')
  if (!canInflate(encoding)) return undecodable(notInflated(encoding))
  if (Number.isNaN(timeoutMs)) return trailersOnly(malformedTimeout(head.get('grpc-timeout')))
  return undefined
}

function isGrpc(contentType: string | undefined): boolean {
  return contentType === 'application/grpc' || /^application\/grpc[+;]/.test(contentType ?? '')
}

function notInflated(encoding: string | undefined): CallStatus {
  const message = `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`
  return { status: statusCodes.unimplemented, message }
}

function malformedTimeout(timeout: string | undefined): CallStatus {
  const message = `malformed grpc-timeout: ${JSON.stringify(timeout)}`
  return { status: statusCodes.internal, message }
}

function addressOf(socket: Socket): string {
  return endpointOf({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 })
}

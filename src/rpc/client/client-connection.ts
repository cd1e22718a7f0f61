import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
} from 'node:http2'
import { connect as connectSocket, type Socket } from 'node:net'
import { type Address, endpointOf } from '../../base/address.js'
import type { Clock, Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import { ClientCall, type ClientCallListener } from './client-call.js'

export interface ClientConnectionOptions extends Address {
  readonly clock: Clock
  /** A peer that answers no ping for two to three of these is taken to be gone. */
  readonly pingIntervalMs: number
  /** A longer message ends its call. */
  readonly maxReceiveBytes: number
  /** The connection is lost or could not be made. Called once, and not after {@link ClientConnection.destroy}. */
  readonly onLost: (reason: string) => void
}

/** Pings without an answer until a connection counts as lost: one might meet a pause of our own. */
const maxMissedPings = 2

/**
 * One connection to a gRPC server, for as many calls as its caller likes. On node:http2, because
 * grpc-js was measured to need four times the processor for the same messages, and keeps sockets of
 * its own beyond a close.
 */
export class ClientConnection {
  readonly #options: ClientConnectionOptions
  readonly #socket: Socket
  readonly #session: ClientHttp2Session
  #timer: Timer
  #missedPings = 0
  #trouble = 'the connection was closed'
  #over = false

  /** Begins to connect; calls may be made at once. */
  constructor(options: ClientConnectionOptions) {
    const { host, port } = options
    this.#options = options
    this.#socket = connectSocket({ host, port, noDelay: true })
    this.#session = connectHttp2(`http://${endpointOf(options)}`, {
      createConnection: () => this.#socket,
      settings: { enablePush: false },
    })
    this.#session.on('error', (error) => {
      this.#trouble = messageOf(error)
    })
    this.#session.on('goaway', () => this.#lose('the peer closes the connection'))
    this.#session.on('close', () => this.#lose(this.#trouble))
    this.#timer = this.#pingLater()
  }

  /** Begins a call; undefined when the connection is lost. */
  call(
    path: string,
    metadata: Readonly<Record<string, string>>,
    listener: ClientCallListener,
  ): ClientCall | undefined {
    if (this.#over) return undefined
    try {
      return new ClientCall(this.#request(path, metadata), this.#options.maxReceiveBytes, listener)
    } catch (error) {
      this.#trouble = messageOf(error)
      return undefined
    }
  }

  /** Gives up the connection at once, and with it all calls, whose listeners hear of it. Idempotent. */
  destroy(): void {
    this.#over = true
    this.#timer.cancel()
    this.#session.destroy()
    this.#socket.destroy()
  }

  #request(path: string, metadata: Readonly<Record<string, string>>): ClientHttp2Stream {
    return this.#session.request({
      ...metadata,
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    })
  }

  #lose(reason: string): void {
    if (this.#over) return
    this.destroy()
    this.#options.onLost(reason)
  }

  #pingLater(): Timer {
    return this.#options.clock.schedule(this.#options.pingIntervalMs, () => {
      if (this.#missedPings >= maxMissedPings) {
        this.#lose('the peer shows no sign of life')
        return
      }
      if (!this.#session.connecting) this.#ping()
      this.#timer = this.#pingLater()
    })
  }

  /** One ping at a time. */
  #ping(): void {
    if (this.#missedPings++ > 0) return
    this.#session.ping((error) => {
      if (error === null) this.#missedPings = 0
    })
  }
}

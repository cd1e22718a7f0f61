import type { Socket } from 'node:net'
import { endpointOf } from '../../base/address.js'
import type { Clock } from '../../base/clock.js'
import { FlushTurn, Http2Connection } from '../../http2/index.js'
import type { HostOptions } from '../host.js'
import { HostCore } from '../host-core.js'
import { CallIntake } from './call-intake.js'
import type { Http2CallSettings } from './http2-call.js'
import { messageHeadBytes } from './message-reader.js'

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
    const intake = new CallIntake({
      routes: this.routes,
      calls: this.calls,
      settings: this.#callSettings,
      peer: addressOf(socket),
    })
    const connection = new Http2Connection(socket, {
      settings: {
        maxConcurrentStreams: this.#options.maxConcurrentStreams,
        initialWindowBytes: this.#windowBytes,
        maxHeaderListBytes,
      },
      turn: this.#turn,
      nowMs: () => this.#options.clock.nowMs(),
      onStream: (stream, head) => intake.begin(stream, head),
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

  #tickLater(): () => void {
    const timer = this.#options.clock.schedule(this.#tickMs, () => {
      for (const connection of this.#connections) connection.tick(this.#quietTicks)
      this.#stopTicking = this.#tickLater()
    })
    return () => timer.cancel()
  }
}

function addressOf(socket: Socket): string {
  return endpointOf({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 })
}

import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { MetastoreError } from '../base/errors.js'
import { RunningCalls } from './calls/running-calls.js'
import type { CloseOptions, Host, HostOptions } from './host.js'
import { Listeners } from './listeners.js'
import { RouteTable } from './route-table.js'

/** How long calls that were told to end may take to send their status. */
const lastWordsMs = 100

/** What all hosts do alike: listening, the calls that run, and the order of closing. */
export abstract class HostCore implements Host {
  protected readonly routes: RouteTable
  protected readonly calls: RunningCalls
  readonly #listeners = new Listeners((socket) => this.accept(socket))
  readonly #sockets = new Set<Socket>()
  #closing: Promise<void> | undefined
  #idle: (() => void) | undefined

  constructor(options: HostOptions) {
    this.routes = new RouteTable(options.routes)
    this.calls = new RunningCalls(options.describeError, () => this.#checkIdle())
  }

  get runningCalls(): number {
    return this.calls.size
  }

  bind(host: string, port: number): Promise<number> {
    if (this.#closing !== undefined) return Promise.reject(new MetastoreError('server-stopped'))
    return this.#listeners.listen(host, port)
  }

  accept(socket: Socket): void {
    if (this.#closing !== undefined || !isHttp2(socket)) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#checkIdle()
    })
    this.serve(socket)
  }

  close(options: CloseOptions): Promise<void> {
    this.#closing ??= this.#close(options.graceMs)
    return this.#closing
  }

  /** Speaks with the client at the other end. */
  protected abstract serve(socket: Socket): void
  /** Takes no more calls, and ends connections as they run out of them. */
  protected abstract drain(): void
  /** Releases what is left; all sockets are destroyed. */
  protected abstract release(): void

  async #close(graceMs: number): Promise<void> {
    const listenersClosed = this.#listeners.close()
    this.calls.stopStreams()
    this.drain()
    if (!(await this.#idleWithin(graceMs))) {
      this.calls.stopAll()
      await this.#idleWithin(lastWordsMs)
    }
    for (const socket of this.#sockets) socket.destroy()
    this.release()
    await listenersClosed
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
    if (this.calls.size === 0 && this.#sockets.size === 0) this.#idle?.()
  }
}

/** Over TLS, HTTP/2 is settled on in the handshake or not at all (RFC 9113, section 3.2). */
function isHttp2(socket: Socket): boolean {
  return !(socket instanceof TLSSocket) || socket.alpnProtocol === 'h2'
}

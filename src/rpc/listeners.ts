import { createServer, type Server, type Socket } from 'node:net'
import { endpointOf } from '../base/address.js'
import { MetastoreError, messageOf } from '../base/errors.js'

/** The addresses a host listens on. */
export class Listeners {
  readonly #accept: (socket: Socket) => void
  readonly #servers = new Set<Server>()

  constructor(accept: (socket: Socket) => void) {
    this.#accept = accept
  }

  /** @throws MetastoreError `address-unusable` */
  listen(host: string, port: number): Promise<number> {
    const server = createServer({ noDelay: true }, this.#accept)
    this.#servers.add(server)
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        this.#servers.delete(server)
        reject(unusable(host, port, error))
      })
      server.listen({ host, port }, () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : port)
      })
    })
  }

  /** Resolves when the last accepted connection has ended. */
  async close(): Promise<void> {
    const closed = [...this.#servers].map((server) => {
      return new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    })
    await Promise.all(closed)
  }
}

function unusable(host: string, port: number, error: NodeJS.ErrnoException): MetastoreError {
  const message = `cannot listen on ${endpointOf({ host, port })}: ${reason(error)}`
  return new MetastoreError('address-unusable', message, { cause: error })
}

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the address is already in use'
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address'
    case 'EACCES':
      return 'permission denied'
    case 'ENOTFOUND':
      return 'the host name is not known'
    default:
      return messageOf(error)
  }
}

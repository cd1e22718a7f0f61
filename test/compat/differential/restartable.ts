import type { ServerProcess } from '../../support/member-process.js'
import { RawClient } from '../../support/raw-client.js'

export interface RestartableOptions {
  /** Starts the server, at any address, always on the same data. */
  readonly launch: () => Promise<ServerProcess>
  /** Default: a client that tells what it hears. */
  readonly connect?: (endpoint: string) => RawClient
}

/** A server and a client of it; both are others after a restart. */
export class Restartable implements AsyncDisposable {
  readonly #options: RestartableOptions
  #server: ServerProcess
  #client: RawClient

  private constructor(options: RestartableOptions, server: ServerProcess) {
    this.#options = options
    this.#server = server
    this.#client = this.#connect()
  }

  static async start(options: RestartableOptions): Promise<Restartable> {
    return new Restartable(options, await options.launch())
  }

  get client(): RawClient {
    return this.#client
  }

  /** `hard`: without a goodbye. */
  async restart(hard: boolean): Promise<void> {
    this.#client.close()
    const { process } = this.#server
    await (hard ? process.kill() : process.stop())
    this.#server = await this.#options.launch()
    this.#client = this.#connect()
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#client.close()
    await this.#server.process.kill()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #connect(): RawClient {
    const { connect } = this.#options
    return connect?.(this.#server.endpoint) ?? new RawClient(this.#server.endpoint)
  }
}

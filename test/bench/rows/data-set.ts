import type { Contender, RunningServer } from '../contenders.js'
import type { LoadGenerator } from '../load/generator.js'
import { fillOf } from '../load/jobs.js'
import type { Measurement } from '../measurement.js'

/** A server with many keys, which can be stopped and started. */
export class DataSet {
  readonly generator: LoadGenerator
  readonly #contender: Contender
  readonly #directory: string
  #server: RunningServer
  #loaded = 0

  private constructor(
    contender: Contender,
    directory: string,
    generator: LoadGenerator,
    server: RunningServer,
  ) {
    this.#contender = contender
    this.#directory = directory
    this.generator = generator
    this.#server = server
  }

  static async open(
    contender: Contender,
    directory: string,
    generator: LoadGenerator,
  ): Promise<DataSet> {
    return new DataSet(contender, directory, generator, await contender.start(directory))
  }

  get endpoint(): string {
    return this.#server.endpoint
  }

  get port(): number {
    return this.#server.port
  }

  get pid(): number {
    return this.#server.pid
  }

  /** Adds keys until there are `keys` of them. */
  async load(keys: number): Promise<Measurement> {
    const calls = { kind: 'ascending puts', first: this.#loaded } as const
    const measured = await this.generator.measure(this.port, fillOf(calls, keys - this.#loaded))
    this.#loaded = keys
    return measured
  }

  /** Stops and starts the server; answers the milliseconds from its start to a linearizable range. */
  async restart(): Promise<number> {
    await this.#server.stop()
    const started = performance.now()
    this.#server = await this.#contender.start(this.#directory)
    return performance.now() - started
  }

  async close(): Promise<void> {
    await this.#server.stop()
  }
}

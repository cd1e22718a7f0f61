import { PutRequest, WatchCreateRequest, WatchRequest } from '../../../src/wire/index.js'
import { FrameConnection } from './frame-connection.js'
import type { Duration, LoadResult } from './job.js'
import { Latencies } from './latencies.js'
import { MessageReader } from './message-reader.js'
import { scanWatchResponse } from './watch-messages.js'

const watchPath = '/etcdserverpb.Watch/Watch'
const putPath = '/etcdserverpb.KV/Put'
const watchedKey = Buffer.from('watched')
const valueBytes = 64

export interface FanOutOptions extends Duration {
  readonly port: number
  readonly connections: number
  readonly watchersPerConnection: number
  /** Puts whose events may be outstanding at once. */
  readonly underWay: number
}

/**
 * Watches one key many times over, puts it, and counts the events, all of them. A latency is the
 * time from a put to the event of its last watcher where one put is under way, and to each event
 * where there are several.
 */
export async function watchFanOut(options: FanOutOptions): Promise<LoadResult> {
  const fanOut = new FanOut(options)
  try {
    return await fanOut.run()
  } finally {
    fanOut.close()
  }
}

class FanOut {
  readonly #options: FanOutOptions
  readonly #watchers: number
  readonly #connections: FrameConnection[] = []
  readonly #latencies = new Latencies()
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #whenCreated: () => void = () => {}
  readonly #whenWatched: Promise<void>
  #created = 0
  #puts = 0
  #events = 0
  #eventsBefore = 0
  #measureFrom = 0
  #until = 0
  #putting: FrameConnection | undefined

  constructor(options: FanOutOptions) {
    this.#options = options
    this.#watchers = options.connections * options.watchersPerConnection
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#whenWatched = new Promise((resolve) => {
      this.#whenCreated = resolve
    })
  }

  async run(): Promise<LoadResult> {
    const { connections, port, warmUpMs, measureMs } = this.#options
    for (let index = 0; index < connections; index++) await this.#watch()
    await this.#whenWatched
    this.#putting = await FrameConnection.open(port, {
      ended: (_streamId, answered) => {
        if (!answered) throw new Error('a put failed')
      },
    })
    this.#connections.push(this.#putting)
    this.#measureFrom = performance.now() + warmUpMs
    this.#until = this.#measureFrom + measureMs
    for (let index = 0; index < this.#options.underWay; index++) this.#putNext()
    await this.#finished
    return {
      calls: this.#events - this.#eventsBefore,
      failed: 0,
      elapsedMs: performance.now() - this.#measureFrom,
      latencies: this.#latencies.recorded,
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #watch(): Promise<void> {
    const listener = {
      created: () => {
        if (++this.#created === this.#watchers) this.#whenCreated()
      },
      event: (value: Buffer) => this.#received(value.readDoubleLE(0)),
    }
    const messages = new MessageReader((bytes) => scanWatchResponse(bytes, listener))
    const connection = await FrameConnection.open(this.#options.port, {
      ended: () => {
        throw new Error('a watch stream ended')
      },
      data: (_streamId, bytes) => messages.take(bytes),
    })
    this.#connections.push(connection)
    const create = WatchRequest.encode(
      WatchRequest.create({ createRequest: WatchCreateRequest.create({ key: watchedKey }) }),
    )
    const streamId = connection.call(watchPath, create, false)
    for (let index = 1; index < this.#options.watchersPerConnection; index++) {
      connection.send(streamId, create, false)
    }
  }

  /** The value carries the time at which it was sent. */
  #putNext(): void {
    const value = Buffer.alloc(valueBytes)
    const now = performance.now()
    value.writeDoubleLE(now, 0)
    this.#puts++
    const message = PutRequest.encode(PutRequest.create({ key: watchedKey, value }))
    this.#putting?.call(putPath, message, true)
  }

  #received(sentAt: number): void {
    this.#events++
    const lastOfPut = this.#events % this.#watchers === 0
    if (lastOfPut || this.#options.underWay > 1) {
      if (sentAt >= this.#measureFrom) this.#latencies.record(performance.now() - sentAt)
    }
    if (!lastOfPut) return
    const now = performance.now()
    if (now < this.#measureFrom) this.#eventsBefore = this.#events
    if (now < this.#until) this.#putNext()
    else if (this.#events === this.#puts * this.#watchers) this.#finish()
  }
}

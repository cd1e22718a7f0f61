import { LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../../../src/wire/index.js'
import { FrameConnection } from './frame-connection.js'
import type { Duration, LoadResult } from './job.js'
import { MessageReader } from './message-reader.js'
import { Meter } from './meter.js'

const path = '/etcdserverpb.Lease/LeaseKeepAlive'
const tickMs = 1

export interface KeepAliveOptions extends Duration {
  readonly port: number
  /** Leases 1 to `leases` are there already. */
  readonly leases: number
  /** One stream on each; each renews its share of the leases. */
  readonly connections: number
  /** Renewals started a second, over all streams; without it each answer starts the next. */
  readonly callsPerSecond?: number
}

/**
 * Renews leases in turn. At a rate, a lease whose renewal is still unanswered misses its turn, so
 * that a server that cannot keep up shows as a lower rate and not as endless memory.
 */
export async function keepAlives(options: KeepAliveOptions): Promise<LoadResult> {
  const meter = new Meter(options)
  const streams: KeepAliveStream[] = []
  let timer: NodeJS.Timeout | undefined
  try {
    for (let index = 0; index < options.connections; index++) {
      streams.push(await KeepAliveStream.open(options, index, meter))
    }
    if (options.callsPerSecond === undefined) for (const stream of streams) stream.renewNext()
    else timer = renewAtRate(streams, options.callsPerSecond)
    await meter.finished
  } finally {
    clearInterval(timer)
    for (const stream of streams) stream.close()
  }
  return meter.result()
}

function renewAtRate(streams: readonly KeepAliveStream[], callsPerSecond: number): NodeJS.Timeout {
  const from = performance.now()
  let started = 0
  return setInterval(() => {
    const due = ((performance.now() - from) / 1000) * callsPerSecond
    while (started < due) streams[started++ % streams.length]?.renewNext()
  }, tickMs)
}

class KeepAliveStream {
  readonly #leases: bigint[] = []
  readonly #startedAt = new Map<bigint, number>()
  readonly #closedLoop: boolean
  readonly #meter: Meter
  #connection: FrameConnection | undefined
  #streamId = 0
  #next = 0

  private constructor(options: KeepAliveOptions, index: number, meter: Meter) {
    for (let id = index + 1; id <= options.leases; id += options.connections) {
      this.#leases.push(BigInt(id))
    }
    this.#closedLoop = options.callsPerSecond === undefined
    this.#meter = meter
  }

  static async open(
    options: KeepAliveOptions,
    index: number,
    meter: Meter,
  ): Promise<KeepAliveStream> {
    const stream = new KeepAliveStream(options, index, meter)
    const messages = new MessageReader((bytes) => stream.#answered(bytes))
    stream.#connection = await FrameConnection.open(options.port, {
      ended: () => {
        throw new Error('a stream of renewals ended')
      },
      data: (_streamId, bytes) => messages.take(bytes),
    })
    return stream
  }

  renewNext(): void {
    const id = this.#leases[this.#next++ % this.#leases.length]
    if (id === undefined || this.#connection === undefined || this.#startedAt.has(id)) return
    const message = LeaseKeepAliveRequest.encode(LeaseKeepAliveRequest.create({ id }))
    if (this.#streamId === 0) this.#streamId = this.#connection.call(path, message, false)
    else this.#connection.send(this.#streamId, message, false)
    this.#startedAt.set(id, performance.now())
  }

  close(): void {
    this.#connection?.close()
  }

  #answered(bytes: Buffer): void {
    const { id, ttl } = LeaseKeepAliveResponse.decode(bytes)
    const started = this.#startedAt.get(id) ?? 0
    this.#startedAt.delete(id)
    if (this.#meter.count(performance.now() - started, ttl > 0) && this.#closedLoop)
      this.renewNext()
  }
}

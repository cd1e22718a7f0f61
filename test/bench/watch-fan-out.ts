import {
  PutRequest,
  WatchCreateRequest,
  WatchRequest,
  WatchResponse,
} from '../../src/wire/index.js'
import { FrameConnection } from './frame-connection.js'
import { distinctKey } from './messages.js'

const watchPath = '/etcdserverpb.Watch/Watch'
const putPath = '/etcdserverpb.KV/Put'
const grpcHeaderBytes = 5
const putsUnderWay = 10

export interface FanOutOptions {
  readonly port: number
  readonly connections: number
  readonly watchersPerConnection: number
  readonly puts: number
}

/** Watches one key many times over, puts it, and answers events delivered a second, all of them. */
export async function watchFanOut(options: FanOutOptions): Promise<number> {
  const expected = options.puts * options.connections * options.watchersPerConnection
  const counter = new Counter()
  const watching = await Promise.all(
    Array.from({ length: options.connections }, () => openWatches(options, counter)),
  )
  try {
    await counter.reaches('created', options.connections * options.watchersPerConnection)
    const started = performance.now()
    await Promise.all([putMany(options), counter.reaches('events', expected)])
    return expected / ((performance.now() - started) / 1000)
  } finally {
    for (const connection of watching) connection.close()
  }
}

async function openWatches(options: FanOutOptions, counter: Counter): Promise<FrameConnection> {
  const messages = new MessageReader((bytes) => {
    const response = WatchResponse.decode(bytes)
    counter.add(response.created ? 1 : 0, response.events.length)
  })
  const connection = await FrameConnection.open(options.port, {
    ended: () => counter.fail(new Error('a watch stream ended')),
    data: (_streamId, bytes) => messages.take(bytes),
  })
  const create = WatchRequest.encode(
    WatchRequest.create({ createRequest: WatchCreateRequest.create({ key: distinctKey(0) }) }),
  )
  const streamId = connection.call(watchPath, create, false)
  for (let index = 1; index < options.watchersPerConnection; index++) {
    connection.send(streamId, create, false)
  }
  return connection
}

async function putMany(options: FanOutOptions): Promise<void> {
  const put = PutRequest.encode(
    PutRequest.create({ key: distinctKey(0), value: Buffer.alloc(64, 'v') }),
  )
  let left = options.puts
  let answered = 0
  await new Promise<void>((resolve, reject) => {
    const opened = FrameConnection.open(options.port, {
      ended: (_streamId, ok) => {
        if (!ok) reject(new Error('a put failed'))
        answered++
        if (answered === options.puts) void opened.then((each) => each.close()).then(resolve)
        else if (left > 0) void opened.then(start)
      },
    })
    const start = (connection: FrameConnection): void => {
      left--
      connection.call(putPath, put, true)
    }
    opened.then((connection) => {
      for (let index = 0; index < Math.min(putsUnderWay, options.puts); index++) start(connection)
    }, reject)
  })
}

/** Cuts a stream of bytes into gRPC messages. */
class MessageReader {
  readonly #take: (message: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(take: (message: Buffer) => void) {
    this.#take = take
  }

  take(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    while (all.length - at >= grpcHeaderBytes) {
      const end = at + grpcHeaderBytes + all.readUInt32BE(at + 1)
      if (end > all.length) break
      this.#take(all.subarray(at + grpcHeaderBytes, end))
      at = end
    }
    this.#rest = Buffer.from(all.subarray(at))
  }
}

class Counter {
  readonly #counts = { created: 0, events: 0 }
  readonly #waiting: { of: 'created' | 'events'; count: number; resolve: () => void }[] = []
  #failed: (error: Error) => void = () => {}
  readonly #failure = new Promise<never>((_resolve, reject) => {
    this.#failed = reject
  })

  add(created: number, events: number): void {
    this.#counts.created += created
    this.#counts.events += events
    for (const { of, count, resolve } of this.#waiting) if (this.#counts[of] >= count) resolve()
  }

  fail(error: Error): void {
    this.#failed(error)
  }

  async reaches(of: 'created' | 'events', count: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#waiting.push({ of, count, resolve })
      if (this.#counts[of] >= count) resolve()
    })
    await Promise.race([reached, this.#failure])
  }
}

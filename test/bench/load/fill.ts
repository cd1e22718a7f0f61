import { type Calls, messageAt, pathOf } from './calls.js'
import { FrameConnection } from './frame-connection.js'
import type { LoadResult, Part, Shape } from './job.js'
import { Latencies } from './latencies.js'

export interface FillOptions extends Shape, Part {
  readonly port: number
  readonly calls: Calls
  /** All parts together. */
  readonly count: number
}

/**
 * Makes `count` calls, and again those that fail: a server may turn a fast writer away for a moment.
 * @throws Error when more calls have failed than there are to make
 */
export async function fill(options: FillOptions): Promise<LoadResult> {
  const work = new Work(options)
  const connections: FrameConnection[] = []
  const from = performance.now()
  try {
    const opened = Array.from({ length: options.connections }, async () => {
      const { connection, start } = await openConnection(options, work)
      connections.push(connection)
      start()
    })
    await Promise.all([...opened, work.done])
  } finally {
    for (const connection of connections) connection.close()
  }
  const { count: calls, recorded } = work.latencies
  return { calls, failed: work.failed, elapsedMs: performance.now() - from, latencies: recorded }
}

/** Which calls are still to be made. */
class Work {
  readonly latencies = new Latencies()
  readonly done: Promise<void>
  failed = 0
  readonly #options: FillOptions
  readonly #again: number[] = []
  readonly #share: number
  #next = 0
  #settle: (error?: Error) => void = () => {}

  constructor(options: FillOptions) {
    this.#options = options
    this.#share = Math.ceil((options.count - options.index) / options.of)
    this.done = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error))
    })
    if (this.#share <= 0) this.#settle()
  }

  /** The index of the next call; undefined: there is none left. */
  take(): number | undefined {
    const again = this.#again.pop()
    if (again !== undefined) return again
    if (this.#next >= this.#share) return undefined
    return this.#options.index + this.#options.of * this.#next++
  }

  ended(index: number, latencyMs: number, answered: boolean): void {
    if (answered) this.latencies.record(latencyMs)
    else {
      this.failed++
      this.#again.push(index)
    }
    if (this.latencies.count >= this.#share) this.#settle()
    if (this.failed > this.#options.count) this.#settle(new Error(`${this.failed} calls failed`))
  }
}

async function openConnection(
  options: FillOptions,
  work: Work,
): Promise<{ connection: FrameConnection; start(): void }> {
  const path = pathOf(options.calls)
  const underWay = new Map<number, { index: number; startedAt: number }>()
  const connection = await FrameConnection.open(options.port, {
    ended: (streamId, answered) => {
      const call = underWay.get(streamId)
      if (call === undefined) return
      underWay.delete(streamId)
      work.ended(call.index, performance.now() - call.startedAt, answered)
      next()
    },
  })
  const next = (): void => {
    const index = work.take()
    if (index === undefined) return
    const streamId = connection.call(path, messageAt(options.calls, index), true)
    underWay.set(streamId, { index, startedAt: performance.now() })
  }
  return {
    connection,
    start: () => {
      for (let index = 0; index < options.streams; index++) next()
    },
  }
}

import { FrameConnection } from './frame-connection.js'

export interface LoopOptions {
  readonly port: number
  readonly connections: number
  /** Calls under way on each connection. */
  readonly streams: number
  readonly path: string
  readonly nextMessage: () => Buffer
  readonly warmUpMs: number
  readonly measureMs: number
}

export interface LoopResult {
  readonly callsPerSecond: number
  readonly failed: number
  /** Milliseconds; 0.5 and 0.99 of the measured calls took no longer. */
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Keeps a fixed number of unary calls under way: each answer starts the next call. */
export async function closedLoop(options: LoopOptions): Promise<LoopResult> {
  const meter = new Meter(options)
  const connections: FrameConnection[] = []
  try {
    for (let index = 0; index < options.connections; index++) {
      connections.push(await openLoop(options, meter))
    }
    await meter.finished
  } finally {
    for (const connection of connections) connection.close()
  }
  return meter.result()
}

async function openLoop(options: LoopOptions, meter: Meter): Promise<FrameConnection> {
  const startedAt = new Map<number, number>()
  const connection = await FrameConnection.open(options.port, {
    ended: (streamId, answered) => {
      const started = startedAt.get(streamId) ?? 0
      startedAt.delete(streamId)
      if (meter.count(performance.now() - started, answered)) next()
    },
  })
  const next = (): void => {
    const streamId = connection.call(options.path, options.nextMessage(), true)
    startedAt.set(streamId, performance.now())
  }
  for (let index = 0; index < options.streams; index++) next()
  return connection
}

class Meter {
  readonly finished: Promise<void>
  readonly #measureFrom: number
  readonly #measureUntil: number
  readonly #latenciesMs: number[] = []
  #failed = 0
  #finish: () => void = () => {}

  constructor({ warmUpMs, measureMs }: LoopOptions) {
    this.#measureFrom = performance.now() + warmUpMs
    this.#measureUntil = this.#measureFrom + measureMs
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** False: the time is over, start no other call. */
  count(latencyMs: number, answered: boolean): boolean {
    const now = performance.now()
    if (now >= this.#measureUntil) {
      this.#finish()
      return false
    }
    if (now < this.#measureFrom) return true
    if (answered) this.#latenciesMs.push(latencyMs)
    else this.#failed++
    return true
  }

  result(): LoopResult {
    const sorted = Float64Array.from(this.#latenciesMs).sort()
    const seconds = (this.#measureUntil - this.#measureFrom) / 1000
    return {
      callsPerSecond: sorted.length / seconds,
      failed: this.#failed,
      p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    }
  }
}

import { type Calls, messageAt, pathOf } from './calls.js'
import { FrameConnection } from './frame-connection.js'
import type { LoadResult, Part } from './job.js'
import { Latencies } from './latencies.js'

const tickMs = 1
const mostUnderWay = 100_000
const lastAnswerTimeoutMs = 60_000

export interface OpenLoopOptions extends Part {
  readonly port: number
  readonly calls: Calls
  readonly connections: number
  readonly callsPerSecond: number
  /** What starts before is not counted. */
  readonly warmUpMs: number
}

/**
 * Starts calls at a steady rate, on the connections in turn, until `stopped`, and never waits for an
 * answer before the next: a server that stalls shows in every call that it keeps waiting. Then it
 * waits for the last answers, a minute at most; calls without one count as failed.
 */
export async function openLoop(
  options: OpenLoopOptions,
  stopped: Promise<void>,
): Promise<LoadResult> {
  const loop = new OpenLoop(options)
  try {
    return await loop.run(stopped)
  } finally {
    loop.close()
  }
}

class OpenLoop {
  readonly #options: OpenLoopOptions
  readonly #connections: FrameConnection[] = []
  readonly #latencies = new Latencies()
  #measureFrom = 0
  #started = 0
  #ended = 0
  #failed = 0
  #whenAllAnswered: () => void = () => {}

  constructor(options: OpenLoopOptions) {
    this.#options = options
  }

  async run(stopped: Promise<void>): Promise<LoadResult> {
    const starters: (() => void)[] = []
    for (let index = 0; index < this.#options.connections; index++)
      starters.push(await this.#open())
    const from = performance.now()
    this.#measureFrom = from + this.#options.warmUpMs
    const timer = setInterval(() => {
      const due = ((performance.now() - from) / 1000) * this.#options.callsPerSecond
      while (this.#started < due) starters[this.#started % starters.length]?.()
    }, tickMs)
    await stopped
    clearInterval(timer)
    const elapsedMs = performance.now() - this.#measureFrom
    await this.#lastAnswers()
    const failed = this.#failed + this.#underWay
    return {
      calls: this.#latencies.count,
      failed,
      elapsedMs,
      latencies: this.#latencies.recorded,
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  get #underWay(): number {
    return this.#started - this.#ended
  }

  /** Answers what starts one call on a new connection. */
  async #open(): Promise<() => void> {
    const { port, calls, index, of } = this.#options
    const path = pathOf(calls)
    const startedAt = new Map<number, number>()
    const connection = await FrameConnection.open(port, {
      ended: (streamId, answered) => {
        const started = startedAt.get(streamId) ?? 0
        startedAt.delete(streamId)
        this.#ended++
        if (!answered) this.#failed++
        else if (started >= this.#measureFrom) this.#latencies.record(performance.now() - started)
        if (this.#underWay === 0) this.#whenAllAnswered()
      },
    })
    this.#connections.push(connection)
    return () => {
      if (this.#underWay >= mostUnderWay) throw new Error(`${mostUnderWay} calls without an answer`)
      const message = messageAt(calls, index + of * this.#started++)
      startedAt.set(connection.call(path, message, true), performance.now())
    }
  }

  #lastAnswers(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lastAnswerTimeoutMs)
      this.#whenAllAnswered = () => {
        clearTimeout(timer)
        resolve()
      }
      if (this.#underWay === 0) this.#whenAllAnswered()
    })
  }
}

import { type Calls, messageAt, pathOf } from './calls.js'
import { FrameConnection } from './frame-connection.js'
import type { Duration, LoadResult, Part, Shape } from './job.js'
import { Meter } from './meter.js'

export interface LoopOptions extends Shape, Duration, Part {
  readonly port: number
  readonly calls: Calls
}

/** Keeps a fixed number of unary calls under way: each answer starts the next call. */
export async function closedLoop(options: LoopOptions): Promise<LoadResult> {
  const meter = new Meter(options)
  const connections: FrameConnection[] = []
  let made = 0
  const next = (): Buffer => messageAt(options.calls, options.index + options.of * made++)
  try {
    for (let index = 0; index < options.connections; index++) {
      connections.push(await openConnection(options, meter, next))
    }
    await meter.finished
  } finally {
    for (const connection of connections) connection.close()
  }
  return meter.result()
}

async function openConnection(
  options: LoopOptions,
  meter: Meter,
  nextMessage: () => Buffer,
): Promise<FrameConnection> {
  const path = pathOf(options.calls)
  const startedAt = new Map<number, number>()
  const connection = await FrameConnection.open(options.port, {
    ended: (streamId, answered) => {
      const started = startedAt.get(streamId) ?? 0
      startedAt.delete(streamId)
      if (meter.count(performance.now() - started, answered)) next()
    },
  })
  const next = (): void => {
    const streamId = connection.call(path, nextMessage(), true)
    startedAt.set(streamId, performance.now())
  }
  for (let index = 0; index < options.streams; index++) next()
  return connection
}

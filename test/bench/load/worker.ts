import { closedLoop } from './closed-loop.js'
import { fill } from './fill.js'
import type { LoadJob, LoadResult } from './job.js'
import { keepAlives } from './keep-alives.js'
import { openLoop } from './open-loop.js'
import { watchFanOut } from './watch-fan-out.js'

// A process of the load generator: its parent sends a job with a port, and later perhaps `stop`.
let stop: () => void = () => {}
const stopped = new Promise<void>((resolve) => {
  stop = resolve
})

process.on('message', (message: { port: number; job: LoadJob } | 'stop') => {
  if (message === 'stop') stop()
  else void answer(message.port, message.job)
})
process.on('uncaughtException', (error) => {
  process.send?.({ failure: error.message }, () => process.exit(1))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function answer(port: number, job: LoadJob): Promise<void> {
  const before = performance.eventLoopUtilization()
  const result = await run(port, job)
  const { utilization } = performance.eventLoopUtilization(before)
  process.send?.({ ...result, busyShare: utilization })
}

function run(port: number, job: LoadJob): Promise<LoadResult> {
  switch (job.kind) {
    case 'closed loop':
      return closedLoop({ ...job, port })
    case 'fill':
      return fill({ ...job, port })
    case 'open loop':
      return openLoop({ ...job, port }, stopped)
    case 'fan out':
      return watchFanOut({ ...job, port })
    case 'keep alive':
      return keepAlives({ ...job, port })
  }
}

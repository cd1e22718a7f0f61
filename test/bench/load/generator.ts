import { setTimeout as pause } from 'node:timers/promises'
import type { Measurement } from '../measurement.js'
import type { LoadJob } from './job.js'
import { Latencies } from './latencies.js'
import { LoadProcess, type ProcessResult } from './worker-process.js'

const busyLimit = 0.9

/**
 * Drives a server from processes of its own. Where they were busy nearly all of the time, what was
 * measured is them and not the server, so that is told to `warn`.
 */
export class LoadGenerator {
  readonly #processes: number
  readonly #warn: (text: string) => void

  /** `processes`: over how many closed loops and fills are spread, where they have the connections. */
  constructor(processes: number, warn: (text: string) => void) {
    this.#processes = processes
    this.#warn = warn
  }

  /** Runs a job to its end; a rate of calls a second, with latencies. @throws Error when calls failed */
  async measure(port: number, job: LoadJob): Promise<Measurement> {
    const running: LoadProcess[] = []
    try {
      for (const share of this.#shares(job)) running.push(await LoadProcess.start(port, share))
      return this.#together(job, await Promise.all(running.map(({ result }) => result)))
    } finally {
      for (const each of running) each.close()
    }
  }

  /** Runs an open loop, and when that is warm `work`, and ends it then. @throws Error when calls failed */
  async beside<Result>(
    port: number,
    job: LoadJob & { readonly kind: 'open loop' },
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly load: Measurement }> {
    const running = await LoadProcess.start(port, job)
    try {
      const warm = pause(job.warmUpMs).then(work)
      const result = await Promise.race([warm, endedEarly(running)])
      return { result, load: this.#together(job, [await running.stop()]) }
    } finally {
      running.close()
    }
  }

  #shares(job: LoadJob): LoadJob[] {
    if (job.kind !== 'closed loop' && job.kind !== 'fill') return [job]
    const of = Math.min(this.#processes, job.connections)
    return Array.from({ length: of }, (_unused, index) => ({
      ...job,
      connections: Math.floor((job.connections + index) / of),
      index,
      of,
    }))
  }

  #together(job: LoadJob, results: readonly ProcessResult[]): Measurement {
    const latencies = new Latencies()
    let callsPerSecond = 0
    let failed = 0
    for (const result of results) {
      latencies.add(result.latencies)
      callsPerSecond += result.calls / (result.elapsedMs / 1000)
      failed += result.failed
    }
    if (failed > 0 && job.kind !== 'fill') {
      throw new Error(`${failed} calls failed beside ${latencies.count} that did not`)
    }
    const busyShare = Math.max(...results.map((result) => result.busyShare))
    if (busyShare > busyLimit) {
      this.#warn(`the load generator was busy ${Math.round(busyShare * 100)}% of the time`)
    }
    return { figure: callsPerSecond, latency: latencies.summary() }
  }
}

async function endedEarly(running: LoadProcess): Promise<never> {
  await running.result
  throw new Error('the load ended before it was told to')
}

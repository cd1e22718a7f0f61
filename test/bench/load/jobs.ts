import type { RunTime } from '../measurement.js'
import type { Calls } from './calls.js'
import type { Duration, LoadJob, Shape } from './job.js'

const whole = { index: 0, of: 1 }

export function closedLoopOf(calls: Calls, shape: Shape, time: RunTime): LoadJob {
  return { kind: 'closed loop', calls, ...shape, ...durationOf(time), ...whole }
}

/** As fast as a server takes them: 10 connections x 100 streams. */
export function fillOf(calls: Calls, count: number): LoadJob {
  return { kind: 'fill', calls, count, connections: 10, streams: 100, ...whole }
}

export function openLoopOf(
  calls: Calls,
  callsPerSecond: number,
  { warmUpMs }: Duration,
): LoadJob & { readonly kind: 'open loop' } {
  return { kind: 'open loop', calls, callsPerSecond, connections: 10, warmUpMs, ...whole }
}

export function durationOf({ warmUpSeconds, measureSeconds }: RunTime): Duration {
  return { warmUpMs: warmUpSeconds * 1000, measureMs: measureSeconds * 1000 }
}

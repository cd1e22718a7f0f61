import { closedLoopOf, durationOf, fillOf } from '../load/jobs.js'
import type { BenchRow, Step } from '../measurement.js'
import type { DataSet } from './data-set.js'
import { compactionStep, longJobSteps } from './long-job-rows.js'
import { residentMemory } from './resident-memory.js'

type DataStep = Step<DataSet>

const rangeSizes = [
  { size: 10, connections: [1, 10, 100] },
  { size: 1_000, connections: [1, 10] },
  { size: 10_000, connections: [1, 10] },
]
const repeatedRangeSizes = [
  { size: 10, connections: [1, 10, 100] },
  { size: 1_000, connections: [1, 10] },
]
const mostWatchers = 10_000
const mostLeases = 10_000

/** What is measured when half of `keys` are there. */
export function halfwaySteps(keys: number): readonly DataStep[] {
  return [restartStep(Math.floor(keys / 2))]
}

/** What is measured when `keys` are there: first what only reads; puts once more behind the compaction. */
export function dataSteps(keys: number): readonly DataStep[] {
  return [
    restartStep(keys),
    ...rangeSteps(keys),
    ...longJobSteps(keys),
    ...putSteps(keys, ''),
    compactionStep(keys),
    ...putSteps(keys, ', behind a compaction'),
    watchStep(Math.min(mostWatchers, keys)),
    keepAliveStep(Math.min(mostLeases, keys)),
    memoryStep('after all rows', keys),
  ]
}

function restartStep(keys: number): DataStep {
  const memory = memoryStep('after a restart', keys)
  return {
    rows: [{ name: `restart to ready, ${count(keys)} keys`, unit: 'ms' }, ...memory.rows],
    async measure(data, time) {
      const figure = await data.restart()
      return [{ figure }, ...(await memory.measure(data, time))]
    },
  }
}

function memoryStep(when: string, keys: number): DataStep {
  const row = (kind: string): BenchRow => ({
    name: `resident memory ${when}, ${count(keys)} keys, ${kind}`,
    unit: 'MiB',
  })
  return {
    rows: [row('anonymous'), row('file-backed'), row('total')],
    async measure(data) {
      const { anonymousMib, fileBackedMib } = await residentMemory(data.pid)
      return [
        { figure: anonymousMib },
        { figure: fileBackedMib },
        { figure: anonymousMib + fileBackedMib },
      ]
    },
  }
}

function rangeSteps(keys: number): DataStep[] {
  const fits = ({ size }: { readonly size: number }) => size <= keys
  const scattered = rangeSizes
    .filter(fits)
    .flatMap(({ size, connections }) =>
      connections.map((each) => rangeStep(keys, size, false, each)),
    )
  const repeated = repeatedRangeSizes
    .filter(fits)
    .flatMap(({ size, connections }) => connections.map((each) => repeatedRangeStep(size, each)))
  const counts = [1, 10].map((each) => rangeStep(keys, keys, true, each))
  return [...scattered, ...repeated, ...counts]
}

function repeatedRangeStep(size: number, connections: number): DataStep {
  const name = `range of ${count(size)} keys, always the same, ${plural(connections)}`
  // Of as many keys as it takes there is one range.
  return rangesStep(name, { keys: size, size, countOnly: false }, connections)
}

function rangeStep(keys: number, size: number, countOnly: boolean, connections: number): DataStep {
  const name = `${countOnly ? 'count' : 'range'} of ${count(size)} keys, ${plural(connections)}`
  return rangesStep(name, { keys, size, countOnly }, connections)
}

function rangesStep(
  name: string,
  ranges: { readonly keys: number; readonly size: number; readonly countOnly: boolean },
  connections: number,
): DataStep {
  return {
    rows: [{ name, unit: 'calls/s' }],
    measure: async ({ port, generator }, time) => [
      await generator.measure(
        port,
        closedLoopOf({ kind: 'ranges', ...ranges }, { connections, streams: 1 }, time),
      ),
    ],
  }
}

function putSteps(keys: number, when: string): DataStep[] {
  const shapes = [
    { connections: 100, streams: 1, label: '100 connections' },
    { connections: 10, streams: 100, label: '10 connections x 100 streams' },
  ]
  return shapes.map(({ label, ...shape }) => ({
    rows: [{ name: `put, distinct keys over ${count(keys)}, ${label}${when}`, unit: 'calls/s' }],
    measure: async ({ port, generator }, time) => [
      await generator.measure(port, closedLoopOf({ kind: 'scattered puts', keys }, shape, time)),
    ],
  }))
}

function watchStep(watchers: number): DataStep {
  const connections = 10
  return {
    rows: [
      {
        name: `watch, ${count(watchers)} watchers of one key, one put at a time`,
        unit: 'events/s',
      },
    ],
    measure: async ({ port, generator }, time) => [
      await generator.measure(port, {
        kind: 'fan out',
        connections,
        watchersPerConnection: Math.ceil(watchers / connections),
        underWay: 1,
        ...durationOf(time),
      }),
    ],
  }
}

/** As many renewals a second as there are leases. */
function keepAliveStep(leases: number): DataStep {
  return {
    rows: [{ name: `lease keepalive, ${count(leases)} a second offered`, unit: 'calls/s' }],
    async measure({ port, generator }, time) {
      await generator.measure(port, fillOf({ kind: 'lease grants' }, leases))
      return [
        await generator.measure(port, {
          kind: 'keep alive',
          leases,
          connections: 100,
          callsPerSecond: leases,
          ...durationOf(time),
        }),
      ]
    },
  }
}

function plural(connections: number): string {
  return connections === 1 ? '1 connection' : `${connections} connections`
}

function count(figure: number): string {
  return figure.toLocaleString('en-US')
}

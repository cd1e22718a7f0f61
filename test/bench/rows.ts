import { closedLoop } from './closed-loop.js'
import { h2load } from './h2load.js'
import { leaseGrantMessage, putMessage, rangeMessage, txnMessage } from './messages.js'
import { watchFanOut } from './watch-fan-out.js'

export interface RunTime {
  readonly warmUpSeconds: number
  readonly measureSeconds: number
}

/** One line of the table: what is measured against one server. */
export interface BenchRow {
  readonly name: string
  readonly unit: string
  measure(port: number, time: RunTime): Promise<number>
}

const shapes = [
  { connections: 1, streams: 1, label: '1 connection' },
  { connections: 10, streams: 1, label: '10 connections' },
  { connections: 100, streams: 1, label: '100 connections' },
  { connections: 10, streams: 100, label: '10 connections x 100 streams' },
] as const

const unaryCalls = [
  { name: 'put, one key', path: '/etcdserverpb.KV/Put', message: putMessage(0) },
  { name: 'range, linearizable', path: '/etcdserverpb.KV/Range', message: rangeMessage(false) },
  { name: 'range, serializable', path: '/etcdserverpb.KV/Range', message: rangeMessage(true) },
  { name: 'txn (compare, put)', path: '/etcdserverpb.KV/Txn', message: txnMessage() },
] as const

const oneKeyRows: BenchRow[] = unaryCalls.flatMap(({ name, path, message }) =>
  shapes.map(({ connections, streams, label }) => ({
    name: `${name}, ${label}`,
    unit: 'calls/s',
    measure: (port, time) => h2load({ port, path, message, connections, streams, ...time }),
  })),
)

const distinctKeyRows: BenchRow[] = shapes.map(({ connections, streams, label }) => ({
  name: `put, distinct keys, ${label}`,
  unit: 'calls/s',
  async measure(port, time): Promise<number> {
    let index = 0
    const result = await closedLoop({
      port,
      connections,
      streams,
      path: '/etcdserverpb.KV/Put',
      nextMessage: () => putMessage(index++),
      warmUpMs: time.warmUpSeconds * 1000,
      measureMs: time.measureSeconds * 1000,
    })
    if (result.failed > 0) throw new Error(`${result.failed} puts failed`)
    return result.callsPerSecond
  },
}))

const leaseRow: BenchRow = {
  name: 'lease grant, 100 connections',
  unit: 'calls/s',
  measure: (port, time) =>
    h2load({
      port,
      path: '/etcdserverpb.Lease/LeaseGrant',
      message: leaseGrantMessage(),
      connections: 100,
      streams: 1,
      ...time,
    }),
}

const watchRow: BenchRow = {
  name: 'watch, 1,000 watchers of one key',
  unit: 'events/s',
  measure: (port, time) =>
    watchFanOut({
      port,
      connections: 10,
      watchersPerConnection: 100,
      puts: 100 * time.measureSeconds,
    }),
}

/** Every row that drives a running server. */
export const benchRows: readonly BenchRow[] = [
  ...oneKeyRows,
  ...distinctKeyRows,
  leaseRow,
  watchRow,
]

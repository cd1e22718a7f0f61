import type { LoadGenerator } from '../load/generator.js'
import { h2load } from '../load/h2load.js'
import { closedLoopOf, durationOf, fillOf } from '../load/jobs.js'
import { leaseGrantMessage, putMessage, rangeMessage, txnMessage } from '../load/messages.js'
import type { Step } from '../measurement.js'

/** A server with one key, and what drives it. */
export interface EmptyServer {
  readonly port: number
  readonly generator: LoadGenerator
}

type CallStep = Step<EmptyServer>

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

const oneKeySteps: CallStep[] = unaryCalls.flatMap(({ name, path, message }) =>
  shapes.map(({ connections, streams, label }) => ({
    rows: [{ name: `${name}, ${label}`, unit: 'calls/s' }],
    measure: async ({ port }, time) => [
      await h2load({ port, path, message, connections, streams, ...time }),
    ],
  })),
)

const distinctKeySteps: CallStep[] = shapes.map(({ connections, streams, label }) => ({
  rows: [{ name: `put, distinct keys, ${label}`, unit: 'calls/s' }],
  measure: async ({ port, generator }, time) => [
    await generator.measure(
      port,
      closedLoopOf({ kind: 'ascending puts', first: 0 }, { connections, streams }, time),
    ),
  ],
}))

const leaseGrantStep: CallStep = {
  rows: [{ name: 'lease grant, 100 connections', unit: 'calls/s' }],
  measure: async ({ port }, time) => [
    await h2load({
      port,
      path: '/etcdserverpb.Lease/LeaseGrant',
      message: leaseGrantMessage(),
      connections: 100,
      streams: 1,
      ...time,
    }),
  ],
}

const keepAliveStep: CallStep = {
  rows: [{ name: 'lease keepalive, 100 connections', unit: 'calls/s' }],
  async measure({ port, generator }, time) {
    const connections = 100
    await generator.measure(port, fillOf({ kind: 'lease grants' }, connections))
    return [
      await generator.measure(port, {
        kind: 'keep alive',
        leases: connections,
        connections,
        ...durationOf(time),
      }),
    ]
  },
}

const watchStep: CallStep = {
  rows: [{ name: 'watch, 1,000 watchers of one key, 10 puts under way', unit: 'events/s' }],
  measure: async ({ port, generator }, time) => [
    await generator.measure(port, {
      kind: 'fan out',
      connections: 10,
      watchersPerConnection: 100,
      underWay: 10,
      ...durationOf(time),
    }),
  ],
}

/** Everything that is driven on a server without data. */
export const callSteps: readonly CallStep[] = [
  ...oneKeySteps,
  ...distinctKeySteps,
  leaseGrantStep,
  keepAliveStep,
  watchStep,
]

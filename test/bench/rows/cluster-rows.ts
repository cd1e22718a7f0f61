import { setTimeout as pause } from 'node:timers/promises'
import type { Seat } from '../../support/cluster-processes.js'
import { waitFor } from '../../support/wait-for.js'
import { h2load } from '../load/h2load.js'
import type { Shape } from '../load/job.js'
import { closedLoopOf, fillOf } from '../load/jobs.js'
import { putMessage, rangeMessage } from '../load/messages.js'
import { type Measurement, median, type Step } from '../measurement.js'
import type { ThreeMembers } from './three-members.js'

type ClusterStep = Step<ThreeMembers>

interface ClusterSizes {
  /** How many puts a member missed that comes back. */
  readonly missedPuts: number
  /** How often the leader is killed. */
  readonly leaderKills: number
}

type Place = 'the leader' | 'a follower'

const shapes = [
  { connections: 1, streams: 1, label: '1 connection' },
  { connections: 100, streams: 1, label: '100 connections' },
  { connections: 10, streams: 100, label: '10 connections x 100 streams' },
] as const
const hundred = shapes[1]
const put = { name: 'put, one key', path: '/etcdserverpb.KV/Put', message: putMessage(0) }
const range = {
  name: 'range, linearizable',
  path: '/etcdserverpb.KV/Range',
  message: rangeMessage(false),
}
const catchUpPatienceMs = 600_000
const electionPatienceMs = 60_000
const betweenTriesMs = 5

/** Everything that is driven on three members. */
export function clusterSteps({ missedPuts, leaderKills }: ClusterSizes): readonly ClusterStep[] {
  return [
    startStep,
    ...shapes.map((shape) => sameCallStep(put, 'the leader', shape)),
    ...shapes.map(distinctPutStep),
    sameCallStep(put, 'a follower', hundred),
    sameCallStep(range, 'the leader', hundred),
    sameCallStep(range, 'a follower', hundred),
    catchUpStep(missedPuts),
    leaderKillStep(leaderKills),
  ]
}

const startStep: ClusterStep = {
  rows: [{ name: 'start together until all are ready', unit: 'ms' }],
  measure: async ({ startedMs }) => [{ figure: startedMs }],
}

function sameCallStep(
  { name, path, message }: typeof put,
  place: Place,
  { label, connections, streams }: (typeof shapes)[number],
): ClusterStep {
  return {
    rows: [{ name: `${name}, at ${place}, ${label}`, unit: 'calls/s' }],
    measure: async (members, time) => [
      await driven(members, place, (port) =>
        h2load({ port, path, message, connections, streams, ...time }),
      ),
    ],
  }
}

function distinctPutStep({ label, ...shape }: Shape & { readonly label: string }): ClusterStep {
  const calls = { kind: 'ascending puts', first: 0 } as const
  return {
    rows: [{ name: `put, distinct keys, at the leader, ${label}`, unit: 'calls/s' }],
    measure: async (members, time) => [
      await driven(members, 'the leader', (port) =>
        members.generator.measure(port, closedLoopOf(calls, shape, time)),
      ),
    ],
  }
}

/** Measures at one place. @throws Error when another member leads afterwards */
async function driven(
  members: ThreeMembers,
  place: Place,
  measure: (port: number) => Promise<Measurement>,
): Promise<Measurement> {
  const leader = await members.leader()
  const seat = place === 'the leader' ? leader : await members.follower()
  const measured = await measure(portOf(seat))
  if ((await members.leader()) !== leader) throw new Error('the leader changed under the load')
  return measured
}

/** From the start of a member that missed puts until it has applied what the others have. */
function catchUpStep(missed: number): ClusterStep {
  return {
    rows: [
      {
        name: `catch-up of a member that missed ${missed.toLocaleString('en-US')} puts`,
        unit: 's',
      },
    ],
    async measure(members) {
      const follower = await members.follower()
      await members.kill(follower)
      const leader = await members.leader()
      const before = await members.status(leader)
      await members.generator.measure(
        portOf(leader),
        fillOf({ kind: 'ascending puts', first: 0 }, missed),
      )
      const { raftAppliedIndex: reached } = await members.status(leader)
      if (reached - before.raftAppliedIndex < missed) throw new Error('too few entries were missed')
      const from = performance.now()
      await members.start(follower)
      const caughtUp = async () => (await members.status(follower)).raftAppliedIndex >= reached
      await waitFor('the member has caught up', caughtUp, catchUpPatienceMs)
      return [{ figure: (performance.now() - from) / 1000 }]
    },
  }
}

function leaderKillStep(kills: number): ClusterStep {
  return {
    rows: [{ name: `leader killed until the first write, median of ${kills}`, unit: 'ms' }],
    async measure(members) {
      const outagesMs: number[] = []
      for (let kill = 1; kill <= kills; kill++) {
        const leader = await members.leader()
        const from = performance.now()
        await members.kill(leader)
        outagesMs.push((await firstWriteAt(members)) - from)
        await members.start(leader)
      }
      return [{ figure: median(outagesMs) }]
    },
  }
}

/** Tries at every member, again and again; when the first put was answered. */
async function firstWriteAt(members: ThreeMembers): Promise<number> {
  const giveUpAt = performance.now() + electionPatienceMs
  let writtenAt: number | undefined
  while (writtenAt === undefined) {
    if (performance.now() > giveUpAt) throw new Error('no write after the leader was killed')
    for (const seat of members.running) {
      // Not waited for: what reaches a member that still believes in the dead leader is lost with it.
      void members.put(seat).then((written) => {
        if (written) writtenAt ??= performance.now()
      })
    }
    await pause(betweenTriesMs)
  }
  return writtenAt
}

function portOf({ endpoint }: Seat): number {
  return Number(endpoint.split(':').at(-1))
}

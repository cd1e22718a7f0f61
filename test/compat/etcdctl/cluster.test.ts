import { beforeAll, describe, expect, test } from 'vitest'
import {
  ClusterProcesses,
  type Seat,
  type StartedCluster,
  startEtcdCluster,
  takeSeats,
} from '../../support/cluster-processes.js'
import { hostDifferences } from '../../support/host-differences.js'
import { testHost } from '../../support/hosts.js'
import { type EngineName, engineNames } from '../../support/member-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { Etcdctl } from './etcdctl.js'
import { normalised } from './normalise.js'

const formats = ['simple', 'table', 'fields', 'json'] as const

type Pages = ReadonlyMap<string, string>

interface Page {
  readonly name: string
  /** Whether etcdctl says `http://host:port` where gRPC means host and port. */
  readonly dialsUrls?: boolean
  run(one: Etcdctl, all: Etcdctl, endpoints: readonly string[]): Promise<void>
}

/** The first page leaves the lead with the first member, so that the others can be compared. */
const pages: readonly Page[] = [
  { name: 'move-leader', run: moveLeader },
  {
    name: 'member list',
    run: async (one) => {
      for (const format of formats) await one.run(['member', 'list', '-w', format])
    },
  },
  {
    name: 'endpoint status --cluster',
    dialsUrls: true,
    run: async (one) => {
      await one.run(['put', 'key', 'value'])
      for (const format of formats) {
        await one.run(['endpoint', 'status', '--cluster', '-w', format])
      }
    },
  },
  {
    name: 'endpoint health --cluster',
    run: async (one) => {
      await one.run(['endpoint', 'health', '--cluster'])
    },
  },
  {
    name: 'endpoint hashkv --cluster',
    dialsUrls: true,
    run: async (one) => {
      await one.run(['endpoint', 'hashkv', '--cluster'])
    },
  },
]

describe.each(engineNames)(
  'etcdctl sees three members with engine %s as it sees etcd’s',
  (engine) => {
    let expected: Pages
    let actual: Pages

    beforeAll(async () => {
      await using folder = await temporaryFolder('etcdctl')
      // On the same addresses, so that the ids, and with them the order of the members, are the same.
      const seats = await takeSeats(folder.path)
      expected = await session(() => startEtcdCluster(elsewhere(seats)))
      actual = await session(() => startSubjectCluster(engine, folder.path, seats))
    }, 120_000)

    test.each(pages)('$name', ({ name, dialsUrls }) => {
      const refusal = dialsUrls ? hostDifferences.urlAsAuthority[testHost] : undefined
      if (refusal === undefined) expect(actual.get(name)).toBe(expected.get(name))
      else expectRefused(actual.get(name) ?? '', refusal)
    })
  },
)

/** Each command that asks the members one after another is refused by every one of them. */
function expectRefused(page: string, refusal: string): void {
  const commands = page.split(/^\$ /m).filter((text) => text.includes('"--cluster"'))
  expect(commands.length).toBeGreaterThan(0)
  for (const command of commands) {
    expect(command).toContain('exit 1')
    expect(command.split(` (rpc error: code = Internal desc = ${refusal})\n`)).toHaveLength(4)
  }
}

/** Plays all pages on a fresh cluster and answers what was printed, normalised. */
async function session(start: () => Promise<StartedCluster>): Promise<Pages> {
  await using cluster = await start()
  const [first = ''] = cluster.endpoints
  const texts = new Map<string, string>()
  for (const { name, run } of pages) {
    const one = new Etcdctl(first)
    const all = new Etcdctl(cluster.endpoints.join(','))
    await run(one, all, cluster.endpoints)
    const entries = [...one.transcript, ...all.transcript]
    texts.set(name, entries.map(normalised).join('\n'))
  }
  return texts
}

/** Moves the lead to the second member and then to the first, and tries to in vain. */
async function moveLeader(
  _one: Etcdctl,
  all: Etcdctl,
  [first = '', second = '', third = '']: readonly string[],
): Promise<void> {
  const looking = new Etcdctl([first, second, third].join(','))
  const statuses = (await looking.run(['endpoint', 'status'])).trim().split('\n')
  const rows = statuses.map((line) => line.split(', '))
  const idOf = (endpoint: string) => rows.find((row) => row[0] === endpoint)?.[1] ?? ''
  await looking.run(['move-leader', idOf(third)])
  await all.run(['move-leader', idOf(second)])
  await all.run(['move-leader', 'ffff'])
  await all.run(['move-leader', idOf(first)])
  const leaders = (await looking.run(['endpoint', 'status'])).split('\n')
  expect(leaders.find((line) => line.includes(', true, '))).toContain(first)
}

function elsewhere(seats: readonly Seat[]): readonly Seat[] {
  return seats.map((seat) => ({ ...seat, dataDirectory: `${seat.dataDirectory}-etcd` }))
}

function startSubjectCluster(
  engine: EngineName,
  folder: string,
  seats: readonly Seat[],
): Promise<StartedCluster> {
  return process.env.METASTORE_COMPAT_SUBJECT === 'etcd'
    ? startEtcdCluster(seats)
    : ClusterProcesses.start({ engine, folder, seats })
}

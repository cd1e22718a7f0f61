import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KvService } from '../../src/api/generated/services.js'
import { RangeRequest } from '../../src/wire/index.js'
import { clusterFlags, initialClusterOf, type Seat } from '../support/cluster-processes.js'
import {
  entryPoint,
  type ServerProcess,
  startEtcd,
  startMember,
} from '../support/member-process.js'
import { RawClient } from '../support/raw-client.js'
import { distinctKey } from './load/messages.js'

/** Much data may take long to read or to write. */
const patienceMs = 600_000
const quotaBytes = 16 * 2 ** 30

export interface RunningServer {
  readonly endpoint: string
  readonly port: number
  readonly pid: number
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>
}

/** A server, or a way of running one, with a column of its own. */
export interface Contender {
  readonly name: string
  /** Starts it; resolves when it has answered a linearizable range. */
  start(directory: string): Promise<RunningServer>
  /** Starts it as one member of a cluster; resolves when it says that it serves. */
  startOneOf(seats: readonly Seat[], seat: Seat): Promise<ServerProcess>
}

/** How the program is started, beside its own flags. */
interface ProgramStart {
  readonly nodeFlags: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Our member, with further flags of its command line, started as its first line says. */
export function member(name: string, flags: readonly string[]): Contender {
  const common = {
    engine: 'level',
    ...programStart(),
    readyTimeoutMs: patienceMs,
  } as const
  return {
    name,
    start: (directory) =>
      ready(startMember({ ...common, dataDirectory: join(directory, 'data'), flags })),
    startOneOf: (seats, seat) =>
      startMember({
        ...common,
        name: seat.name,
        port: Number(seat.endpoint.split(':').at(-1)),
        dataDirectory: seat.dataDirectory,
        flags: [...clusterFlags(seat, seats), ...flags],
      }),
  }
}

/** @throws Error when `text` is not `LABEL: FLAGS` */
export function memberColumn(text: string): Contender {
  const [, name, flags] = /^([^:]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined) throw new Error(`a column is LABEL: FLAGS, not ${text}`)
  return member(name, (flags ?? '').split(/\s+/).filter(Boolean))
}

/** The etcd on the PATH. */
export function rival(): Contender {
  const common = {
    flags: ['--quota-backend-bytes', `${quotaBytes}`],
    readyTimeoutMs: patienceMs,
  }
  return {
    name: 'etcd',
    start: (directory) => ready(startEtcd({ ...common, dataDirectory: join(directory, 'data') })),
    startOneOf: (seats, seat) =>
      startEtcd({
        ...common,
        seat,
        initialCluster: initialClusterOf(seats),
        dataDirectory: seat.dataDirectory,
      }),
  }
}

/** Undefined: there is no etcd on the PATH. */
export function etcdVersion(): string | undefined {
  try {
    return execFileSync('etcd', ['--version'], { encoding: 'utf8' }).split('\n')[0]
  } catch {
    return undefined
  }
}

/** Node's flags and the variables in the first line of the program, as whoever runs it gets them. */
export function programStart(): ProgramStart {
  const [firstLine = ''] = readFileSync(entryPoint, 'utf8').split('\n', 1)
  const words = firstLine.split(' ')
  const variables = words.filter((word) => /^[A-Z_]+=/.test(word))
  return {
    nodeFlags: words.filter((word) => word.startsWith('--')),
    environment: Object.fromEntries(variables.map((variable) => variable.split('=', 2))),
  }
}

async function ready(starting: Promise<ServerProcess>): Promise<RunningServer> {
  const { endpoint, process } = await starting
  const client = new RawClient(endpoint)
  try {
    await client.call(KvService.range, RangeRequest.create({ key: distinctKey(0) }))
  } finally {
    client.close()
  }
  return {
    endpoint,
    port: Number(endpoint.split(':').at(-1)),
    pid: process.pid,
    stop: async () => {
      await process.stop('SIGTERM', patienceMs)
    },
  }
}

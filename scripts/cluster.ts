import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../test/support/free-ports.js'
import { MemberProcess } from './cluster/member-process.js'
import { type ClusterOptions, readOptions } from './cluster/options.js'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const readyText = 'ready to serve client requests'

process.exitCode = await run(readOptions(process.argv.slice(2)))

/** Serves until a signal comes or a member ends; answers the exit code. */
async function run(options: ClusterOptions): Promise<number> {
  const told = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve(undefined))
  })
  const folder = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'metastore-cluster-')))
  const endpoints = await endpointsOf(options)
  const members = endpoints.map((_, index) => startMember(index, endpoints, folder, options))
  const firstEnd = Promise.race(
    members.map(({ process: { name, ended } }) => ended.then((how) => `${name} ended: ${how}`)),
  )
  const allReady = Promise.all(members.map(({ ready }) => ready)).then(() => 'ready' as const)
  let outcome = await Promise.race([told, firstEnd, allReady])
  if (outcome === 'ready') {
    const clients = endpoints.map(({ client }) => client).join(',')
    print(`the cluster serves; its data is in ${folder}`)
    print(`etcdctl --endpoints=${clients} endpoint status --cluster -w table`)
    print('Ctrl-C ends it')
    outcome = await Promise.race([told, firstEnd])
  }
  if (outcome !== undefined) print(outcome)
  await Promise.all(members.map((member) => member.process.stop()))
  if (options.dataDirectory === undefined) await rm(folder, { recursive: true, force: true })
  print('stopped')
  return outcome === undefined ? 0 : 1
}

/** Where one member is reached, such as `127.0.0.1:2379`. */
interface Endpoints {
  readonly name: string
  readonly client: string
  readonly peer: string
}

async function endpointsOf({ members, firstPort }: ClusterOptions): Promise<Endpoints[]> {
  const ports =
    firstPort === undefined
      ? await freePorts(2 * members)
      : Array.from({ length: 2 * members }, (_, index) => firstPort + index)
  return Array.from({ length: members }, (_, index) => ({
    name: String.fromCharCode('a'.charCodeAt(0) + index),
    client: `127.0.0.1:${ports[index]}`,
    peer: `127.0.0.1:${ports[members + index]}`,
  }))
}

function startMember(
  index: number,
  all: readonly Endpoints[],
  folder: string,
  { memberFlags }: ClusterOptions,
): { readonly process: MemberProcess; readonly ready: Promise<void> } {
  const { name, client, peer } = all[index] ?? { name: '', client: '', peer: '' }
  let becomeReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })
  const process = new MemberProcess({
    name,
    program,
    args: [
      ...['--name', name, '--log-format', 'console'],
      ...['--data-dir', join(folder, name)],
      ...[
        '--listen-client-urls',
        `http://${client}`,
        '--advertise-client-urls',
        `http://${client}`,
      ],
      ...['--listen-peer-urls', `http://${peer}`],
      ...['--initial-advertise-peer-urls', `http://${peer}`],
      ...['--initial-cluster', all.map((each) => `${each.name}=http://${each.peer}`).join(',')],
      ...memberFlags,
    ],
    onLine: (line) => {
      if (line.includes(readyText)) becomeReady()
      print(`${name} | ${line}`)
    },
  })
  return { process, ready }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

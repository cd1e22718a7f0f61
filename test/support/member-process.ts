import { fileURLToPath } from 'node:url'
import { freePort } from './free-ports.js'
import { testHost } from './hosts.js'
import { StartedProcess } from './started-process.js'

const readyText = 'ready to serve client requests'
/** The built program. */
export const entryPoint = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export type EngineName = 'memory' | 'level'

export const engineNames: readonly EngineName[] = ['memory', 'level']

/** A server under test: a process with one address for clients, such as `127.0.0.1:32001`. */
export interface ServerProcess extends AsyncDisposable {
  readonly endpoint: string
  readonly process: StartedProcess
}

export interface MemberOptions {
  readonly engine: EngineName
  readonly dataDirectory: string
  /** Default: a free one. */
  readonly port?: number
  readonly name?: string
  /** Further flags of the command line; what they say twice, the later ones win. */
  readonly flags?: readonly string[]
  /** Flags for Node itself. */
  readonly nodeFlags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Default: 30 s. */
  readonly readyTimeoutMs?: number
}

/** Starts the built member on the loopback interface; resolves when it serves. */
export async function startMember(options: MemberOptions): Promise<ServerProcess> {
  const endpoint = `127.0.0.1:${options.port ?? (await freePort())}`
  const url = `http://${endpoint}`
  const started = await StartedProcess.start({
    command: process.execPath,
    args: [
      ...(options.nodeFlags ?? []),
      entryPoint,
      ...['--name', options.name ?? 'default', '--engine', options.engine],
      ...['--data-dir', options.dataDirectory, '--grpc-server', testHost],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...(options.flags ?? []),
    ],
    env: options.environment ?? {},
    readyText,
    ...readyTimeout(options),
  })
  return serverProcess(endpoint, started)
}

/** Starts a real etcd in the same way; the program `etcd` must be installed. */
export async function startEtcd(options: {
  readonly dataDirectory: string
  /** As a member of a cluster of several; default: alone. */
  readonly seat?: { readonly name: string; readonly endpoint: string; readonly peerUrl: string }
  readonly initialCluster?: string
  readonly flags?: readonly string[]
  /** Default: 30 s. */
  readonly readyTimeoutMs?: number
}): Promise<ServerProcess> {
  const { name, endpoint, peerUrl } = options.seat ?? {
    name: 'default',
    endpoint: `127.0.0.1:${await freePort()}`,
    peerUrl: `http://127.0.0.1:${await freePort()}`,
  }
  const url = `http://${endpoint}`
  const started = await StartedProcess.start({
    command: 'etcd',
    args: [
      ...['--name', name, '--data-dir', options.dataDirectory],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
      ...['--initial-cluster', options.initialCluster ?? `${name}=${peerUrl}`],
      ...(options.flags ?? []),
    ],
    readyText,
    ...readyTimeout(options),
  })
  return serverProcess(endpoint, started)
}

function readyTimeout({ readyTimeoutMs }: { readonly readyTimeoutMs?: number }) {
  return readyTimeoutMs === undefined ? {} : { readyTimeoutMs }
}

function serverProcess(endpoint: string, started: StartedProcess): ServerProcess {
  return { endpoint, process: started, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() }
}

import { errorMapping, memberRoutes } from '../../src/api/index.js'
import { silentLogger } from '../../src/base/logger.js'
import { systemClock } from '../../src/base/system-clock.js'
import type { ReplaceableEngine } from '../../src/engine/index.js'
import type { Host } from '../../src/rpc/host.js'
import type { OpenStoreOptions, Store } from '../../src/store/index.js'
import { type HostKind, newHost } from '../support/hosts.js'
import { openMemberStore } from '../support/member-store.js'
import { RawClient } from '../support/raw-client.js'

/** A whole store behind a host on a socket, and a client of it. */
export interface ServedStore extends AsyncDisposable {
  readonly store: Store
  readonly client: RawClient
  readonly endpoint: string
}

export interface ServeStoreOptions {
  readonly host: HostKind
  /** Default: a volatile one in memory. */
  readonly engine?: ReplaceableEngine
  /** Beside what one volatile member that leads needs. */
  readonly node?: Partial<OpenStoreOptions['node']>
}

const electionTimeoutMs = 100

export async function serveStore(options: ServeStoreOptions): Promise<ServedStore> {
  const store = await openMemberStore(
    {
      ...(options.engine === undefined ? {} : { engine: options.engine }),
      electionTimeoutMs,
      onTrouble: () => {},
    },
    options.node,
  )
  const host = makeHost(options.host, store)
  const endpoint = `127.0.0.1:${await host.bind('127.0.0.1', 0)}`
  const client = new RawClient(endpoint)
  return {
    store,
    client,
    endpoint,
    async [Symbol.asyncDispose]() {
      client.close()
      await host.close({ graceMs: 0 })
      await store.close()
    },
  }
}

function makeHost(kind: HostKind, store: Store): Host {
  const options = {
    routes: memberRoutes({
      store,
      versions: { api: '3.7.1', storage: '3.7.0' },
      clock: systemClock,
      electionTimeoutMs,
    }),
    describeError: errorMapping(silentLogger),
    maxReceiveBytes: 2 * 1024 * 1024,
    maxConcurrentStreams: 1000,
  }
  return newHost(kind, options, () => {})
}

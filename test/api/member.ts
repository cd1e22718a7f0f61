import { errorMapping, memberRoutes } from '../../src/api/index.js'
import { type Logger, silentLogger } from '../../src/base/logger.js'
import type { Host } from '../../src/rpc/host.js'
import { newHost, testHost } from '../support/hosts.js'
import { RawClient } from '../support/raw-client.js'
import { FakeStore, ManualClock } from './fake-store.js'

export const electionTimeoutMs = 1000

/** A member's services over a store of straw, and a client of them. */
export interface ServedMember extends AsyncDisposable {
  readonly store: FakeStore
  readonly clock: ManualClock
  readonly host: Host
  readonly client: RawClient
  /** What was logged as an error. */
  readonly logged: unknown[]
}

export async function serveMember(): Promise<ServedMember> {
  const store = new FakeStore()
  const clock = new ManualClock()
  const logged: unknown[] = []
  const logger: Logger = {
    ...silentLogger,
    error: (_message, fields) => logged.push(fields?.error),
  }
  const versions = { api: '3.7.1', storage: '3.7.0' }
  const options = {
    routes: memberRoutes({ store, versions, clock, electionTimeoutMs }),
    describeError: errorMapping(logger),
    maxReceiveBytes: 2 * 1024 * 1024,
    maxConcurrentStreams: 1000,
  }
  const host = newHost(testHost, options, (error) => logged.push(error))
  const client = new RawClient(`127.0.0.1:${await host.bind('127.0.0.1', 0)}`)
  return {
    store,
    clock,
    host,
    client,
    logged,
    async [Symbol.asyncDispose]() {
      client.close()
      await host.close({ graceMs: 0 })
    },
  }
}

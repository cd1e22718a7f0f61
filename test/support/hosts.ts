import { systemClock } from '../../src/base/system-clock.js'
import { GrpcJsHost } from '../../src/rpc/grpc-js/grpc-js-host.js'
import type { Host, HostOptions } from '../../src/rpc/host.js'
import { Http2Host } from '../../src/rpc/http2/http2-host.js'

/** Every host there is, by its name for `--grpc-server`. */
export const hostKinds = ['own', 'grpc-js'] as const
export type HostKind = (typeof hostKinds)[number]

/** The host of members that are started without saying which: METASTORE_TEST_HOST, or our own. */
export const testHost: HostKind = readHost(process.env.METASTORE_TEST_HOST)

/** `onTrouble` hears of mistakes in our own host; grpc-js keeps its own to itself. */
export function newHost(
  kind: HostKind,
  options: HostOptions,
  onTrouble: (error: unknown) => void,
): Host {
  return kind === 'grpc-js'
    ? new GrpcJsHost(options)
    : new Http2Host({ ...options, clock: systemClock, onTrouble })
}

function readHost(text: string | undefined): HostKind {
  const kind = hostKinds.find((known) => known === (text ?? 'own'))
  if (kind === undefined) throw new Error(`METASTORE_TEST_HOST: no host is called ${text}`)
  return kind
}

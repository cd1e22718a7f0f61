import { resolve } from 'node:path'
import { z } from 'zod'
import { endpointOf } from '../base/address.js'
import type { Logger } from '../base/logger.js'
import {
  configurationError,
  type MemberConfiguration,
  type RawValue,
  resolveConfiguration,
  type SettingName,
} from './configuration/index.js'

/** How a server in this process runs. Everything may be left out. */
export interface MetastoreOptions {
  /** An IP address or `localhost`. Default: `127.0.0.1`. */
  readonly host?: string
  /** 0 to 65535; 0, the default: any free one. */
  readonly port?: number
  /** Default: `level` with a data directory, `memory` without. */
  readonly engine?: 'memory' | 'level'
  /** Where data is kept; made when missing. Default: nowhere, nothing survives {@link Metastore.close}. */
  readonly dataDirectory?: string
  /** Default: `default`. */
  readonly name?: string
  /**
   * The members that found a cluster, by name, with the URL at which each listens for the others; more
   * than one such as `http://10.0.0.1:2380`, separated by commas. {@link name} says which of them this
   * one is. Without effect once there is data. Default: this member alone, listening for nobody.
   */
  readonly initialCluster?: Readonly<Record<string, string>>
  /** Tells clusters of the same URLs apart. Default: `etcd-cluster`. */
  readonly initialClusterToken?: string
  /** Where to listen for other members, as in {@link initialCluster}. Default: at this member's URLs there. */
  readonly listenPeerUrls?: string
  /** From then on clients are served, whether or not the cluster has a leader. Default: 5,000. */
  readonly waitClusterReadyTimeoutMs?: number
  /** 1 to 10,000. Default: 100. */
  readonly heartbeatIntervalMs?: number
  /** At least five heartbeat intervals, at most 50,000. Default: 1,000. */
  readonly electionTimeoutMs?: number
  /** Default: 10 minutes. */
  readonly watchProgressIntervalMs?: number
  /** What {@link autoCompactionRetention} counts. Default: `periodic`. */
  readonly autoCompactionMode?: 'periodic' | 'revision'
  /** History to keep: a duration such as `30m` or a number of hours, or of revisions. Default: all. */
  readonly autoCompactionRetention?: string
  /** Operations in each list of a transaction. Default: 128. */
  readonly maxTxnOps?: number
  /** Size of a request that writes. Default: 1.5 MiB. */
  readonly maxRequestBytes?: number
  /** What speaks gRPC: a server of our own, made for speed, or the library. Default: `own`. */
  readonly grpcServer?: 'own' | 'grpc-js'
  /** Memory for ranges of keys that are asked again; 0: none. Default: 32 MiB. */
  readonly rangeCacheBytes?: number
  /** Disk space for ranges that leave that memory, with the LevelDB engine; 0: none. Default: 1 GiB. */
  readonly rangeCacheFileBytes?: number
  /** Memory for what puts have to know of keys; 0: none. Default: 64 MiB. */
  readonly keyFactsBytes?: number
  /** Default: nothing is logged. */
  readonly logger?: Logger
  /** Called once when the server cannot go on, such as after a failed write; it closes itself. */
  readonly onFatal?: (error: Error) => void
}

const schema = z.strictObject({
  host: z.string().optional(),
  port: z.number().optional(),
  engine: z.string().optional(),
  dataDirectory: z.string().min(1).optional(),
  name: z.string().optional(),
  initialCluster: z.record(z.string(), z.string()).optional(),
  initialClusterToken: z.string().optional(),
  listenPeerUrls: z.string().optional(),
  waitClusterReadyTimeoutMs: z.number().optional(),
  heartbeatIntervalMs: z.number().optional(),
  electionTimeoutMs: z.number().optional(),
  watchProgressIntervalMs: z.number().optional(),
  autoCompactionMode: z.string().optional(),
  autoCompactionRetention: z.string().optional(),
  maxTxnOps: z.number().optional(),
  maxRequestBytes: z.number().optional(),
  rangeCacheBytes: z.number().optional(),
  rangeCacheFileBytes: z.number().optional(),
  keyFactsBytes: z.number().optional(),
  grpcServer: z.string().optional(),
  logger: z.custom<Logger>((value) => typeof value === 'object' && value !== null).optional(),
  onFatal: z.custom<() => void>((value) => typeof value === 'function').optional(),
})

/**
 * Checks options by the rules of the command line.
 * @throws MetastoreError `configuration-invalid`, naming the option
 */
export function configurationFrom(options: MetastoreOptions): MemberConfiguration {
  const parsed = schema.safeParse(options)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') || 'options'
    throw configurationError(`${where}: ${issue?.message ?? 'is not valid'}`)
  }
  const { dataDirectory, host = '127.0.0.1', port = 0 } = parsed.data
  const engine = options.engine ?? (dataDirectory === undefined ? 'memory' : 'level')
  if (engine === 'level' && dataDirectory === undefined) {
    throw configurationError('engine: "level" needs a dataDirectory')
  }
  const url = `http://${endpointOf({ host, port })}`
  const texts: readonly OptionText[] = [
    ['engine', 'engine', engine],
    ['name', 'name', options.name],
    ['listen-client-urls', 'host and port', url],
    ...clusterTexts(options),
    ['heartbeat-interval', 'heartbeatIntervalMs', options.heartbeatIntervalMs?.toString()],
    ['election-timeout', 'electionTimeoutMs', options.electionTimeoutMs?.toString()],
    [
      'watch-progress-notify-interval',
      'watchProgressIntervalMs',
      milliseconds(options.watchProgressIntervalMs),
    ],
    ['auto-compaction-mode', 'autoCompactionMode', options.autoCompactionMode],
    ['auto-compaction-retention', 'autoCompactionRetention', options.autoCompactionRetention],
    ['max-txn-ops', 'maxTxnOps', options.maxTxnOps?.toString()],
    ['max-request-bytes', 'maxRequestBytes', options.maxRequestBytes?.toString()],
    ['range-cache-bytes', 'rangeCacheBytes', options.rangeCacheBytes?.toString()],
    ['range-cache-file-bytes', 'rangeCacheFileBytes', options.rangeCacheFileBytes?.toString()],
    ['key-facts-bytes', 'keyFactsBytes', options.keyFactsBytes?.toString()],
    ['grpc-server', 'grpcServer', options.grpcServer],
  ]
  const raw = new Map<SettingName, RawValue>()
  for (const [name, origin, text] of texts) if (text !== undefined) raw.set(name, { origin, text })
  return {
    ...resolveConfiguration(raw),
    dataDirectory: dataDirectory === undefined ? undefined : resolve(dataDirectory),
  }
}

/** A setting, the option it comes from, and its text. */
type OptionText = readonly [SettingName, string, string | undefined]

function clusterTexts(options: MetastoreOptions): OptionText[] {
  const { initialCluster = {}, name = 'default' } = options
  const members = Object.entries(initialCluster)
  const founders = members.flatMap(([member, urls]) =>
    urls.split(',').map((url) => `${member}=${url.trim()}`),
  )
  const own = Object.hasOwn(initialCluster, name) ? initialCluster[name] : undefined
  return [
    ['initial-cluster', 'initialCluster', members.length === 0 ? undefined : founders.join(',')],
    ['initial-advertise-peer-urls', 'initialCluster', own],
    ['initial-cluster-token', 'initialClusterToken', options.initialClusterToken],
    ['listen-peer-urls', 'listenPeerUrls', options.listenPeerUrls ?? own],
    [
      'wait-cluster-ready-timeout',
      'waitClusterReadyTimeoutMs',
      milliseconds(options.waitClusterReadyTimeoutMs),
    ],
  ]
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}ms`
}

import { resolve } from 'node:path'
import type { CompactionRetention } from '../../store/index.js'
import { retention } from './auto-compaction.js'
import { type FoundingMember, foundingMembers } from './initial-cluster.js'
import { configurationError, type RawValues } from './raw-value.js'
import {
  type GrpcServerKind,
  type InitialClusterState,
  type LogLevel,
  type Setting,
  type SettingName,
  type SettingValues,
  settingNames,
  settings,
} from './settings.js'
import type { HostUrl } from './urls.js'
import { problemOf, type ValueSchema } from './values.js'

/** How a member runs; checked as a whole. */
export interface Configuration {
  readonly name: string
  readonly engine: 'memory' | 'level'
  /** Absolute. */
  readonly dataDirectory: string
  /** Absolute; undefined: the log lives in the data directory. */
  readonly walDirectory: string | undefined
  readonly listenClientUrls: readonly HostUrl[]
  /** undefined: the URLs really listened on. */
  readonly advertiseClientUrls: readonly string[] | undefined
  /** undefined: the default, which depends on whether there are other members. */
  readonly listenPeerUrls: readonly HostUrl[] | undefined
  readonly initialAdvertisePeerUrls: readonly string[]
  /** This member among them. */
  readonly initialCluster: readonly FoundingMember[]
  readonly initialClusterState: InitialClusterState
  readonly initialClusterToken: string
  /** Whether somebody said who the member is; otherwise data that is there may be anybody's. */
  readonly identityGiven: boolean
  readonly initialElectionTickAdvance: boolean
  /** From then on clients are served, whether or not there is a leader. */
  readonly waitClusterReadyTimeoutMs: number
  /** Log entries for members that are behind; who lacks more gets a snapshot. */
  readonly snapshotCatchUpEntries: number
  readonly heartbeatIntervalMs: number
  /** At least five heartbeat intervals, at most 50 s. */
  readonly electionTimeoutMs: number
  readonly watchProgressIntervalMs: number
  /** undefined: history is compacted only when somebody asks for it. */
  readonly autoCompaction: CompactionRetention | undefined
  /** Whether what is left of leases survives a change of leader. */
  readonly leaseCheckpoints: boolean
  readonly maxTxnOps: number
  readonly maxRequestBytes: number
  /** Memory for ranges that are asked again; 0: none. */
  readonly rangeCacheBytes: number
  /** Disk space for ranges that leave that memory; 0: none. Without the LevelDB engine there is none. */
  readonly rangeCacheFileBytes: number
  /** Memory for what puts have to know of keys; 0: none. */
  readonly keyFactsBytes: number
  readonly maxConcurrentStreams: number
  readonly grpcServer: GrpcServerKind
  readonly logLevel: LogLevel
  /** undefined: console on a terminal, else json. */
  readonly logFormat: 'json' | 'console' | undefined
}

/** What of it one member needs; without a data directory nothing survives its end. */
export interface MemberConfiguration
  extends Omit<Configuration, 'dataDirectory' | 'logLevel' | 'logFormat'> {
  readonly dataDirectory: string | undefined
}

/**
 * Checks what was given, with the defaults for the rest.
 * @throws MetastoreError `configuration-invalid`, naming where the wrong value was given
 */
export function resolveConfiguration(raw: RawValues): Configuration {
  const values = checkEach(raw)
  const origin = (name: SettingName) => raw.get(name)?.origin ?? `--${name}`
  const heartbeatIntervalMs = values['heartbeat-interval']
  const electionTimeoutMs = values['election-timeout']
  if (electionTimeoutMs < 5 * heartbeatIntervalMs) {
    throw configurationError(
      `${origin('election-timeout')}: must be at least 5 times the heartbeat interval of ` +
        `${heartbeatIntervalMs} ms, not ${electionTimeoutMs} ms`,
    )
  }
  const walDirectory = values['wal-dir']
  return {
    name: values.name,
    engine: values.engine,
    dataDirectory: resolve(values['data-dir'] ?? `${values.name}.metastore`),
    walDirectory: walDirectory === undefined ? undefined : resolve(walDirectory),
    listenClientUrls: values['listen-client-urls'],
    advertiseClientUrls: values['advertise-client-urls']?.map((url) => url.text),
    ...clusterConfiguration(raw, values, origin('initial-cluster')),
    snapshotCatchUpEntries: values['snapshot-catchup-entries'],
    heartbeatIntervalMs,
    electionTimeoutMs,
    watchProgressIntervalMs: values['watch-progress-notify-interval'],
    autoCompaction: checkText(
      retention(values['auto-compaction-mode']),
      values['auto-compaction-retention'],
      origin('auto-compaction-retention'),
    ),
    leaseCheckpoints: values['feature-gates'].has('LeaseCheckpoint'),
    maxTxnOps: values['max-txn-ops'],
    maxRequestBytes: values['max-request-bytes'],
    rangeCacheBytes: values['range-cache-bytes'],
    rangeCacheFileBytes: values['range-cache-file-bytes'],
    keyFactsBytes: values['key-facts-bytes'],
    maxConcurrentStreams: values['max-concurrent-streams'],
    grpcServer: values['grpc-server'],
    logLevel: values['log-level'],
    logFormat: values['log-format'],
  }
}

function checkEach(raw: RawValues): SettingValues {
  const checked = settingNames.map((name) => {
    const setting: Setting<unknown> = settings[name]
    const given = raw.get(name)
    const text = given?.text ?? setting.defaultText
    return [name, checkText(setting.schema, text, given?.origin ?? `--${name}`)] as const
  })
  return Object.fromEntries(checked) as SettingValues
}

function checkText<T>(schema: ValueSchema<T>, text: string, origin: string): T {
  const result = schema.safeParse(text)
  if (result.success) return result.data
  throw configurationError(`${origin}: ${problemOf(result.error)}, not ${JSON.stringify(text)}`)
}

type ClusterSettings = Pick<
  Configuration,
  | 'listenPeerUrls'
  | 'initialAdvertisePeerUrls'
  | 'initialCluster'
  | 'initialClusterState'
  | 'initialClusterToken'
  | 'identityGiven'
  | 'initialElectionTickAdvance'
  | 'waitClusterReadyTimeoutMs'
>

const identitySettings: readonly SettingName[] = [
  'initial-advertise-peer-urls',
  'initial-cluster',
  'initial-cluster-token',
]

function clusterConfiguration(
  raw: RawValues,
  values: SettingValues,
  origin: string,
): ClusterSettings {
  const peerUrls = values['initial-advertise-peer-urls'].map((url) => url.text)
  const text = values['initial-cluster']
  const founders =
    text === '' ? [{ name: values.name, peerUrls }] : foundingMembers(text, values.name, peerUrls)
  if (typeof founders === 'string') {
    throw configurationError(`${origin}: ${founders}, in ${JSON.stringify(text)}`)
  }
  return {
    listenPeerUrls: values['listen-peer-urls'],
    initialAdvertisePeerUrls: peerUrls,
    initialCluster: founders,
    initialClusterState: values['initial-cluster-state'],
    initialClusterToken: values['initial-cluster-token'],
    identityGiven: identitySettings.some((name) => raw.has(name)),
    initialElectionTickAdvance: values['initial-election-tick-advance'],
    waitClusterReadyTimeoutMs: values['wait-cluster-ready-timeout'],
  }
}

import { z } from 'zod'
import { type FeatureGate, featureGates } from './feature-gates.js'
import { advertisedUrls, type HostUrl, listenUrls } from './urls.js'
import { duration, emptyOr, oneOf, truth, type ValueSchema, wholeNumber } from './values.js'

/** One thing that can be configured, and all that flags, environment, file and help say of it. */
export interface Setting<T> {
  /** The heading it stands under in the help. */
  readonly group: string
  /** What stands for the value in the help. */
  readonly placeholder: string
  readonly description: string
  /** Used when nothing is given; checked like any other value. */
  readonly defaultText: string
  /** What the help says of the default where that is not the text itself. */
  readonly defaultNote?: string
  readonly schema: ValueSchema<T>
  /** The unit of a bare number in a configuration file, where etcd's files have one. */
  readonly fileNumberUnit?: string
}

const member = 'Member:'
const cluster = 'Cluster:'
const compaction = 'Compaction:'
const limits = 'Limits:'
const serving = 'Serving:'
const features = 'Features:'
const logging = 'Logging:'

const memberName = z
  .string()
  .regex(/^[^,=\p{Cc}]+$/u, 'must not be empty or contain a comma or an equals sign')

/**
 * Every setting by its flag's name. The variable of `a-b` is `ETCD_A_B`; the key in a configuration
 * file is the flag's name.
 */
export const settings = {
  name: setting<string>({
    group: member,
    placeholder: '<text>',
    description: 'human-readable name of this member',
    defaultText: 'default',
    schema: memberName,
  }),
  'data-dir': setting<string | undefined>({
    group: member,
    placeholder: '<path>',
    description: 'where the data lives',
    defaultText: '',
    defaultNote: '<name>.metastore',
    schema: emptyOr(z.string()),
  }),
  'wal-dir': setting<string | undefined>({
    group: member,
    placeholder: '<path>',
    description: 'where the write-ahead log lives, if not with the data',
    defaultText: '',
    defaultNote: 'with the data',
    schema: emptyOr(z.string()),
  }),
  engine: setting<'memory' | 'level'>({
    group: member,
    placeholder: '<engine>',
    description:
      'how data is kept: "level" on the disk (LevelDB), "memory" in memory beside its log',
    defaultText: 'level',
    schema: oneOf(['memory', 'level']),
  }),
  'listen-client-urls': setting<readonly HostUrl[]>({
    group: member,
    placeholder: '<urls>',
    description: 'where to serve clients, separated by commas; port 0 takes any free one',
    defaultText: 'http://localhost:2379',
    schema: listenUrls(),
  }),
  'advertise-client-urls': setting<readonly HostUrl[] | undefined>({
    group: member,
    placeholder: '<urls>',
    description: 'client URLs to tell others',
    defaultText: '',
    defaultNote: 'the URLs listened on',
    schema: emptyOr(advertisedUrls()),
  }),
  'heartbeat-interval': setting<number>({
    group: member,
    placeholder: '<milliseconds>',
    description: 'time between heartbeats',
    defaultText: '100',
    schema: wholeNumber(1, 10_000),
  }),
  'election-timeout': setting<number>({
    group: member,
    placeholder: '<milliseconds>',
    description: 'time without a leader before an election; at least 5 heartbeat intervals',
    defaultText: '1000',
    schema: wholeNumber(1, 50_000),
  }),
  'watch-progress-notify-interval': setting<number>({
    group: member,
    placeholder: '<duration>',
    description: 'how often idle watches that asked for it are told of their progress',
    defaultText: '10m',
    schema: duration(),
    fileNumberUnit: 'ns',
  }),
  'listen-peer-urls': setting<readonly HostUrl[] | undefined>({
    group: cluster,
    placeholder: '<urls>',
    description: 'where to listen for other members, separated by commas',
    defaultText: '',
    defaultNote: 'http://localhost:2380, and nowhere for a member that is alone',
    schema: emptyOr(listenUrls()),
  }),
  'initial-advertise-peer-urls': setting<readonly HostUrl[]>({
    group: cluster,
    placeholder: '<urls>',
    description: "where other members reach this one; a founding member's id derives from them",
    defaultText: 'http://localhost:2380',
    schema: advertisedUrls(),
  }),
  'initial-cluster': setting<string>({
    group: cluster,
    placeholder: '<name=url,...>',
    description: 'the founding members and their peer URLs; without effect once there is data',
    defaultText: '',
    defaultNote: 'this member alone',
    schema: z.string(),
  }),
  'initial-cluster-state': setting<InitialClusterState>({
    group: cluster,
    placeholder: '<state>',
    description:
      '"new": found the cluster; "existing": go on with the data that is there (joining a cluster ' +
      'without data is not supported yet)',
    defaultText: 'new',
    schema: oneOf(['new', 'existing']),
  }),
  'initial-cluster-token': setting<string>({
    group: cluster,
    placeholder: '<text>',
    description: 'tells clusters of the same URLs apart',
    defaultText: 'etcd-cluster',
    schema: z.string(),
  }),
  'initial-election-tick-advance': setting<boolean>({
    group: cluster,
    placeholder: '[boolean]',
    description:
      'whether a starting member waits one heartbeat, not a whole election timeout, and the first of a new cluster not at all',
    defaultText: 'true',
    schema: truth(),
  }),
  'wait-cluster-ready-timeout': setting<number>({
    group: cluster,
    placeholder: '<duration>',
    description: 'how long clients wait at most for a cluster without a leader at the start',
    defaultText: '5s',
    schema: duration(),
    fileNumberUnit: 'ns',
  }),
  'snapshot-catchup-entries': setting<number>({
    group: cluster,
    placeholder: '<count>',
    description:
      'log entries kept for members that are behind, of 64 MiB at most; who lacks more gets a snapshot',
    defaultText: '10000',
    schema: wholeNumber(1, 10_000_000),
  }),
  'auto-compaction-mode': setting<'periodic' | 'revision'>({
    group: compaction,
    placeholder: '<mode>',
    description: 'what the retention counts: "periodic" time, "revision" revisions',
    defaultText: 'periodic',
    schema: oneOf(['periodic', 'revision']),
  }),
  'auto-compaction-retention': setting<string>({
    group: compaction,
    placeholder: '<amount>',
    description: 'history to keep: a duration or a number of hours, or of revisions; 0: all of it',
    defaultText: '0',
    schema: z.string(),
  }),
  'max-txn-ops': setting<number>({
    group: limits,
    placeholder: '<count>',
    description: 'most operations in one list of a transaction',
    defaultText: '128',
    schema: wholeNumber(1, 1_000_000),
  }),
  'max-request-bytes': setting<number>({
    group: limits,
    placeholder: '<bytes>',
    description: 'largest request that writes',
    defaultText: '1572864',
    schema: wholeNumber(1, 1_073_741_824),
  }),
  'range-cache-bytes': setting<number>({
    group: limits,
    placeholder: '<bytes>',
    description: 'memory for ranges of keys that are asked again; 0: none',
    defaultText: '33554432',
    schema: wholeNumber(0, 17_179_869_184),
  }),
  'range-cache-file-bytes': setting<number>({
    group: limits,
    placeholder: '<bytes>',
    description:
      'disk space for ranges that leave that memory (engine "level"), at most a quarter of what is free; 0: none',
    defaultText: '1073741824',
    schema: wholeNumber(0, 1_099_511_627_776),
  }),
  'key-facts-bytes': setting<number>({
    group: limits,
    placeholder: '<bytes>',
    description: 'memory for what puts have to know of keys; 0: none',
    defaultText: '67108864',
    schema: wholeNumber(0, 1_073_741_824),
  }),
  'max-concurrent-streams': setting<number>({
    group: limits,
    placeholder: '<count>',
    description: 'most streams open at once on one connection',
    defaultText: '4294967295',
    schema: wholeNumber(1, 4_294_967_295),
  }),
  'grpc-server': setting<GrpcServerKind>({
    group: serving,
    placeholder: '<kind>',
    description: 'what speaks gRPC: "own", made for speed, or "grpc-js", the library',
    defaultText: 'own',
    schema: oneOf(['own', 'grpc-js']),
  }),
  'feature-gates': setting<ReadonlySet<FeatureGate>>({
    group: features,
    placeholder: '<gate=bool,...>',
    description:
      'LeaseCheckpoint: a change of leader gives leases what was left of them (with ' +
      'LeaseCheckpointPersist, the same); other gates of etcd can only be off',
    defaultText: '',
    defaultNote: 'all off',
    schema: featureGates(),
  }),
  'log-level': setting<LogLevel>({
    group: logging,
    placeholder: '<level>',
    description: 'least severe lines to write: debug, info, warn, error, panic or fatal',
    defaultText: 'info',
    schema: oneOf(['debug', 'info', 'warn', 'error', 'panic', 'fatal']),
  }),
  'log-format': setting<'json' | 'console' | undefined>({
    group: logging,
    placeholder: '<format>',
    description: 'json, or console for people',
    defaultText: '',
    defaultNote: 'console on a terminal, else json',
    schema: emptyOr(oneOf(['json', 'console'])),
  }),
} as const

/** The servers for gRPC that there are. */
export type GrpcServerKind = 'own' | 'grpc-js'

/** Whether a member founds its cluster or has been in it before. */
export type InitialClusterState = 'new' | 'existing'

/** etcd's log levels, from the least severe. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'panic' | 'fatal'

export type SettingName = keyof typeof settings

/** Every setting's checked value. */
export type SettingValues = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer Value>
    ? Value
    : never
}

export const settingNames = Object.keys(settings) as readonly SettingName[]

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name)
}

export function variableOf(flagName: string): string {
  return `ETCD_${flagName.replaceAll('-', '_').toUpperCase()}`
}

function setting<T>(definition: Setting<T>): Setting<T> {
  return definition
}

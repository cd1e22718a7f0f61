import { resolve } from 'node:path'
import { z } from 'zod'
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
  heartbeatIntervalMs: z.number().optional(),
  electionTimeoutMs: z.number().optional(),
  watchProgressIntervalMs: z.number().optional(),
  autoCompactionMode: z.string().optional(),
  autoCompactionRetention: z.string().optional(),
  maxTxnOps: z.number().optional(),
  maxRequestBytes: z.number().optional(),
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
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const texts: readonly (readonly [SettingName, string, string | undefined])[] = [
    ['engine', 'engine', engine],
    ['name', 'name', options.name],
    ['listen-client-urls', 'host and port', url],
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
  ]
  const raw = new Map<SettingName, RawValue>()
  for (const [name, origin, text] of texts) if (text !== undefined) raw.set(name, { origin, text })
  return {
    ...resolveConfiguration(raw),
    dataDirectory: dataDirectory === undefined ? undefined : resolve(dataDirectory),
  }
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}ms`
}

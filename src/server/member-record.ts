import { z } from 'zod'
import { MetastoreError } from '../base/errors.js'
import { toHexId } from '../base/ids.js'

/** The layout of data directories written now; older ones are read, newer ones refused. */
const formatVersion = 1

/** The file that says whose a directory is. */
export const recordFileName = 'member.json'

/** Who a member is, for as long as its data lives. */
export interface MemberIdentity {
  readonly engine: 'memory' | 'level'
  readonly clusterId: bigint
  readonly memberId: bigint
  /** At the time the directory was made; for people. */
  readonly name: string
}

/** What one directory holds of a member: everything, or, with a log of its own place, one part. */
export type Holding = 'everything' | 'data' | 'log'

const hexId = z.string().regex(/^[0-9a-f]{16}$/)

const recordSchema = z.object({
  formatVersion: z.literal(formatVersion),
  holds: z.enum(['everything', 'data', 'log']),
  engine: z.enum(['memory', 'level']),
  clusterId: hexId,
  memberId: hexId,
  name: z.string(),
})

export function encodeRecord(identity: MemberIdentity, holds: Holding): string {
  const record: z.infer<typeof recordSchema> = {
    formatVersion,
    holds,
    engine: identity.engine,
    clusterId: toHexId(identity.clusterId),
    memberId: toHexId(identity.memberId),
    name: identity.name,
  }
  return `${JSON.stringify(record, undefined, 2)}\n`
}

/**
 * What keeps a member from using a directory whose record reads `text`, as the end of a sentence;
 * undefined: nothing does.
 */
export function recordProblem(
  text: string,
  identity: MemberIdentity,
  holds: Holding,
): string | undefined {
  const json = parseJson(text)
  const version = z.object({ formatVersion: z.number() }).safeParse(json)
  if (version.success && version.data.formatVersion > formatVersion) {
    return (
      `has format ${version.data.formatVersion}; ` +
      `this version of metastore knows formats up to ${formatVersion}`
    )
  }
  const parsed = recordSchema.safeParse(json)
  if (!parsed.success) return `${recordFileName} is damaged`
  const record = parsed.data
  if (record.holds !== holds) return holdingProblem(record.holds, holds)
  if (record.engine !== identity.engine) {
    return `holds data of the engine "${record.engine}", not "${identity.engine}" (--engine)`
  }
  const own = describeIds(toHexId(identity.memberId), toHexId(identity.clusterId))
  const found = describeIds(record.memberId, record.clusterId)
  if (found === own) return undefined
  return `belongs to ${found}; --initial-advertise-peer-urls and --initial-cluster-token make ${own}`
}

export function directoryError(message: string, cause?: unknown): MetastoreError {
  return new MetastoreError('data-directory-unusable', message, { cause })
}

function holdingProblem(found: Holding, wanted: Holding): string {
  if (found === 'log') return "holds a member's log alone (--wal-dir), not its data"
  if (wanted === 'log') return "holds a member's data, not a log alone (--wal-dir)"
  return found === 'data'
    ? 'was made with a log in a place of its own; name it with --wal-dir'
    : 'holds its log itself; --wal-dir cannot be given later'
}

function describeIds(memberId: string, clusterId: string): string {
  return `member ${memberId} of cluster ${clusterId}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

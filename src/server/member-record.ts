import { z } from 'zod'
import { MetastoreError } from '../base/errors.js'
import { toHexId } from '../base/ids.js'

/** The layout of data directories written now; older ones are read, newer ones refused. */
const formatVersion = 1

/** The file that says whose a directory is. */
export const recordFileName = 'member.json'

/** A member as those that found a cluster know each other. */
export interface ClusterMember {
  readonly id: bigint
  readonly name: string
  readonly peerUrls: readonly string[]
}

/** Who a member is, for as long as its data lives. */
export interface MemberIdentity {
  readonly engine: 'memory' | 'level'
  readonly clusterId: bigint
  readonly memberId: bigint
  /** At the time the directory was made; for people. */
  readonly name: string
  /** Who founded the cluster, this member included: who votes in an empty log. */
  readonly founders: readonly ClusterMember[]
}

/** Who somebody says a member is. */
export interface IdentityClaim {
  readonly identity: MemberIdentity
  /** Where it was said, as the beginning of a sentence; undefined: these are mere defaults. */
  readonly saidBy: string | undefined
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
  /** Absent in records from before there were clusters of several. */
  founders: z
    .array(z.object({ id: hexId, name: z.string(), peerUrls: z.array(z.string()).readonly() }))
    .optional(),
})

type MemberRecord = z.infer<typeof recordSchema>

export function encodeRecord(identity: MemberIdentity, holds: Holding): string {
  const record: MemberRecord = {
    formatVersion,
    holds,
    engine: identity.engine,
    clusterId: toHexId(identity.clusterId),
    memberId: toHexId(identity.memberId),
    name: identity.name,
    founders: identity.founders.map((member) => ({ ...member, id: toHexId(member.id) })),
  }
  return `${JSON.stringify(record, undefined, 2)}\n`
}

/**
 * Whose a directory is whose record reads `text`; or, as the end of a sentence, what keeps the
 * member of `claim` from using it.
 */
export function readRecord(
  text: string,
  claim: IdentityClaim,
  holds: Holding,
): MemberIdentity | string {
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
  const { identity } = claim
  if (record.engine !== identity.engine) {
    return `holds data of the engine "${record.engine}", not "${identity.engine}" (--engine)`
  }
  const found = identityOf(record)
  // Who founded the cluster is settled once there is data, so its id may differ from the claim's.
  if (claim.saidBy === undefined || found.memberId === identity.memberId) return found
  return `belongs to ${describe(found)}; ${claim.saidBy} ${describe(identity)}`
}

/** Whether two records tell of the same member. */
export function isSameMember(left: MemberIdentity, right: MemberIdentity): boolean {
  return left.memberId === right.memberId && left.clusterId === right.clusterId
}

export function directoryError(message: string, cause?: unknown): MetastoreError {
  return new MetastoreError('data-directory-unusable', message, { cause })
}

function identityOf(record: MemberRecord): MemberIdentity {
  const memberId = BigInt(`0x${record.memberId}`)
  const founders = record.founders?.map((member) => ({ ...member, id: BigInt(`0x${member.id}`) }))
  return {
    engine: record.engine,
    clusterId: BigInt(`0x${record.clusterId}`),
    memberId,
    name: record.name,
    founders: founders ?? [{ id: memberId, name: record.name, peerUrls: [] }],
  }
}

function holdingProblem(found: Holding, wanted: Holding): string {
  if (found === 'log') return "holds a member's log alone (--wal-dir), not its data"
  if (wanted === 'log') return "holds a member's data, not a log alone (--wal-dir)"
  return found === 'data'
    ? 'was made with a log in a place of its own; name it with --wal-dir'
    : 'holds its log itself; --wal-dir cannot be given later'
}

function describe({ memberId, clusterId }: MemberIdentity): string {
  return `member ${toHexId(memberId)} of cluster ${toHexId(clusterId)}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { MetastoreError } from '../../base/errors.js'
import {
  type Command,
  type CompactionRequest,
  CompactionResponse,
  type DeleteRangeRequest,
  DeleteRangeResponse,
  type LeaseCheckpointRequest,
  LeaseCheckpointResponse,
  type LeaseGrantRequest,
  LeaseGrantResponse,
  type LeaseRevokeRequest,
  LeaseRevokeResponse,
  PublishMember,
  PublishMemberResponse,
  type PutRequest,
  PutResponse,
  ResponseHeader,
  type TxnResponse,
} from '../../wire/index.js'
import { encodeLease, type LeaseTable } from '../lease-table.js'
import type { Readable } from '../reads/range.js'
import { eachRow } from '../rows/row-reader.js'
import { attachmentKey, attachmentsOf, leaseRow, memberRow } from '../rows/rows.js'
import type { Steps } from '../steps.js'
import type { Stage } from './stage.js'
import { executeTxn } from './txn.js'
import type { WriteTransaction } from './write-transaction.js'

/** Answers of the commands a log entry can hold. Headers carry the revision alone. */
export type CommandResponse =
  | PutResponse
  | DeleteRangeResponse
  | TxnResponse
  | CompactionResponse
  | LeaseGrantResponse
  | LeaseRevokeResponse
  | LeaseCheckpointResponse
  | PublishMemberResponse

export interface CommandContext {
  readonly stage: Stage
  readonly leases: LeaseTable
  readonly write: WriteTransaction
  readonly readable: Readable
}

export interface CommandResult {
  readonly response: CommandResponse
  /** Present when the command compacted. */
  readonly compactedRevision?: number
}

/** Whether carrying out the command may have to wait: see {@link applyCommand}, else {@link applyAtOnce}. */
export function mayWait({ txn, deleteRange, leaseRevoke }: Command): boolean {
  return txn !== undefined || deleteRange !== undefined || leaseRevoke !== undefined
}

/** Carries out one command. What it throws has changed nothing. */
export function* applyCommand(context: CommandContext, command: Command): Steps<CommandResult> {
  if (command.txn !== undefined) {
    const { stage, write, readable } = context
    return { response: yield* executeTxn({ reader: stage, write, readable }, command.txn) }
  }
  if (command.deleteRange !== undefined) {
    return { response: yield* deleteRange(context, command.deleteRange) }
  }
  if (command.leaseRevoke !== undefined) {
    return { response: yield* revoke(context, command.leaseRevoke) }
  }
  return applyAtOnce(context, command)
}

/** As {@link applyCommand}, without generators. */
export function applyAtOnce(context: CommandContext, command: Command): CommandResult {
  if (command.put !== undefined) return { response: put(context, command.put) }
  if (command.leaseGrant !== undefined) return { response: grant(context, command.leaseGrant) }
  if (command.leaseCheckpoint !== undefined) {
    return { response: checkpoint(context, command.leaseCheckpoint) }
  }
  if (command.compaction !== undefined) return compact(context, command.compaction)
  if (command.publishMember !== undefined) {
    return { response: publishMember(context, command.publishMember) }
  }
  throw new MetastoreError('unimplemented', 'the log holds a command this program does not know')
}

function header(context: CommandContext): ResponseHeader {
  return ResponseHeader.create({ revision: context.write.revision })
}

function put(context: CommandContext, request: PutRequest): PutResponse {
  const before = context.write.putAlone(request)
  const prevKv = request.prevKv ? before : undefined
  return PutResponse.create({ header: header(context), prevKv })
}

function* deleteRange(
  context: CommandContext,
  request: DeleteRangeRequest,
): Steps<DeleteRangeResponse> {
  const deleted = yield* context.write.deleteRange(request)
  return DeleteRangeResponse.create({
    header: header(context),
    deleted: deleted.size,
    prevKvs: request.prevKv ? yield* context.write.valuesOf(deleted) : [],
  })
}

function grant(context: CommandContext, request: LeaseGrantRequest): LeaseGrantResponse {
  if (context.leases.get(request.id) !== undefined) throw new MetastoreError('lease-exists')
  const lease = { id: request.id, ttlSeconds: request.ttl, remainingSeconds: undefined }
  context.stage.set(leaseRow(request.id), encodeLease(lease))
  context.leases.grant(lease)
  return LeaseGrantResponse.create({
    header: header(context),
    id: request.id,
    ttl: request.ttl,
  })
}

/** Notes what is left of leases; 0 forgets it. Those that are gone are passed over. */
function checkpoint(
  context: CommandContext,
  { checkpoints }: LeaseCheckpointRequest,
): LeaseCheckpointResponse {
  for (const { id, remainingTtl } of checkpoints) {
    const known = context.leases.get(id)
    if (known === undefined) continue
    const remainingSeconds = remainingTtl > 0 ? remainingTtl : undefined
    const lease = { id, ttlSeconds: known.ttlSeconds, remainingSeconds }
    context.stage.set(leaseRow(id), encodeLease(lease))
    context.leases.checkpoint(lease)
  }
  return LeaseCheckpointResponse.create({ header: header(context) })
}

/** The lease's keys go in key order, in one revision. */
function* revoke(context: CommandContext, request: LeaseRevokeRequest): Steps<LeaseRevokeResponse> {
  context.leases.require(request.id)
  if (context.leases.mayHaveKeys(request.id)) {
    const keys: string[] = []
    yield* eachRow(context.stage, attachmentsOf(request.id), (row) => {
      keys.push(attachmentKey(row.key))
      return true
    })
    yield* context.write.deleteKeys(keys)
  }
  context.stage.delete(leaseRow(request.id))
  context.leases.remove(request.id)
  return LeaseRevokeResponse.create({ header: header(context) })
}

function publishMember(context: CommandContext, request: PublishMember): PublishMemberResponse {
  context.stage.set(memberRow(request.memberId), PublishMember.encode(request))
  return PublishMemberResponse.create({ header: header(context) })
}

function compact(context: CommandContext, request: CompactionRequest): CommandResult {
  const { revision, compactedRevision } = context.readable
  if (request.revision <= compactedRevision) throw new MetastoreError('compacted')
  if (request.revision > revision) throw new MetastoreError('future-revision')
  return {
    response: CompactionResponse.create({ header: header(context) }),
    compactedRevision: request.revision,
  }
}

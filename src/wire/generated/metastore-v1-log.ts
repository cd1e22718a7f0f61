// Made from proto/ by `npm run generate`. Do not edit.
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'
import { CompactionRequest, DeleteRangeRequest, PutRequest, TxnRequest } from './etcdserverpb-kv.js'
import {
  LeaseCheckpointRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
} from './etcdserverpb-lease.js'

export interface CommandHeader {
  user: string
  authRevision: number
}

export const CommandHeader: MessageCodec<CommandHeader> = {
  name: 'metastore.v1.CommandHeader',
  create: (init = {}) => ({
    user: init.user ?? '',
    authRevision: init.authRevision ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCommandHeader(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCommandHeader(new Reader(bytes)),
  read: readCommandHeader,
  write: writeCommandHeader,
}

function readCommandHeader(reader: Reader): CommandHeader {
  let user = ''
  let authRevision = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        user = reader.string()
        break
      case 16:
        authRevision = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    user,
    authRevision,
  }
}

function writeCommandHeader(message: CommandHeader, writer: Writer): void {
  if (message.authRevision !== 0) writer.uint64(16, message.authRevision)
  if (message.user !== '') writer.string(10, message.user)
}

export interface PublishMember {
  memberId: bigint
  name: string
  peerUrls: readonly string[]
  clientUrls: readonly string[]
}

export const PublishMember: MessageCodec<PublishMember> = {
  name: 'metastore.v1.PublishMember',
  create: (init = {}) => ({
    memberId: init.memberId ?? 0n,
    name: init.name ?? '',
    peerUrls: init.peerUrls ?? [],
    clientUrls: init.clientUrls ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePublishMember(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPublishMember(new Reader(bytes)),
  read: readPublishMember,
  write: writePublishMember,
}

function readPublishMember(reader: Reader): PublishMember {
  let memberId = 0n
  let name = ''
  const peerUrls: string[] = []
  const clientUrls: string[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        memberId = reader.unsignedId()
        break
      case 18:
        name = reader.string()
        break
      case 26:
        peerUrls.push(reader.string())
        break
      case 34:
        clientUrls.push(reader.string())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    memberId,
    name,
    peerUrls,
    clientUrls,
  }
}

function writePublishMember(message: PublishMember, writer: Writer): void {
  for (let index = message.clientUrls.length - 1; index >= 0; index--) {
    writer.string(34, message.clientUrls[index] as string)
  }
  for (let index = message.peerUrls.length - 1; index >= 0; index--) {
    writer.string(26, message.peerUrls[index] as string)
  }
  if (message.name !== '') writer.string(18, message.name)
  if (message.memberId !== 0n) writer.id(8, message.memberId)
}

export interface PublishMemberResponse {
  header: ResponseHeader | undefined
}

export const PublishMemberResponse: MessageCodec<PublishMemberResponse> = {
  name: 'metastore.v1.PublishMemberResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePublishMemberResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPublishMemberResponse(new Reader(bytes)),
  read: readPublishMemberResponse,
  write: writePublishMemberResponse,
}

function readPublishMemberResponse(reader: Reader): PublishMemberResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writePublishMemberResponse(message: PublishMemberResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface Command {
  header: CommandHeader | undefined
  put: PutRequest | undefined
  deleteRange: DeleteRangeRequest | undefined
  txn: TxnRequest | undefined
  compaction: CompactionRequest | undefined
  leaseGrant: LeaseGrantRequest | undefined
  leaseRevoke: LeaseRevokeRequest | undefined
  leaseCheckpoint: LeaseCheckpointRequest | undefined
  publishMember: PublishMember | undefined
}

export const Command: MessageCodec<Command> = {
  name: 'metastore.v1.Command',
  create: (init = {}) => ({
    header: init.header,
    put: init.put,
    deleteRange: init.deleteRange,
    txn: init.txn,
    compaction: init.compaction,
    leaseGrant: init.leaseGrant,
    leaseRevoke: init.leaseRevoke,
    leaseCheckpoint: init.leaseCheckpoint,
    publishMember: init.publishMember,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCommand(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCommand(new Reader(bytes)),
  read: readCommand,
  write: writeCommand,
}

function readCommand(reader: Reader): Command {
  let header: CommandHeader | undefined
  let put: PutRequest | undefined
  let deleteRange: DeleteRangeRequest | undefined
  let txn: TxnRequest | undefined
  let compaction: CompactionRequest | undefined
  let leaseGrant: LeaseGrantRequest | undefined
  let leaseRevoke: LeaseRevokeRequest | undefined
  let leaseCheckpoint: LeaseCheckpointRequest | undefined
  let publishMember: PublishMember | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = readCommandHeader(reader)
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        put = PutRequest.read(reader)
        deleteRange = undefined
        txn = undefined
        compaction = undefined
        leaseGrant = undefined
        leaseRevoke = undefined
        leaseCheckpoint = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        deleteRange = DeleteRangeRequest.read(reader)
        put = undefined
        txn = undefined
        compaction = undefined
        leaseGrant = undefined
        leaseRevoke = undefined
        leaseCheckpoint = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 34: {
        const outer = reader.enter()
        txn = TxnRequest.read(reader)
        put = undefined
        deleteRange = undefined
        compaction = undefined
        leaseGrant = undefined
        leaseRevoke = undefined
        leaseCheckpoint = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 42: {
        const outer = reader.enter()
        compaction = CompactionRequest.read(reader)
        put = undefined
        deleteRange = undefined
        txn = undefined
        leaseGrant = undefined
        leaseRevoke = undefined
        leaseCheckpoint = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 50: {
        const outer = reader.enter()
        leaseGrant = LeaseGrantRequest.read(reader)
        put = undefined
        deleteRange = undefined
        txn = undefined
        compaction = undefined
        leaseRevoke = undefined
        leaseCheckpoint = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 58: {
        const outer = reader.enter()
        leaseRevoke = LeaseRevokeRequest.read(reader)
        put = undefined
        deleteRange = undefined
        txn = undefined
        compaction = undefined
        leaseGrant = undefined
        leaseCheckpoint = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 66: {
        const outer = reader.enter()
        leaseCheckpoint = LeaseCheckpointRequest.read(reader)
        put = undefined
        deleteRange = undefined
        txn = undefined
        compaction = undefined
        leaseGrant = undefined
        leaseRevoke = undefined
        publishMember = undefined
        reader.leave(outer)
        break
      }
      case 74: {
        const outer = reader.enter()
        publishMember = readPublishMember(reader)
        put = undefined
        deleteRange = undefined
        txn = undefined
        compaction = undefined
        leaseGrant = undefined
        leaseRevoke = undefined
        leaseCheckpoint = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    put,
    deleteRange,
    txn,
    compaction,
    leaseGrant,
    leaseRevoke,
    leaseCheckpoint,
    publishMember,
  }
}

function writeCommand(message: Command, writer: Writer): void {
  if (message.publishMember !== undefined) {
    const mark = writer.mark()
    writePublishMember(message.publishMember, writer)
    writer.message(74, mark)
  }
  if (message.leaseCheckpoint !== undefined) {
    const mark = writer.mark()
    LeaseCheckpointRequest.write(message.leaseCheckpoint, writer)
    writer.message(66, mark)
  }
  if (message.leaseRevoke !== undefined) {
    const mark = writer.mark()
    LeaseRevokeRequest.write(message.leaseRevoke, writer)
    writer.message(58, mark)
  }
  if (message.leaseGrant !== undefined) {
    const mark = writer.mark()
    LeaseGrantRequest.write(message.leaseGrant, writer)
    writer.message(50, mark)
  }
  if (message.compaction !== undefined) {
    const mark = writer.mark()
    CompactionRequest.write(message.compaction, writer)
    writer.message(42, mark)
  }
  if (message.txn !== undefined) {
    const mark = writer.mark()
    TxnRequest.write(message.txn, writer)
    writer.message(34, mark)
  }
  if (message.deleteRange !== undefined) {
    const mark = writer.mark()
    DeleteRangeRequest.write(message.deleteRange, writer)
    writer.message(26, mark)
  }
  if (message.put !== undefined) {
    const mark = writer.mark()
    PutRequest.write(message.put, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    writeCommandHeader(message.header, writer)
    writer.message(10, mark)
  }
}

// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import { KeyValue } from '../key-value.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export interface CampaignRequest {
  name: Buffer
  lease: bigint
  value: Buffer
}

export const CampaignRequest: MessageCodec<CampaignRequest> = {
  name: 'v3electionpb.CampaignRequest',
  create: (init = {}) => ({
    name: init.name ?? emptyBuffer,
    lease: init.lease ?? 0n,
    value: init.value ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCampaignRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCampaignRequest(new Reader(bytes)),
  read: readCampaignRequest,
  write: writeCampaignRequest,
}

function readCampaignRequest(reader: Reader): CampaignRequest {
  let name = emptyBuffer
  let lease = 0n
  let value = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.bytes()
        break
      case 16:
        lease = reader.signedId()
        break
      case 26:
        value = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    lease,
    value,
  }
}

function writeCampaignRequest(message: CampaignRequest, writer: Writer): void {
  if (message.value.length > 0) writer.bytes(26, message.value)
  if (message.lease !== 0n) writer.id(16, message.lease)
  if (message.name.length > 0) writer.bytes(10, message.name)
}

export interface CampaignResponse {
  header: ResponseHeader | undefined
  leader: LeaderKey | undefined
}

export const CampaignResponse: MessageCodec<CampaignResponse> = {
  name: 'v3electionpb.CampaignResponse',
  create: (init = {}) => ({
    header: init.header,
    leader: init.leader,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCampaignResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCampaignResponse(new Reader(bytes)),
  read: readCampaignResponse,
  write: writeCampaignResponse,
}

function readCampaignResponse(reader: Reader): CampaignResponse {
  let header: ResponseHeader | undefined
  let leader: LeaderKey | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        leader = readLeaderKey(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    leader,
  }
}

function writeCampaignResponse(message: CampaignResponse, writer: Writer): void {
  if (message.leader !== undefined) {
    const mark = writer.mark()
    writeLeaderKey(message.leader, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface LeaderKey {
  name: Buffer
  key: Buffer
  rev: number
  lease: bigint
}

export const LeaderKey: MessageCodec<LeaderKey> = {
  name: 'v3electionpb.LeaderKey',
  create: (init = {}) => ({
    name: init.name ?? emptyBuffer,
    key: init.key ?? emptyBuffer,
    rev: init.rev ?? 0,
    lease: init.lease ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaderKey(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaderKey(new Reader(bytes)),
  read: readLeaderKey,
  write: writeLeaderKey,
}

function readLeaderKey(reader: Reader): LeaderKey {
  let name = emptyBuffer
  let key = emptyBuffer
  let rev = 0
  let lease = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.bytes()
        break
      case 18:
        key = reader.bytes()
        break
      case 24:
        rev = reader.int64()
        break
      case 32:
        lease = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    key,
    rev,
    lease,
  }
}

function writeLeaderKey(message: LeaderKey, writer: Writer): void {
  if (message.lease !== 0n) writer.id(32, message.lease)
  if (message.rev !== 0) writer.int64(24, message.rev)
  if (message.key.length > 0) writer.bytes(18, message.key)
  if (message.name.length > 0) writer.bytes(10, message.name)
}

export interface LeaderRequest {
  name: Buffer
}

export const LeaderRequest: MessageCodec<LeaderRequest> = {
  name: 'v3electionpb.LeaderRequest',
  create: (init = {}) => ({
    name: init.name ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaderRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaderRequest(new Reader(bytes)),
  read: readLeaderRequest,
  write: writeLeaderRequest,
}

function readLeaderRequest(reader: Reader): LeaderRequest {
  let name = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
  }
}

function writeLeaderRequest(message: LeaderRequest, writer: Writer): void {
  if (message.name.length > 0) writer.bytes(10, message.name)
}

export interface LeaderResponse {
  header: ResponseHeader | undefined
  kv: KeyValue | undefined
}

export const LeaderResponse: MessageCodec<LeaderResponse> = {
  name: 'v3electionpb.LeaderResponse',
  create: (init = {}) => ({
    header: init.header,
    kv: init.kv,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaderResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaderResponse(new Reader(bytes)),
  read: readLeaderResponse,
  write: writeLeaderResponse,
}

function readLeaderResponse(reader: Reader): LeaderResponse {
  let header: ResponseHeader | undefined
  let kv: KeyValue | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18:
        kv = KeyValue.decode(reader.bytes())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    kv,
  }
}

function writeLeaderResponse(message: LeaderResponse, writer: Writer): void {
  if (message.kv !== undefined) writer.bytes(18, message.kv.encoded)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface ResignRequest {
  leader: LeaderKey | undefined
}

export const ResignRequest: MessageCodec<ResignRequest> = {
  name: 'v3electionpb.ResignRequest',
  create: (init = {}) => ({
    leader: init.leader,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeResignRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readResignRequest(new Reader(bytes)),
  read: readResignRequest,
  write: writeResignRequest,
}

function readResignRequest(reader: Reader): ResignRequest {
  let leader: LeaderKey | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        leader = readLeaderKey(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    leader,
  }
}

function writeResignRequest(message: ResignRequest, writer: Writer): void {
  if (message.leader !== undefined) {
    const mark = writer.mark()
    writeLeaderKey(message.leader, writer)
    writer.message(10, mark)
  }
}

export interface ResignResponse {
  header: ResponseHeader | undefined
}

export const ResignResponse: MessageCodec<ResignResponse> = {
  name: 'v3electionpb.ResignResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeResignResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readResignResponse(new Reader(bytes)),
  read: readResignResponse,
  write: writeResignResponse,
}

function readResignResponse(reader: Reader): ResignResponse {
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

function writeResignResponse(message: ResignResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface ProclaimRequest {
  leader: LeaderKey | undefined
  value: Buffer
}

export const ProclaimRequest: MessageCodec<ProclaimRequest> = {
  name: 'v3electionpb.ProclaimRequest',
  create: (init = {}) => ({
    leader: init.leader,
    value: init.value ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeProclaimRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readProclaimRequest(new Reader(bytes)),
  read: readProclaimRequest,
  write: writeProclaimRequest,
}

function readProclaimRequest(reader: Reader): ProclaimRequest {
  let leader: LeaderKey | undefined
  let value = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        leader = readLeaderKey(reader)
        reader.leave(outer)
        break
      }
      case 18:
        value = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    leader,
    value,
  }
}

function writeProclaimRequest(message: ProclaimRequest, writer: Writer): void {
  if (message.value.length > 0) writer.bytes(18, message.value)
  if (message.leader !== undefined) {
    const mark = writer.mark()
    writeLeaderKey(message.leader, writer)
    writer.message(10, mark)
  }
}

export interface ProclaimResponse {
  header: ResponseHeader | undefined
}

export const ProclaimResponse: MessageCodec<ProclaimResponse> = {
  name: 'v3electionpb.ProclaimResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeProclaimResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readProclaimResponse(new Reader(bytes)),
  read: readProclaimResponse,
  write: writeProclaimResponse,
}

function readProclaimResponse(reader: Reader): ProclaimResponse {
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

function writeProclaimResponse(message: ProclaimResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

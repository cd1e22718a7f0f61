// Made from proto/ by `npm run generate`. Do not edit.
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export interface Member {
  id: bigint
  name: string
  peerUrls: readonly string[]
  clientUrls: readonly string[]
  isLearner: boolean
}

export const Member: MessageCodec<Member> = {
  name: 'etcdserverpb.Member',
  create: (init = {}) => ({
    id: init.id ?? 0n,
    name: init.name ?? '',
    peerUrls: init.peerUrls ?? [],
    clientUrls: init.clientUrls ?? [],
    isLearner: init.isLearner ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMember(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMember(new Reader(bytes)),
  read: readMember,
  write: writeMember,
}

function readMember(reader: Reader): Member {
  let id = 0n
  let name = ''
  const peerUrls: string[] = []
  const clientUrls: string[] = []
  let isLearner = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.unsignedId()
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
      case 40:
        isLearner = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
    name,
    peerUrls,
    clientUrls,
    isLearner,
  }
}

function writeMember(message: Member, writer: Writer): void {
  if (message.isLearner) writer.bool(40, message.isLearner)
  for (let index = message.clientUrls.length - 1; index >= 0; index--) {
    writer.string(34, message.clientUrls[index] as string)
  }
  for (let index = message.peerUrls.length - 1; index >= 0; index--) {
    writer.string(26, message.peerUrls[index] as string)
  }
  if (message.name !== '') writer.string(18, message.name)
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface MemberAddRequest {
  peerUrls: readonly string[]
  isLearner: boolean
}

export const MemberAddRequest: MessageCodec<MemberAddRequest> = {
  name: 'etcdserverpb.MemberAddRequest',
  create: (init = {}) => ({
    peerUrls: init.peerUrls ?? [],
    isLearner: init.isLearner ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberAddRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberAddRequest(new Reader(bytes)),
  read: readMemberAddRequest,
  write: writeMemberAddRequest,
}

function readMemberAddRequest(reader: Reader): MemberAddRequest {
  const peerUrls: string[] = []
  let isLearner = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        peerUrls.push(reader.string())
        break
      case 16:
        isLearner = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    peerUrls,
    isLearner,
  }
}

function writeMemberAddRequest(message: MemberAddRequest, writer: Writer): void {
  if (message.isLearner) writer.bool(16, message.isLearner)
  for (let index = message.peerUrls.length - 1; index >= 0; index--) {
    writer.string(10, message.peerUrls[index] as string)
  }
}

export interface MemberAddResponse {
  header: ResponseHeader | undefined
  member: Member | undefined
  members: readonly Member[]
}

export const MemberAddResponse: MessageCodec<MemberAddResponse> = {
  name: 'etcdserverpb.MemberAddResponse',
  create: (init = {}) => ({
    header: init.header,
    member: init.member,
    members: init.members ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberAddResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberAddResponse(new Reader(bytes)),
  read: readMemberAddResponse,
  write: writeMemberAddResponse,
}

function readMemberAddResponse(reader: Reader): MemberAddResponse {
  let header: ResponseHeader | undefined
  let member: Member | undefined
  const members: Member[] = []
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
        member = readMember(reader)
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        members.push(readMember(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    member,
    members,
  }
}

function writeMemberAddResponse(message: MemberAddResponse, writer: Writer): void {
  for (let index = message.members.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeMember(message.members[index] as Member, writer)
    writer.message(26, mark)
  }
  if (message.member !== undefined) {
    const mark = writer.mark()
    writeMember(message.member, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface MemberRemoveRequest {
  id: bigint
}

export const MemberRemoveRequest: MessageCodec<MemberRemoveRequest> = {
  name: 'etcdserverpb.MemberRemoveRequest',
  create: (init = {}) => ({
    id: init.id ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberRemoveRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberRemoveRequest(new Reader(bytes)),
  read: readMemberRemoveRequest,
  write: writeMemberRemoveRequest,
}

function readMemberRemoveRequest(reader: Reader): MemberRemoveRequest {
  let id = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.unsignedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
  }
}

function writeMemberRemoveRequest(message: MemberRemoveRequest, writer: Writer): void {
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface MemberRemoveResponse {
  header: ResponseHeader | undefined
  members: readonly Member[]
}

export const MemberRemoveResponse: MessageCodec<MemberRemoveResponse> = {
  name: 'etcdserverpb.MemberRemoveResponse',
  create: (init = {}) => ({
    header: init.header,
    members: init.members ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberRemoveResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberRemoveResponse(new Reader(bytes)),
  read: readMemberRemoveResponse,
  write: writeMemberRemoveResponse,
}

function readMemberRemoveResponse(reader: Reader): MemberRemoveResponse {
  let header: ResponseHeader | undefined
  const members: Member[] = []
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
        members.push(readMember(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    members,
  }
}

function writeMemberRemoveResponse(message: MemberRemoveResponse, writer: Writer): void {
  for (let index = message.members.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeMember(message.members[index] as Member, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface MemberUpdateRequest {
  id: bigint
  peerUrls: readonly string[]
}

export const MemberUpdateRequest: MessageCodec<MemberUpdateRequest> = {
  name: 'etcdserverpb.MemberUpdateRequest',
  create: (init = {}) => ({
    id: init.id ?? 0n,
    peerUrls: init.peerUrls ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberUpdateRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberUpdateRequest(new Reader(bytes)),
  read: readMemberUpdateRequest,
  write: writeMemberUpdateRequest,
}

function readMemberUpdateRequest(reader: Reader): MemberUpdateRequest {
  let id = 0n
  const peerUrls: string[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.unsignedId()
        break
      case 18:
        peerUrls.push(reader.string())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
    peerUrls,
  }
}

function writeMemberUpdateRequest(message: MemberUpdateRequest, writer: Writer): void {
  for (let index = message.peerUrls.length - 1; index >= 0; index--) {
    writer.string(18, message.peerUrls[index] as string)
  }
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface MemberUpdateResponse {
  header: ResponseHeader | undefined
  members: readonly Member[]
}

export const MemberUpdateResponse: MessageCodec<MemberUpdateResponse> = {
  name: 'etcdserverpb.MemberUpdateResponse',
  create: (init = {}) => ({
    header: init.header,
    members: init.members ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberUpdateResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberUpdateResponse(new Reader(bytes)),
  read: readMemberUpdateResponse,
  write: writeMemberUpdateResponse,
}

function readMemberUpdateResponse(reader: Reader): MemberUpdateResponse {
  let header: ResponseHeader | undefined
  const members: Member[] = []
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
        members.push(readMember(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    members,
  }
}

function writeMemberUpdateResponse(message: MemberUpdateResponse, writer: Writer): void {
  for (let index = message.members.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeMember(message.members[index] as Member, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface MemberListRequest {
  linearizable: boolean
}

export const MemberListRequest: MessageCodec<MemberListRequest> = {
  name: 'etcdserverpb.MemberListRequest',
  create: (init = {}) => ({
    linearizable: init.linearizable ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberListRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberListRequest(new Reader(bytes)),
  read: readMemberListRequest,
  write: writeMemberListRequest,
}

function readMemberListRequest(reader: Reader): MemberListRequest {
  let linearizable = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        linearizable = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    linearizable,
  }
}

function writeMemberListRequest(message: MemberListRequest, writer: Writer): void {
  if (message.linearizable) writer.bool(8, message.linearizable)
}

export interface MemberListResponse {
  header: ResponseHeader | undefined
  members: readonly Member[]
}

export const MemberListResponse: MessageCodec<MemberListResponse> = {
  name: 'etcdserverpb.MemberListResponse',
  create: (init = {}) => ({
    header: init.header,
    members: init.members ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberListResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberListResponse(new Reader(bytes)),
  read: readMemberListResponse,
  write: writeMemberListResponse,
}

function readMemberListResponse(reader: Reader): MemberListResponse {
  let header: ResponseHeader | undefined
  const members: Member[] = []
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
        members.push(readMember(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    members,
  }
}

function writeMemberListResponse(message: MemberListResponse, writer: Writer): void {
  for (let index = message.members.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeMember(message.members[index] as Member, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface MemberPromoteRequest {
  id: bigint
}

export const MemberPromoteRequest: MessageCodec<MemberPromoteRequest> = {
  name: 'etcdserverpb.MemberPromoteRequest',
  create: (init = {}) => ({
    id: init.id ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberPromoteRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberPromoteRequest(new Reader(bytes)),
  read: readMemberPromoteRequest,
  write: writeMemberPromoteRequest,
}

function readMemberPromoteRequest(reader: Reader): MemberPromoteRequest {
  let id = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.unsignedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
  }
}

function writeMemberPromoteRequest(message: MemberPromoteRequest, writer: Writer): void {
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface MemberPromoteResponse {
  header: ResponseHeader | undefined
  members: readonly Member[]
}

export const MemberPromoteResponse: MessageCodec<MemberPromoteResponse> = {
  name: 'etcdserverpb.MemberPromoteResponse',
  create: (init = {}) => ({
    header: init.header,
    members: init.members ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMemberPromoteResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMemberPromoteResponse(new Reader(bytes)),
  read: readMemberPromoteResponse,
  write: writeMemberPromoteResponse,
}

function readMemberPromoteResponse(reader: Reader): MemberPromoteResponse {
  let header: ResponseHeader | undefined
  const members: Member[] = []
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
        members.push(readMember(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    members,
  }
}

function writeMemberPromoteResponse(message: MemberPromoteResponse, writer: Writer): void {
  for (let index = message.members.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeMember(message.members[index] as Member, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

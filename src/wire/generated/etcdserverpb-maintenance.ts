// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export const AlarmType = {
  NONE: 0,
  NOSPACE: 1,
  CORRUPT: 2,
} as const

export const AlarmAction = {
  GET: 0,
  ACTIVATE: 1,
  DEACTIVATE: 2,
} as const

export const DowngradeAction = {
  VALIDATE: 0,
  ENABLE: 1,
  CANCEL: 2,
} as const

export type HashRequest = Record<string, never>

export const HashRequest: MessageCodec<HashRequest> = {
  name: 'etcdserverpb.HashRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readHashRequest(new Reader(bytes)),
  read: readHashRequest,
  write: () => undefined,
}

function readHashRequest(reader: Reader): HashRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface HashKVRequest {
  revision: number
}

export const HashKVRequest: MessageCodec<HashKVRequest> = {
  name: 'etcdserverpb.HashKVRequest',
  create: (init = {}) => ({
    revision: init.revision ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeHashKVRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readHashKVRequest(new Reader(bytes)),
  read: readHashKVRequest,
  write: writeHashKVRequest,
}

function readHashKVRequest(reader: Reader): HashKVRequest {
  let revision = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        revision = reader.int64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    revision,
  }
}

function writeHashKVRequest(message: HashKVRequest, writer: Writer): void {
  if (message.revision !== 0) writer.int64(8, message.revision)
}

export interface HashKVResponse {
  header: ResponseHeader | undefined
  hash: number
  compactRevision: number
  hashRevision: number
}

export const HashKVResponse: MessageCodec<HashKVResponse> = {
  name: 'etcdserverpb.HashKVResponse',
  create: (init = {}) => ({
    header: init.header,
    hash: init.hash ?? 0,
    compactRevision: init.compactRevision ?? 0,
    hashRevision: init.hashRevision ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeHashKVResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readHashKVResponse(new Reader(bytes)),
  read: readHashKVResponse,
  write: writeHashKVResponse,
}

function readHashKVResponse(reader: Reader): HashKVResponse {
  let header: ResponseHeader | undefined
  let hash = 0
  let compactRevision = 0
  let hashRevision = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 16:
        hash = reader.uint32()
        break
      case 24:
        compactRevision = reader.int64()
        break
      case 32:
        hashRevision = reader.int64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    hash,
    compactRevision,
    hashRevision,
  }
}

function writeHashKVResponse(message: HashKVResponse, writer: Writer): void {
  if (message.hashRevision !== 0) writer.int64(32, message.hashRevision)
  if (message.compactRevision !== 0) writer.int64(24, message.compactRevision)
  if (message.hash !== 0) writer.uint32(16, message.hash)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface HashResponse {
  header: ResponseHeader | undefined
  hash: number
}

export const HashResponse: MessageCodec<HashResponse> = {
  name: 'etcdserverpb.HashResponse',
  create: (init = {}) => ({
    header: init.header,
    hash: init.hash ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeHashResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readHashResponse(new Reader(bytes)),
  read: readHashResponse,
  write: writeHashResponse,
}

function readHashResponse(reader: Reader): HashResponse {
  let header: ResponseHeader | undefined
  let hash = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 16:
        hash = reader.uint32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    hash,
  }
}

function writeHashResponse(message: HashResponse, writer: Writer): void {
  if (message.hash !== 0) writer.uint32(16, message.hash)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export type SnapshotRequest = Record<string, never>

export const SnapshotRequest: MessageCodec<SnapshotRequest> = {
  name: 'etcdserverpb.SnapshotRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readSnapshotRequest(new Reader(bytes)),
  read: readSnapshotRequest,
  write: () => undefined,
}

function readSnapshotRequest(reader: Reader): SnapshotRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface SnapshotResponse {
  header: ResponseHeader | undefined
  remainingBytes: number
  blob: Buffer
  version: string
}

export const SnapshotResponse: MessageCodec<SnapshotResponse> = {
  name: 'etcdserverpb.SnapshotResponse',
  create: (init = {}) => ({
    header: init.header,
    remainingBytes: init.remainingBytes ?? 0,
    blob: init.blob ?? emptyBuffer,
    version: init.version ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeSnapshotResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readSnapshotResponse(new Reader(bytes)),
  read: readSnapshotResponse,
  write: writeSnapshotResponse,
}

function readSnapshotResponse(reader: Reader): SnapshotResponse {
  let header: ResponseHeader | undefined
  let remainingBytes = 0
  let blob = emptyBuffer
  let version = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 16:
        remainingBytes = reader.uint64()
        break
      case 26:
        blob = reader.bytes()
        break
      case 34:
        version = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    remainingBytes,
    blob,
    version,
  }
}

function writeSnapshotResponse(message: SnapshotResponse, writer: Writer): void {
  if (message.version !== '') writer.string(34, message.version)
  if (message.blob.length > 0) writer.bytes(26, message.blob)
  if (message.remainingBytes !== 0) writer.uint64(16, message.remainingBytes)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export type DefragmentRequest = Record<string, never>

export const DefragmentRequest: MessageCodec<DefragmentRequest> = {
  name: 'etcdserverpb.DefragmentRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readDefragmentRequest(new Reader(bytes)),
  read: readDefragmentRequest,
  write: () => undefined,
}

function readDefragmentRequest(reader: Reader): DefragmentRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface DefragmentResponse {
  header: ResponseHeader | undefined
}

export const DefragmentResponse: MessageCodec<DefragmentResponse> = {
  name: 'etcdserverpb.DefragmentResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDefragmentResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDefragmentResponse(new Reader(bytes)),
  read: readDefragmentResponse,
  write: writeDefragmentResponse,
}

function readDefragmentResponse(reader: Reader): DefragmentResponse {
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

function writeDefragmentResponse(message: DefragmentResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface MoveLeaderRequest {
  targetId: bigint
}

export const MoveLeaderRequest: MessageCodec<MoveLeaderRequest> = {
  name: 'etcdserverpb.MoveLeaderRequest',
  create: (init = {}) => ({
    targetId: init.targetId ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMoveLeaderRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMoveLeaderRequest(new Reader(bytes)),
  read: readMoveLeaderRequest,
  write: writeMoveLeaderRequest,
}

function readMoveLeaderRequest(reader: Reader): MoveLeaderRequest {
  let targetId = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        targetId = reader.unsignedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    targetId,
  }
}

function writeMoveLeaderRequest(message: MoveLeaderRequest, writer: Writer): void {
  if (message.targetId !== 0n) writer.id(8, message.targetId)
}

export interface MoveLeaderResponse {
  header: ResponseHeader | undefined
}

export const MoveLeaderResponse: MessageCodec<MoveLeaderResponse> = {
  name: 'etcdserverpb.MoveLeaderResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeMoveLeaderResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readMoveLeaderResponse(new Reader(bytes)),
  read: readMoveLeaderResponse,
  write: writeMoveLeaderResponse,
}

function readMoveLeaderResponse(reader: Reader): MoveLeaderResponse {
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

function writeMoveLeaderResponse(message: MoveLeaderResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AlarmRequest {
  action: number
  memberId: bigint
  alarm: number
}

export const AlarmRequest: MessageCodec<AlarmRequest> = {
  name: 'etcdserverpb.AlarmRequest',
  create: (init = {}) => ({
    action: init.action ?? 0,
    memberId: init.memberId ?? 0n,
    alarm: init.alarm ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAlarmRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAlarmRequest(new Reader(bytes)),
  read: readAlarmRequest,
  write: writeAlarmRequest,
}

function readAlarmRequest(reader: Reader): AlarmRequest {
  let action = 0
  let memberId = 0n
  let alarm = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        action = reader.int32()
        break
      case 16:
        memberId = reader.unsignedId()
        break
      case 24:
        alarm = reader.int32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    action,
    memberId,
    alarm,
  }
}

function writeAlarmRequest(message: AlarmRequest, writer: Writer): void {
  if (message.alarm !== 0) writer.int32(24, message.alarm)
  if (message.memberId !== 0n) writer.id(16, message.memberId)
  if (message.action !== 0) writer.int32(8, message.action)
}

export interface AlarmMember {
  memberId: bigint
  alarm: number
}

export const AlarmMember: MessageCodec<AlarmMember> = {
  name: 'etcdserverpb.AlarmMember',
  create: (init = {}) => ({
    memberId: init.memberId ?? 0n,
    alarm: init.alarm ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAlarmMember(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAlarmMember(new Reader(bytes)),
  read: readAlarmMember,
  write: writeAlarmMember,
}

function readAlarmMember(reader: Reader): AlarmMember {
  let memberId = 0n
  let alarm = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        memberId = reader.unsignedId()
        break
      case 16:
        alarm = reader.int32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    memberId,
    alarm,
  }
}

function writeAlarmMember(message: AlarmMember, writer: Writer): void {
  if (message.alarm !== 0) writer.int32(16, message.alarm)
  if (message.memberId !== 0n) writer.id(8, message.memberId)
}

export interface AlarmResponse {
  header: ResponseHeader | undefined
  alarms: readonly AlarmMember[]
}

export const AlarmResponse: MessageCodec<AlarmResponse> = {
  name: 'etcdserverpb.AlarmResponse',
  create: (init = {}) => ({
    header: init.header,
    alarms: init.alarms ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAlarmResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAlarmResponse(new Reader(bytes)),
  read: readAlarmResponse,
  write: writeAlarmResponse,
}

function readAlarmResponse(reader: Reader): AlarmResponse {
  let header: ResponseHeader | undefined
  const alarms: AlarmMember[] = []
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
        alarms.push(readAlarmMember(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    alarms,
  }
}

function writeAlarmResponse(message: AlarmResponse, writer: Writer): void {
  for (let index = message.alarms.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeAlarmMember(message.alarms[index] as AlarmMember, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface DowngradeRequest {
  action: number
  version: string
}

export const DowngradeRequest: MessageCodec<DowngradeRequest> = {
  name: 'etcdserverpb.DowngradeRequest',
  create: (init = {}) => ({
    action: init.action ?? 0,
    version: init.version ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDowngradeRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDowngradeRequest(new Reader(bytes)),
  read: readDowngradeRequest,
  write: writeDowngradeRequest,
}

function readDowngradeRequest(reader: Reader): DowngradeRequest {
  let action = 0
  let version = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        action = reader.int32()
        break
      case 18:
        version = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    action,
    version,
  }
}

function writeDowngradeRequest(message: DowngradeRequest, writer: Writer): void {
  if (message.version !== '') writer.string(18, message.version)
  if (message.action !== 0) writer.int32(8, message.action)
}

export interface DowngradeResponse {
  header: ResponseHeader | undefined
  version: string
}

export const DowngradeResponse: MessageCodec<DowngradeResponse> = {
  name: 'etcdserverpb.DowngradeResponse',
  create: (init = {}) => ({
    header: init.header,
    version: init.version ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDowngradeResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDowngradeResponse(new Reader(bytes)),
  read: readDowngradeResponse,
  write: writeDowngradeResponse,
}

function readDowngradeResponse(reader: Reader): DowngradeResponse {
  let header: ResponseHeader | undefined
  let version = ''
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
        version = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    version,
  }
}

function writeDowngradeResponse(message: DowngradeResponse, writer: Writer): void {
  if (message.version !== '') writer.string(18, message.version)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface DowngradeVersionTestRequest {
  ver: string
}

export const DowngradeVersionTestRequest: MessageCodec<DowngradeVersionTestRequest> = {
  name: 'etcdserverpb.DowngradeVersionTestRequest',
  create: (init = {}) => ({
    ver: init.ver ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDowngradeVersionTestRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDowngradeVersionTestRequest(new Reader(bytes)),
  read: readDowngradeVersionTestRequest,
  write: writeDowngradeVersionTestRequest,
}

function readDowngradeVersionTestRequest(reader: Reader): DowngradeVersionTestRequest {
  let ver = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        ver = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    ver,
  }
}

function writeDowngradeVersionTestRequest(
  message: DowngradeVersionTestRequest,
  writer: Writer,
): void {
  if (message.ver !== '') writer.string(10, message.ver)
}

export type StatusRequest = Record<string, never>

export const StatusRequest: MessageCodec<StatusRequest> = {
  name: 'etcdserverpb.StatusRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readStatusRequest(new Reader(bytes)),
  read: readStatusRequest,
  write: () => undefined,
}

function readStatusRequest(reader: Reader): StatusRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface StatusResponse {
  header: ResponseHeader | undefined
  version: string
  dbSize: number
  leader: bigint
  raftIndex: number
  raftTerm: number
  raftAppliedIndex: number
  errors: readonly string[]
  dbSizeInUse: number
  isLearner: boolean
  storageVersion: string
  dbSizeQuota: number
  downgradeInfo: DowngradeInfo | undefined
}

export const StatusResponse: MessageCodec<StatusResponse> = {
  name: 'etcdserverpb.StatusResponse',
  create: (init = {}) => ({
    header: init.header,
    version: init.version ?? '',
    dbSize: init.dbSize ?? 0,
    leader: init.leader ?? 0n,
    raftIndex: init.raftIndex ?? 0,
    raftTerm: init.raftTerm ?? 0,
    raftAppliedIndex: init.raftAppliedIndex ?? 0,
    errors: init.errors ?? [],
    dbSizeInUse: init.dbSizeInUse ?? 0,
    isLearner: init.isLearner ?? false,
    storageVersion: init.storageVersion ?? '',
    dbSizeQuota: init.dbSizeQuota ?? 0,
    downgradeInfo: init.downgradeInfo,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeStatusResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readStatusResponse(new Reader(bytes)),
  read: readStatusResponse,
  write: writeStatusResponse,
}

function readStatusResponse(reader: Reader): StatusResponse {
  let header: ResponseHeader | undefined
  let version = ''
  let dbSize = 0
  let leader = 0n
  let raftIndex = 0
  let raftTerm = 0
  let raftAppliedIndex = 0
  const errors: string[] = []
  let dbSizeInUse = 0
  let isLearner = false
  let storageVersion = ''
  let dbSizeQuota = 0
  let downgradeInfo: DowngradeInfo | undefined
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
        version = reader.string()
        break
      case 24:
        dbSize = reader.int64()
        break
      case 32:
        leader = reader.unsignedId()
        break
      case 40:
        raftIndex = reader.uint64()
        break
      case 48:
        raftTerm = reader.uint64()
        break
      case 56:
        raftAppliedIndex = reader.uint64()
        break
      case 66:
        errors.push(reader.string())
        break
      case 72:
        dbSizeInUse = reader.int64()
        break
      case 80:
        isLearner = reader.bool()
        break
      case 90:
        storageVersion = reader.string()
        break
      case 96:
        dbSizeQuota = reader.int64()
        break
      case 106: {
        const outer = reader.enter()
        downgradeInfo = readDowngradeInfo(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    version,
    dbSize,
    leader,
    raftIndex,
    raftTerm,
    raftAppliedIndex,
    errors,
    dbSizeInUse,
    isLearner,
    storageVersion,
    dbSizeQuota,
    downgradeInfo,
  }
}

function writeStatusResponse(message: StatusResponse, writer: Writer): void {
  if (message.downgradeInfo !== undefined) {
    const mark = writer.mark()
    writeDowngradeInfo(message.downgradeInfo, writer)
    writer.message(106, mark)
  }
  if (message.dbSizeQuota !== 0) writer.int64(96, message.dbSizeQuota)
  if (message.storageVersion !== '') writer.string(90, message.storageVersion)
  if (message.isLearner) writer.bool(80, message.isLearner)
  if (message.dbSizeInUse !== 0) writer.int64(72, message.dbSizeInUse)
  for (let index = message.errors.length - 1; index >= 0; index--) {
    writer.string(66, message.errors[index] as string)
  }
  if (message.raftAppliedIndex !== 0) writer.uint64(56, message.raftAppliedIndex)
  if (message.raftTerm !== 0) writer.uint64(48, message.raftTerm)
  if (message.raftIndex !== 0) writer.uint64(40, message.raftIndex)
  if (message.leader !== 0n) writer.id(32, message.leader)
  if (message.dbSize !== 0) writer.int64(24, message.dbSize)
  if (message.version !== '') writer.string(18, message.version)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface DowngradeInfo {
  enabled: boolean
  targetVersion: string
}

export const DowngradeInfo: MessageCodec<DowngradeInfo> = {
  name: 'etcdserverpb.DowngradeInfo',
  create: (init = {}) => ({
    enabled: init.enabled ?? false,
    targetVersion: init.targetVersion ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDowngradeInfo(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDowngradeInfo(new Reader(bytes)),
  read: readDowngradeInfo,
  write: writeDowngradeInfo,
}

function readDowngradeInfo(reader: Reader): DowngradeInfo {
  let enabled = false
  let targetVersion = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        enabled = reader.bool()
        break
      case 18:
        targetVersion = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    enabled,
    targetVersion,
  }
}

function writeDowngradeInfo(message: DowngradeInfo, writer: Writer): void {
  if (message.targetVersion !== '') writer.string(18, message.targetVersion)
  if (message.enabled) writer.bool(8, message.enabled)
}

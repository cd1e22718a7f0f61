// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export interface LeaseGrantRequest {
  ttl: number
  id: bigint
}

export const LeaseGrantRequest: MessageCodec<LeaseGrantRequest> = {
  name: 'etcdserverpb.LeaseGrantRequest',
  create: (init = {}) => ({
    ttl: init.ttl ?? 0,
    id: init.id ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseGrantRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseGrantRequest(new Reader(bytes)),
  read: readLeaseGrantRequest,
  write: writeLeaseGrantRequest,
}

function readLeaseGrantRequest(reader: Reader): LeaseGrantRequest {
  let ttl = 0
  let id = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        ttl = reader.int64()
        break
      case 16:
        id = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    ttl,
    id,
  }
}

function writeLeaseGrantRequest(message: LeaseGrantRequest, writer: Writer): void {
  if (message.id !== 0n) writer.id(16, message.id)
  if (message.ttl !== 0) writer.int64(8, message.ttl)
}

export interface LeaseGrantResponse {
  header: ResponseHeader | undefined
  id: bigint
  ttl: number
  error: string
}

export const LeaseGrantResponse: MessageCodec<LeaseGrantResponse> = {
  name: 'etcdserverpb.LeaseGrantResponse',
  create: (init = {}) => ({
    header: init.header,
    id: init.id ?? 0n,
    ttl: init.ttl ?? 0,
    error: init.error ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseGrantResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseGrantResponse(new Reader(bytes)),
  read: readLeaseGrantResponse,
  write: writeLeaseGrantResponse,
}

function readLeaseGrantResponse(reader: Reader): LeaseGrantResponse {
  let header: ResponseHeader | undefined
  let id = 0n
  let ttl = 0
  let error = ''
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
        id = reader.signedId()
        break
      case 24:
        ttl = reader.int64()
        break
      case 34:
        error = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    id,
    ttl,
    error,
  }
}

function writeLeaseGrantResponse(message: LeaseGrantResponse, writer: Writer): void {
  if (message.error !== '') writer.string(34, message.error)
  if (message.ttl !== 0) writer.int64(24, message.ttl)
  if (message.id !== 0n) writer.id(16, message.id)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface LeaseRevokeRequest {
  id: bigint
}

export const LeaseRevokeRequest: MessageCodec<LeaseRevokeRequest> = {
  name: 'etcdserverpb.LeaseRevokeRequest',
  create: (init = {}) => ({
    id: init.id ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseRevokeRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseRevokeRequest(new Reader(bytes)),
  read: readLeaseRevokeRequest,
  write: writeLeaseRevokeRequest,
}

function readLeaseRevokeRequest(reader: Reader): LeaseRevokeRequest {
  let id = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
  }
}

function writeLeaseRevokeRequest(message: LeaseRevokeRequest, writer: Writer): void {
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface LeaseRevokeResponse {
  header: ResponseHeader | undefined
}

export const LeaseRevokeResponse: MessageCodec<LeaseRevokeResponse> = {
  name: 'etcdserverpb.LeaseRevokeResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseRevokeResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseRevokeResponse(new Reader(bytes)),
  read: readLeaseRevokeResponse,
  write: writeLeaseRevokeResponse,
}

function readLeaseRevokeResponse(reader: Reader): LeaseRevokeResponse {
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

function writeLeaseRevokeResponse(message: LeaseRevokeResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface LeaseCheckpoint {
  id: bigint
  remainingTtl: number
}

export const LeaseCheckpoint: MessageCodec<LeaseCheckpoint> = {
  name: 'etcdserverpb.LeaseCheckpoint',
  create: (init = {}) => ({
    id: init.id ?? 0n,
    remainingTtl: init.remainingTtl ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseCheckpoint(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseCheckpoint(new Reader(bytes)),
  read: readLeaseCheckpoint,
  write: writeLeaseCheckpoint,
}

function readLeaseCheckpoint(reader: Reader): LeaseCheckpoint {
  let id = 0n
  let remainingTtl = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.signedId()
        break
      case 16:
        remainingTtl = reader.int64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
    remainingTtl,
  }
}

function writeLeaseCheckpoint(message: LeaseCheckpoint, writer: Writer): void {
  if (message.remainingTtl !== 0) writer.int64(16, message.remainingTtl)
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface LeaseCheckpointRequest {
  checkpoints: readonly LeaseCheckpoint[]
}

export const LeaseCheckpointRequest: MessageCodec<LeaseCheckpointRequest> = {
  name: 'etcdserverpb.LeaseCheckpointRequest',
  create: (init = {}) => ({
    checkpoints: init.checkpoints ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseCheckpointRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseCheckpointRequest(new Reader(bytes)),
  read: readLeaseCheckpointRequest,
  write: writeLeaseCheckpointRequest,
}

function readLeaseCheckpointRequest(reader: Reader): LeaseCheckpointRequest {
  const checkpoints: LeaseCheckpoint[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        checkpoints.push(readLeaseCheckpoint(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    checkpoints,
  }
}

function writeLeaseCheckpointRequest(message: LeaseCheckpointRequest, writer: Writer): void {
  for (let index = message.checkpoints.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeLeaseCheckpoint(message.checkpoints[index] as LeaseCheckpoint, writer)
    writer.message(10, mark)
  }
}

export interface LeaseCheckpointResponse {
  header: ResponseHeader | undefined
}

export const LeaseCheckpointResponse: MessageCodec<LeaseCheckpointResponse> = {
  name: 'etcdserverpb.LeaseCheckpointResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseCheckpointResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseCheckpointResponse(new Reader(bytes)),
  read: readLeaseCheckpointResponse,
  write: writeLeaseCheckpointResponse,
}

function readLeaseCheckpointResponse(reader: Reader): LeaseCheckpointResponse {
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

function writeLeaseCheckpointResponse(message: LeaseCheckpointResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface LeaseKeepAliveRequest {
  id: bigint
}

export const LeaseKeepAliveRequest: MessageCodec<LeaseKeepAliveRequest> = {
  name: 'etcdserverpb.LeaseKeepAliveRequest',
  create: (init = {}) => ({
    id: init.id ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseKeepAliveRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseKeepAliveRequest(new Reader(bytes)),
  read: readLeaseKeepAliveRequest,
  write: writeLeaseKeepAliveRequest,
}

function readLeaseKeepAliveRequest(reader: Reader): LeaseKeepAliveRequest {
  let id = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
  }
}

function writeLeaseKeepAliveRequest(message: LeaseKeepAliveRequest, writer: Writer): void {
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface LeaseKeepAliveResponse {
  header: ResponseHeader | undefined
  id: bigint
  ttl: number
}

export const LeaseKeepAliveResponse: MessageCodec<LeaseKeepAliveResponse> = {
  name: 'etcdserverpb.LeaseKeepAliveResponse',
  create: (init = {}) => ({
    header: init.header,
    id: init.id ?? 0n,
    ttl: init.ttl ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseKeepAliveResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseKeepAliveResponse(new Reader(bytes)),
  read: readLeaseKeepAliveResponse,
  write: writeLeaseKeepAliveResponse,
}

function readLeaseKeepAliveResponse(reader: Reader): LeaseKeepAliveResponse {
  let header: ResponseHeader | undefined
  let id = 0n
  let ttl = 0
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
        id = reader.signedId()
        break
      case 24:
        ttl = reader.int64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    id,
    ttl,
  }
}

function writeLeaseKeepAliveResponse(message: LeaseKeepAliveResponse, writer: Writer): void {
  if (message.ttl !== 0) writer.int64(24, message.ttl)
  if (message.id !== 0n) writer.id(16, message.id)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface LeaseTimeToLiveRequest {
  id: bigint
  keys: boolean
}

export const LeaseTimeToLiveRequest: MessageCodec<LeaseTimeToLiveRequest> = {
  name: 'etcdserverpb.LeaseTimeToLiveRequest',
  create: (init = {}) => ({
    id: init.id ?? 0n,
    keys: init.keys ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseTimeToLiveRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseTimeToLiveRequest(new Reader(bytes)),
  read: readLeaseTimeToLiveRequest,
  write: writeLeaseTimeToLiveRequest,
}

function readLeaseTimeToLiveRequest(reader: Reader): LeaseTimeToLiveRequest {
  let id = 0n
  let keys = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.signedId()
        break
      case 16:
        keys = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
    keys,
  }
}

function writeLeaseTimeToLiveRequest(message: LeaseTimeToLiveRequest, writer: Writer): void {
  if (message.keys) writer.bool(16, message.keys)
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface LeaseTimeToLiveResponse {
  header: ResponseHeader | undefined
  id: bigint
  ttl: number
  grantedTtl: number
  keys: readonly Buffer[]
}

export const LeaseTimeToLiveResponse: MessageCodec<LeaseTimeToLiveResponse> = {
  name: 'etcdserverpb.LeaseTimeToLiveResponse',
  create: (init = {}) => ({
    header: init.header,
    id: init.id ?? 0n,
    ttl: init.ttl ?? 0,
    grantedTtl: init.grantedTtl ?? 0,
    keys: init.keys ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseTimeToLiveResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseTimeToLiveResponse(new Reader(bytes)),
  read: readLeaseTimeToLiveResponse,
  write: writeLeaseTimeToLiveResponse,
}

function readLeaseTimeToLiveResponse(reader: Reader): LeaseTimeToLiveResponse {
  let header: ResponseHeader | undefined
  let id = 0n
  let ttl = 0
  let grantedTtl = 0
  const keys: Buffer[] = []
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
        id = reader.signedId()
        break
      case 24:
        ttl = reader.int64()
        break
      case 32:
        grantedTtl = reader.int64()
        break
      case 42:
        keys.push(reader.bytes())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    id,
    ttl,
    grantedTtl,
    keys,
  }
}

function writeLeaseTimeToLiveResponse(message: LeaseTimeToLiveResponse, writer: Writer): void {
  for (let index = message.keys.length - 1; index >= 0; index--) {
    writer.bytes(42, message.keys[index] as Buffer)
  }
  if (message.grantedTtl !== 0) writer.int64(32, message.grantedTtl)
  if (message.ttl !== 0) writer.int64(24, message.ttl)
  if (message.id !== 0n) writer.id(16, message.id)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export type LeaseLeasesRequest = Record<string, never>

export const LeaseLeasesRequest: MessageCodec<LeaseLeasesRequest> = {
  name: 'etcdserverpb.LeaseLeasesRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readLeaseLeasesRequest(new Reader(bytes)),
  read: readLeaseLeasesRequest,
  write: () => undefined,
}

function readLeaseLeasesRequest(reader: Reader): LeaseLeasesRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface LeaseStatus {
  id: bigint
}

export const LeaseStatus: MessageCodec<LeaseStatus> = {
  name: 'etcdserverpb.LeaseStatus',
  create: (init = {}) => ({
    id: init.id ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseStatus(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseStatus(new Reader(bytes)),
  read: readLeaseStatus,
  write: writeLeaseStatus,
}

function readLeaseStatus(reader: Reader): LeaseStatus {
  let id = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        id = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    id,
  }
}

function writeLeaseStatus(message: LeaseStatus, writer: Writer): void {
  if (message.id !== 0n) writer.id(8, message.id)
}

export interface LeaseLeasesResponse {
  header: ResponseHeader | undefined
  leases: readonly LeaseStatus[]
}

export const LeaseLeasesResponse: MessageCodec<LeaseLeasesResponse> = {
  name: 'etcdserverpb.LeaseLeasesResponse',
  create: (init = {}) => ({
    header: init.header,
    leases: init.leases ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaseLeasesResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaseLeasesResponse(new Reader(bytes)),
  read: readLeaseLeasesResponse,
  write: writeLeaseLeasesResponse,
}

function readLeaseLeasesResponse(reader: Reader): LeaseLeasesResponse {
  let header: ResponseHeader | undefined
  const leases: LeaseStatus[] = []
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
        leases.push(readLeaseStatus(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    leases,
  }
}

function writeLeaseLeasesResponse(message: LeaseLeasesResponse, writer: Writer): void {
  for (let index = message.leases.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeLeaseStatus(message.leases[index] as LeaseStatus, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export interface LockRequest {
  name: Buffer
  lease: bigint
}

export const LockRequest: MessageCodec<LockRequest> = {
  name: 'v3lockpb.LockRequest',
  create: (init = {}) => ({
    name: init.name ?? emptyBuffer,
    lease: init.lease ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLockRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLockRequest(new Reader(bytes)),
  read: readLockRequest,
  write: writeLockRequest,
}

function readLockRequest(reader: Reader): LockRequest {
  let name = emptyBuffer
  let lease = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.bytes()
        break
      case 16:
        lease = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    lease,
  }
}

function writeLockRequest(message: LockRequest, writer: Writer): void {
  if (message.lease !== 0n) writer.id(16, message.lease)
  if (message.name.length > 0) writer.bytes(10, message.name)
}

export interface LockResponse {
  header: ResponseHeader | undefined
  key: Buffer
}

export const LockResponse: MessageCodec<LockResponse> = {
  name: 'v3lockpb.LockResponse',
  create: (init = {}) => ({
    header: init.header,
    key: init.key ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLockResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLockResponse(new Reader(bytes)),
  read: readLockResponse,
  write: writeLockResponse,
}

function readLockResponse(reader: Reader): LockResponse {
  let header: ResponseHeader | undefined
  let key = emptyBuffer
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
        key = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    key,
  }
}

function writeLockResponse(message: LockResponse, writer: Writer): void {
  if (message.key.length > 0) writer.bytes(18, message.key)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface UnlockRequest {
  key: Buffer
}

export const UnlockRequest: MessageCodec<UnlockRequest> = {
  name: 'v3lockpb.UnlockRequest',
  create: (init = {}) => ({
    key: init.key ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeUnlockRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readUnlockRequest(new Reader(bytes)),
  read: readUnlockRequest,
  write: writeUnlockRequest,
}

function readUnlockRequest(reader: Reader): UnlockRequest {
  let key = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        key = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    key,
  }
}

function writeUnlockRequest(message: UnlockRequest, writer: Writer): void {
  if (message.key.length > 0) writer.bytes(10, message.key)
}

export interface UnlockResponse {
  header: ResponseHeader | undefined
}

export const UnlockResponse: MessageCodec<UnlockResponse> = {
  name: 'v3lockpb.UnlockResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeUnlockResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readUnlockResponse(new Reader(bytes)),
  read: readUnlockResponse,
  write: writeUnlockResponse,
}

function readUnlockResponse(reader: Reader): UnlockResponse {
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

function writeUnlockResponse(message: UnlockResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

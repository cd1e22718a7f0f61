// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import { Event } from '../event.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export const FilterType = {
  NOPUT: 0,
  NODELETE: 1,
} as const

export interface WatchRequest {
  createRequest: WatchCreateRequest | undefined
  cancelRequest: WatchCancelRequest | undefined
  progressRequest: WatchProgressRequest | undefined
}

export const WatchRequest: MessageCodec<WatchRequest> = {
  name: 'etcdserverpb.WatchRequest',
  create: (init = {}) => ({
    createRequest: init.createRequest,
    cancelRequest: init.cancelRequest,
    progressRequest: init.progressRequest,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeWatchRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readWatchRequest(new Reader(bytes)),
  read: readWatchRequest,
  write: writeWatchRequest,
}

function readWatchRequest(reader: Reader): WatchRequest {
  let createRequest: WatchCreateRequest | undefined
  let cancelRequest: WatchCancelRequest | undefined
  let progressRequest: WatchProgressRequest | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        createRequest = readWatchCreateRequest(reader)
        cancelRequest = undefined
        progressRequest = undefined
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        cancelRequest = readWatchCancelRequest(reader)
        createRequest = undefined
        progressRequest = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        progressRequest = readWatchProgressRequest(reader)
        createRequest = undefined
        cancelRequest = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    createRequest,
    cancelRequest,
    progressRequest,
  }
}

function writeWatchRequest(message: WatchRequest, writer: Writer): void {
  if (message.progressRequest !== undefined) writer.message(26, writer.mark())
  if (message.cancelRequest !== undefined) {
    const mark = writer.mark()
    writeWatchCancelRequest(message.cancelRequest, writer)
    writer.message(18, mark)
  }
  if (message.createRequest !== undefined) {
    const mark = writer.mark()
    writeWatchCreateRequest(message.createRequest, writer)
    writer.message(10, mark)
  }
}

export interface WatchCreateRequest {
  key: Buffer
  rangeEnd: Buffer
  startRevision: number
  progressNotify: boolean
  filters: readonly number[]
  prevKv: boolean
  watchId: bigint
  fragment: boolean
}

export const WatchCreateRequest: MessageCodec<WatchCreateRequest> = {
  name: 'etcdserverpb.WatchCreateRequest',
  create: (init = {}) => ({
    key: init.key ?? emptyBuffer,
    rangeEnd: init.rangeEnd ?? emptyBuffer,
    startRevision: init.startRevision ?? 0,
    progressNotify: init.progressNotify ?? false,
    filters: init.filters ?? [],
    prevKv: init.prevKv ?? false,
    watchId: init.watchId ?? 0n,
    fragment: init.fragment ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeWatchCreateRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readWatchCreateRequest(new Reader(bytes)),
  read: readWatchCreateRequest,
  write: writeWatchCreateRequest,
}

function readWatchCreateRequest(reader: Reader): WatchCreateRequest {
  let key = emptyBuffer
  let rangeEnd = emptyBuffer
  let startRevision = 0
  let progressNotify = false
  const filters: number[] = []
  let prevKv = false
  let watchId = 0n
  let fragment = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        key = reader.bytes()
        break
      case 18:
        rangeEnd = reader.bytes()
        break
      case 24:
        startRevision = reader.int64()
        break
      case 32:
        progressNotify = reader.bool()
        break
      case 40:
        filters.push(reader.int32())
        break
      case 42: {
        const outer = reader.enter()
        while (reader.more()) filters.push(reader.int32())
        reader.leave(outer)
        break
      }
      case 48:
        prevKv = reader.bool()
        break
      case 56:
        watchId = reader.signedId()
        break
      case 64:
        fragment = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    key,
    rangeEnd,
    startRevision,
    progressNotify,
    filters,
    prevKv,
    watchId,
    fragment,
  }
}

function writeWatchCreateRequest(message: WatchCreateRequest, writer: Writer): void {
  if (message.fragment) writer.bool(64, message.fragment)
  if (message.watchId !== 0n) writer.id(56, message.watchId)
  if (message.prevKv) writer.bool(48, message.prevKv)
  if (message.filters.length > 0) writer.packedInt32(42, message.filters)
  if (message.progressNotify) writer.bool(32, message.progressNotify)
  if (message.startRevision !== 0) writer.int64(24, message.startRevision)
  if (message.rangeEnd.length > 0) writer.bytes(18, message.rangeEnd)
  if (message.key.length > 0) writer.bytes(10, message.key)
}

export interface WatchCancelRequest {
  watchId: bigint
}

export const WatchCancelRequest: MessageCodec<WatchCancelRequest> = {
  name: 'etcdserverpb.WatchCancelRequest',
  create: (init = {}) => ({
    watchId: init.watchId ?? 0n,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeWatchCancelRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readWatchCancelRequest(new Reader(bytes)),
  read: readWatchCancelRequest,
  write: writeWatchCancelRequest,
}

function readWatchCancelRequest(reader: Reader): WatchCancelRequest {
  let watchId = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        watchId = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    watchId,
  }
}

function writeWatchCancelRequest(message: WatchCancelRequest, writer: Writer): void {
  if (message.watchId !== 0n) writer.id(8, message.watchId)
}

export type WatchProgressRequest = Record<string, never>

export const WatchProgressRequest: MessageCodec<WatchProgressRequest> = {
  name: 'etcdserverpb.WatchProgressRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readWatchProgressRequest(new Reader(bytes)),
  read: readWatchProgressRequest,
  write: () => undefined,
}

function readWatchProgressRequest(reader: Reader): WatchProgressRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface WatchResponse {
  header: ResponseHeader | undefined
  watchId: bigint
  created: boolean
  canceled: boolean
  compactRevision: number
  cancelReason: string
  fragment: boolean
  events: readonly Event[]
}

export const WatchResponse: MessageCodec<WatchResponse> = {
  name: 'etcdserverpb.WatchResponse',
  create: (init = {}) => ({
    header: init.header,
    watchId: init.watchId ?? 0n,
    created: init.created ?? false,
    canceled: init.canceled ?? false,
    compactRevision: init.compactRevision ?? 0,
    cancelReason: init.cancelReason ?? '',
    fragment: init.fragment ?? false,
    events: init.events ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeWatchResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readWatchResponse(new Reader(bytes)),
  read: readWatchResponse,
  write: writeWatchResponse,
}

function readWatchResponse(reader: Reader): WatchResponse {
  let header: ResponseHeader | undefined
  let watchId = 0n
  let created = false
  let canceled = false
  let compactRevision = 0
  let cancelReason = ''
  let fragment = false
  const events: Event[] = []
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
        watchId = reader.signedId()
        break
      case 24:
        created = reader.bool()
        break
      case 32:
        canceled = reader.bool()
        break
      case 40:
        compactRevision = reader.int64()
        break
      case 50:
        cancelReason = reader.string()
        break
      case 56:
        fragment = reader.bool()
        break
      case 90:
        events.push(Event.decode(reader.bytes()))
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    watchId,
    created,
    canceled,
    compactRevision,
    cancelReason,
    fragment,
    events,
  }
}

function writeWatchResponse(message: WatchResponse, writer: Writer): void {
  for (let index = message.events.length - 1; index >= 0; index--) {
    writer.bytes(90, (message.events[index] as Event).encoded)
  }
  if (message.fragment) writer.bool(56, message.fragment)
  if (message.cancelReason !== '') writer.string(50, message.cancelReason)
  if (message.compactRevision !== 0) writer.int64(40, message.compactRevision)
  if (message.canceled) writer.bool(32, message.canceled)
  if (message.created) writer.bool(24, message.created)
  if (message.watchId !== 0n) writer.id(16, message.watchId)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import { KeyValue } from '../key-value.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export const SortOrder = {
  NONE: 0,
  ASCEND: 1,
  DESCEND: 2,
} as const

export const SortTarget = {
  KEY: 0,
  VERSION: 1,
  CREATE: 2,
  MOD: 3,
  VALUE: 4,
} as const

export const CompareResult = {
  EQUAL: 0,
  GREATER: 1,
  LESS: 2,
  NOT_EQUAL: 3,
} as const

export const CompareTarget = {
  VERSION: 0,
  CREATE: 1,
  MOD: 2,
  VALUE: 3,
  LEASE: 4,
} as const

export interface RangeRequest {
  key: Buffer
  rangeEnd: Buffer
  limit: number
  revision: number
  sortOrder: number
  sortTarget: number
  serializable: boolean
  keysOnly: boolean
  countOnly: boolean
  minModRevision: number
  maxModRevision: number
  minCreateRevision: number
  maxCreateRevision: number
}

export const RangeRequest: MessageCodec<RangeRequest> = {
  name: 'etcdserverpb.RangeRequest',
  create: (init = {}) => ({
    key: init.key ?? emptyBuffer,
    rangeEnd: init.rangeEnd ?? emptyBuffer,
    limit: init.limit ?? 0,
    revision: init.revision ?? 0,
    sortOrder: init.sortOrder ?? 0,
    sortTarget: init.sortTarget ?? 0,
    serializable: init.serializable ?? false,
    keysOnly: init.keysOnly ?? false,
    countOnly: init.countOnly ?? false,
    minModRevision: init.minModRevision ?? 0,
    maxModRevision: init.maxModRevision ?? 0,
    minCreateRevision: init.minCreateRevision ?? 0,
    maxCreateRevision: init.maxCreateRevision ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeRangeRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readRangeRequest(new Reader(bytes)),
  read: readRangeRequest,
  write: writeRangeRequest,
}

function readRangeRequest(reader: Reader): RangeRequest {
  let key = emptyBuffer
  let rangeEnd = emptyBuffer
  let limit = 0
  let revision = 0
  let sortOrder = 0
  let sortTarget = 0
  let serializable = false
  let keysOnly = false
  let countOnly = false
  let minModRevision = 0
  let maxModRevision = 0
  let minCreateRevision = 0
  let maxCreateRevision = 0
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
        limit = reader.int64()
        break
      case 32:
        revision = reader.int64()
        break
      case 40:
        sortOrder = reader.int32()
        break
      case 48:
        sortTarget = reader.int32()
        break
      case 56:
        serializable = reader.bool()
        break
      case 64:
        keysOnly = reader.bool()
        break
      case 72:
        countOnly = reader.bool()
        break
      case 80:
        minModRevision = reader.int64()
        break
      case 88:
        maxModRevision = reader.int64()
        break
      case 96:
        minCreateRevision = reader.int64()
        break
      case 104:
        maxCreateRevision = reader.int64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    key,
    rangeEnd,
    limit,
    revision,
    sortOrder,
    sortTarget,
    serializable,
    keysOnly,
    countOnly,
    minModRevision,
    maxModRevision,
    minCreateRevision,
    maxCreateRevision,
  }
}

function writeRangeRequest(message: RangeRequest, writer: Writer): void {
  if (message.maxCreateRevision !== 0) writer.int64(104, message.maxCreateRevision)
  if (message.minCreateRevision !== 0) writer.int64(96, message.minCreateRevision)
  if (message.maxModRevision !== 0) writer.int64(88, message.maxModRevision)
  if (message.minModRevision !== 0) writer.int64(80, message.minModRevision)
  if (message.countOnly) writer.bool(72, message.countOnly)
  if (message.keysOnly) writer.bool(64, message.keysOnly)
  if (message.serializable) writer.bool(56, message.serializable)
  if (message.sortTarget !== 0) writer.int32(48, message.sortTarget)
  if (message.sortOrder !== 0) writer.int32(40, message.sortOrder)
  if (message.revision !== 0) writer.int64(32, message.revision)
  if (message.limit !== 0) writer.int64(24, message.limit)
  if (message.rangeEnd.length > 0) writer.bytes(18, message.rangeEnd)
  if (message.key.length > 0) writer.bytes(10, message.key)
}

export interface RangeResponse {
  header: ResponseHeader | undefined
  kvs: readonly KeyValue[]
  more: boolean
  count: number
}

export const RangeResponse: MessageCodec<RangeResponse> = {
  name: 'etcdserverpb.RangeResponse',
  create: (init = {}) => ({
    header: init.header,
    kvs: init.kvs ?? [],
    more: init.more ?? false,
    count: init.count ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeRangeResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readRangeResponse(new Reader(bytes)),
  read: readRangeResponse,
  write: writeRangeResponse,
}

function readRangeResponse(reader: Reader): RangeResponse {
  let header: ResponseHeader | undefined
  const kvs: KeyValue[] = []
  let more = false
  let count = 0
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
        kvs.push(KeyValue.decode(reader.bytes()))
        break
      case 24:
        more = reader.bool()
        break
      case 32:
        count = reader.int64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    kvs,
    more,
    count,
  }
}

function writeRangeResponse(message: RangeResponse, writer: Writer): void {
  if (message.count !== 0) writer.int64(32, message.count)
  if (message.more) writer.bool(24, message.more)
  for (let index = message.kvs.length - 1; index >= 0; index--) {
    writer.bytes(18, (message.kvs[index] as KeyValue).encoded)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface PutRequest {
  key: Buffer
  value: Buffer
  lease: bigint
  prevKv: boolean
  ignoreValue: boolean
  ignoreLease: boolean
}

export const PutRequest: MessageCodec<PutRequest> = {
  name: 'etcdserverpb.PutRequest',
  create: (init = {}) => ({
    key: init.key ?? emptyBuffer,
    value: init.value ?? emptyBuffer,
    lease: init.lease ?? 0n,
    prevKv: init.prevKv ?? false,
    ignoreValue: init.ignoreValue ?? false,
    ignoreLease: init.ignoreLease ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePutRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPutRequest(new Reader(bytes)),
  read: readPutRequest,
  write: writePutRequest,
}

function readPutRequest(reader: Reader): PutRequest {
  let key = emptyBuffer
  let value = emptyBuffer
  let lease = 0n
  let prevKv = false
  let ignoreValue = false
  let ignoreLease = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        key = reader.bytes()
        break
      case 18:
        value = reader.bytes()
        break
      case 24:
        lease = reader.signedId()
        break
      case 32:
        prevKv = reader.bool()
        break
      case 40:
        ignoreValue = reader.bool()
        break
      case 48:
        ignoreLease = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    key,
    value,
    lease,
    prevKv,
    ignoreValue,
    ignoreLease,
  }
}

function writePutRequest(message: PutRequest, writer: Writer): void {
  if (message.ignoreLease) writer.bool(48, message.ignoreLease)
  if (message.ignoreValue) writer.bool(40, message.ignoreValue)
  if (message.prevKv) writer.bool(32, message.prevKv)
  if (message.lease !== 0n) writer.id(24, message.lease)
  if (message.value.length > 0) writer.bytes(18, message.value)
  if (message.key.length > 0) writer.bytes(10, message.key)
}

export interface PutResponse {
  header: ResponseHeader | undefined
  prevKv: KeyValue | undefined
}

export const PutResponse: MessageCodec<PutResponse> = {
  name: 'etcdserverpb.PutResponse',
  create: (init = {}) => ({
    header: init.header,
    prevKv: init.prevKv,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePutResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPutResponse(new Reader(bytes)),
  read: readPutResponse,
  write: writePutResponse,
}

function readPutResponse(reader: Reader): PutResponse {
  let header: ResponseHeader | undefined
  let prevKv: KeyValue | undefined
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
        prevKv = KeyValue.decode(reader.bytes())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    prevKv,
  }
}

function writePutResponse(message: PutResponse, writer: Writer): void {
  if (message.prevKv !== undefined) writer.bytes(18, message.prevKv.encoded)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface DeleteRangeRequest {
  key: Buffer
  rangeEnd: Buffer
  prevKv: boolean
}

export const DeleteRangeRequest: MessageCodec<DeleteRangeRequest> = {
  name: 'etcdserverpb.DeleteRangeRequest',
  create: (init = {}) => ({
    key: init.key ?? emptyBuffer,
    rangeEnd: init.rangeEnd ?? emptyBuffer,
    prevKv: init.prevKv ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDeleteRangeRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDeleteRangeRequest(new Reader(bytes)),
  read: readDeleteRangeRequest,
  write: writeDeleteRangeRequest,
}

function readDeleteRangeRequest(reader: Reader): DeleteRangeRequest {
  let key = emptyBuffer
  let rangeEnd = emptyBuffer
  let prevKv = false
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
        prevKv = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    key,
    rangeEnd,
    prevKv,
  }
}

function writeDeleteRangeRequest(message: DeleteRangeRequest, writer: Writer): void {
  if (message.prevKv) writer.bool(24, message.prevKv)
  if (message.rangeEnd.length > 0) writer.bytes(18, message.rangeEnd)
  if (message.key.length > 0) writer.bytes(10, message.key)
}

export interface DeleteRangeResponse {
  header: ResponseHeader | undefined
  deleted: number
  prevKvs: readonly KeyValue[]
}

export const DeleteRangeResponse: MessageCodec<DeleteRangeResponse> = {
  name: 'etcdserverpb.DeleteRangeResponse',
  create: (init = {}) => ({
    header: init.header,
    deleted: init.deleted ?? 0,
    prevKvs: init.prevKvs ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeDeleteRangeResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readDeleteRangeResponse(new Reader(bytes)),
  read: readDeleteRangeResponse,
  write: writeDeleteRangeResponse,
}

function readDeleteRangeResponse(reader: Reader): DeleteRangeResponse {
  let header: ResponseHeader | undefined
  let deleted = 0
  const prevKvs: KeyValue[] = []
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
        deleted = reader.int64()
        break
      case 26:
        prevKvs.push(KeyValue.decode(reader.bytes()))
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    deleted,
    prevKvs,
  }
}

function writeDeleteRangeResponse(message: DeleteRangeResponse, writer: Writer): void {
  for (let index = message.prevKvs.length - 1; index >= 0; index--) {
    writer.bytes(26, (message.prevKvs[index] as KeyValue).encoded)
  }
  if (message.deleted !== 0) writer.int64(16, message.deleted)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface RequestOp {
  requestRange: RangeRequest | undefined
  requestPut: PutRequest | undefined
  requestDeleteRange: DeleteRangeRequest | undefined
  requestTxn: TxnRequest | undefined
}

export const RequestOp: MessageCodec<RequestOp> = {
  name: 'etcdserverpb.RequestOp',
  create: (init = {}) => ({
    requestRange: init.requestRange,
    requestPut: init.requestPut,
    requestDeleteRange: init.requestDeleteRange,
    requestTxn: init.requestTxn,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeRequestOp(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readRequestOp(new Reader(bytes)),
  read: readRequestOp,
  write: writeRequestOp,
}

function readRequestOp(reader: Reader): RequestOp {
  let requestRange: RangeRequest | undefined
  let requestPut: PutRequest | undefined
  let requestDeleteRange: DeleteRangeRequest | undefined
  let requestTxn: TxnRequest | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        requestRange = readRangeRequest(reader)
        requestPut = undefined
        requestDeleteRange = undefined
        requestTxn = undefined
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        requestPut = readPutRequest(reader)
        requestRange = undefined
        requestDeleteRange = undefined
        requestTxn = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        requestDeleteRange = readDeleteRangeRequest(reader)
        requestRange = undefined
        requestPut = undefined
        requestTxn = undefined
        reader.leave(outer)
        break
      }
      case 34: {
        const outer = reader.enter()
        requestTxn = readTxnRequest(reader)
        requestRange = undefined
        requestPut = undefined
        requestDeleteRange = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    requestRange,
    requestPut,
    requestDeleteRange,
    requestTxn,
  }
}

function writeRequestOp(message: RequestOp, writer: Writer): void {
  if (message.requestTxn !== undefined) {
    const mark = writer.mark()
    writeTxnRequest(message.requestTxn, writer)
    writer.message(34, mark)
  }
  if (message.requestDeleteRange !== undefined) {
    const mark = writer.mark()
    writeDeleteRangeRequest(message.requestDeleteRange, writer)
    writer.message(26, mark)
  }
  if (message.requestPut !== undefined) {
    const mark = writer.mark()
    writePutRequest(message.requestPut, writer)
    writer.message(18, mark)
  }
  if (message.requestRange !== undefined) {
    const mark = writer.mark()
    writeRangeRequest(message.requestRange, writer)
    writer.message(10, mark)
  }
}

export interface ResponseOp {
  responseRange: RangeResponse | undefined
  responsePut: PutResponse | undefined
  responseDeleteRange: DeleteRangeResponse | undefined
  responseTxn: TxnResponse | undefined
}

export const ResponseOp: MessageCodec<ResponseOp> = {
  name: 'etcdserverpb.ResponseOp',
  create: (init = {}) => ({
    responseRange: init.responseRange,
    responsePut: init.responsePut,
    responseDeleteRange: init.responseDeleteRange,
    responseTxn: init.responseTxn,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeResponseOp(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readResponseOp(new Reader(bytes)),
  read: readResponseOp,
  write: writeResponseOp,
}

function readResponseOp(reader: Reader): ResponseOp {
  let responseRange: RangeResponse | undefined
  let responsePut: PutResponse | undefined
  let responseDeleteRange: DeleteRangeResponse | undefined
  let responseTxn: TxnResponse | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        responseRange = readRangeResponse(reader)
        responsePut = undefined
        responseDeleteRange = undefined
        responseTxn = undefined
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        responsePut = readPutResponse(reader)
        responseRange = undefined
        responseDeleteRange = undefined
        responseTxn = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        responseDeleteRange = readDeleteRangeResponse(reader)
        responseRange = undefined
        responsePut = undefined
        responseTxn = undefined
        reader.leave(outer)
        break
      }
      case 34: {
        const outer = reader.enter()
        responseTxn = readTxnResponse(reader)
        responseRange = undefined
        responsePut = undefined
        responseDeleteRange = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    responseRange,
    responsePut,
    responseDeleteRange,
    responseTxn,
  }
}

function writeResponseOp(message: ResponseOp, writer: Writer): void {
  if (message.responseTxn !== undefined) {
    const mark = writer.mark()
    writeTxnResponse(message.responseTxn, writer)
    writer.message(34, mark)
  }
  if (message.responseDeleteRange !== undefined) {
    const mark = writer.mark()
    writeDeleteRangeResponse(message.responseDeleteRange, writer)
    writer.message(26, mark)
  }
  if (message.responsePut !== undefined) {
    const mark = writer.mark()
    writePutResponse(message.responsePut, writer)
    writer.message(18, mark)
  }
  if (message.responseRange !== undefined) {
    const mark = writer.mark()
    writeRangeResponse(message.responseRange, writer)
    writer.message(10, mark)
  }
}

export interface Compare {
  result: number
  target: number
  key: Buffer
  version: number | undefined
  createRevision: number | undefined
  modRevision: number | undefined
  value: Buffer | undefined
  lease: bigint | undefined
  rangeEnd: Buffer
}

export const Compare: MessageCodec<Compare> = {
  name: 'etcdserverpb.Compare',
  create: (init = {}) => ({
    result: init.result ?? 0,
    target: init.target ?? 0,
    key: init.key ?? emptyBuffer,
    version: init.version,
    createRevision: init.createRevision,
    modRevision: init.modRevision,
    value: init.value,
    lease: init.lease,
    rangeEnd: init.rangeEnd ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCompare(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCompare(new Reader(bytes)),
  read: readCompare,
  write: writeCompare,
}

function readCompare(reader: Reader): Compare {
  let result = 0
  let target = 0
  let key = emptyBuffer
  let version: number | undefined
  let createRevision: number | undefined
  let modRevision: number | undefined
  let value: Buffer | undefined
  let lease: bigint | undefined
  let rangeEnd = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        result = reader.int32()
        break
      case 16:
        target = reader.int32()
        break
      case 26:
        key = reader.bytes()
        break
      case 32:
        version = reader.int64()
        createRevision = undefined
        modRevision = undefined
        value = undefined
        lease = undefined
        break
      case 40:
        createRevision = reader.int64()
        version = undefined
        modRevision = undefined
        value = undefined
        lease = undefined
        break
      case 48:
        modRevision = reader.int64()
        version = undefined
        createRevision = undefined
        value = undefined
        lease = undefined
        break
      case 58:
        value = reader.bytes()
        version = undefined
        createRevision = undefined
        modRevision = undefined
        lease = undefined
        break
      case 64:
        lease = reader.signedId()
        version = undefined
        createRevision = undefined
        modRevision = undefined
        value = undefined
        break
      case 514:
        rangeEnd = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    result,
    target,
    key,
    version,
    createRevision,
    modRevision,
    value,
    lease,
    rangeEnd,
  }
}

function writeCompare(message: Compare, writer: Writer): void {
  if (message.rangeEnd.length > 0) writer.bytes(514, message.rangeEnd)
  if (message.lease !== undefined) writer.id(64, message.lease)
  if (message.value !== undefined) writer.bytes(58, message.value)
  if (message.modRevision !== undefined) writer.int64(48, message.modRevision)
  if (message.createRevision !== undefined) writer.int64(40, message.createRevision)
  if (message.version !== undefined) writer.int64(32, message.version)
  if (message.key.length > 0) writer.bytes(26, message.key)
  if (message.target !== 0) writer.int32(16, message.target)
  if (message.result !== 0) writer.int32(8, message.result)
}

export interface TxnRequest {
  compare: readonly Compare[]
  success: readonly RequestOp[]
  failure: readonly RequestOp[]
}

export const TxnRequest: MessageCodec<TxnRequest> = {
  name: 'etcdserverpb.TxnRequest',
  create: (init = {}) => ({
    compare: init.compare ?? [],
    success: init.success ?? [],
    failure: init.failure ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeTxnRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readTxnRequest(new Reader(bytes)),
  read: readTxnRequest,
  write: writeTxnRequest,
}

function readTxnRequest(reader: Reader): TxnRequest {
  const compare: Compare[] = []
  const success: RequestOp[] = []
  const failure: RequestOp[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        compare.push(readCompare(reader))
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        success.push(readRequestOp(reader))
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        failure.push(readRequestOp(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    compare,
    success,
    failure,
  }
}

function writeTxnRequest(message: TxnRequest, writer: Writer): void {
  for (let index = message.failure.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeRequestOp(message.failure[index] as RequestOp, writer)
    writer.message(26, mark)
  }
  for (let index = message.success.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeRequestOp(message.success[index] as RequestOp, writer)
    writer.message(18, mark)
  }
  for (let index = message.compare.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeCompare(message.compare[index] as Compare, writer)
    writer.message(10, mark)
  }
}

export interface TxnResponse {
  header: ResponseHeader | undefined
  succeeded: boolean
  responses: readonly ResponseOp[]
}

export const TxnResponse: MessageCodec<TxnResponse> = {
  name: 'etcdserverpb.TxnResponse',
  create: (init = {}) => ({
    header: init.header,
    succeeded: init.succeeded ?? false,
    responses: init.responses ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeTxnResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readTxnResponse(new Reader(bytes)),
  read: readTxnResponse,
  write: writeTxnResponse,
}

function readTxnResponse(reader: Reader): TxnResponse {
  let header: ResponseHeader | undefined
  let succeeded = false
  const responses: ResponseOp[] = []
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
        succeeded = reader.bool()
        break
      case 26: {
        const outer = reader.enter()
        responses.push(readResponseOp(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    succeeded,
    responses,
  }
}

function writeTxnResponse(message: TxnResponse, writer: Writer): void {
  for (let index = message.responses.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeResponseOp(message.responses[index] as ResponseOp, writer)
    writer.message(26, mark)
  }
  if (message.succeeded) writer.bool(16, message.succeeded)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface CompactionRequest {
  revision: number
  physical: boolean
}

export const CompactionRequest: MessageCodec<CompactionRequest> = {
  name: 'etcdserverpb.CompactionRequest',
  create: (init = {}) => ({
    revision: init.revision ?? 0,
    physical: init.physical ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCompactionRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCompactionRequest(new Reader(bytes)),
  read: readCompactionRequest,
  write: writeCompactionRequest,
}

function readCompactionRequest(reader: Reader): CompactionRequest {
  let revision = 0
  let physical = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        revision = reader.int64()
        break
      case 16:
        physical = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    revision,
    physical,
  }
}

function writeCompactionRequest(message: CompactionRequest, writer: Writer): void {
  if (message.physical) writer.bool(16, message.physical)
  if (message.revision !== 0) writer.int64(8, message.revision)
}

export interface CompactionResponse {
  header: ResponseHeader | undefined
}

export const CompactionResponse: MessageCodec<CompactionResponse> = {
  name: 'etcdserverpb.CompactionResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeCompactionResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readCompactionResponse(new Reader(bytes)),
  read: readCompactionResponse,
  write: writeCompactionResponse,
}

function readCompactionResponse(reader: Reader): CompactionResponse {
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

function writeCompactionResponse(message: CompactionResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface RangeStreamResponse {
  rangeResponse: RangeResponse | undefined
}

export const RangeStreamResponse: MessageCodec<RangeStreamResponse> = {
  name: 'etcdserverpb.RangeStreamResponse',
  create: (init = {}) => ({
    rangeResponse: init.rangeResponse,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeRangeStreamResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readRangeStreamResponse(new Reader(bytes)),
  read: readRangeStreamResponse,
  write: writeRangeStreamResponse,
}

function readRangeStreamResponse(reader: Reader): RangeStreamResponse {
  let rangeResponse: RangeResponse | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        rangeResponse = readRangeResponse(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    rangeResponse,
  }
}

function writeRangeStreamResponse(message: RangeStreamResponse, writer: Writer): void {
  if (message.rangeResponse !== undefined) {
    const mark = writer.mark()
    writeRangeResponse(message.rangeResponse, writer)
    writer.message(10, mark)
  }
}

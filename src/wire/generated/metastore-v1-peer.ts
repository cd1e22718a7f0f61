// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'

export const PeerEntryKind = {
  NORMAL: 0,
  CONFIGURATION: 1,
} as const

export const PeerRefusal = {
  UNKNOWN_REFUSAL: 0,
  NO_LEADER: 1,
  TOO_MANY_REQUESTS: 2,
} as const

export interface PeerBatch {
  groups: readonly PeerGroupMessages[]
}

export const PeerBatch: MessageCodec<PeerBatch> = {
  name: 'metastore.v1.PeerBatch',
  create: (init = {}) => ({
    groups: init.groups ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerBatch(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerBatch(new Reader(bytes)),
  read: readPeerBatch,
  write: writePeerBatch,
}

function readPeerBatch(reader: Reader): PeerBatch {
  const groups: PeerGroupMessages[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        groups.push(readPeerGroupMessages(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    groups,
  }
}

function writePeerBatch(message: PeerBatch, writer: Writer): void {
  for (let index = message.groups.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writePeerGroupMessages(message.groups[index] as PeerGroupMessages, writer)
    writer.message(10, mark)
  }
}

export interface PeerGroupMessages {
  groupId: bigint
  messages: readonly PeerMessage[]
}

export const PeerGroupMessages: MessageCodec<PeerGroupMessages> = {
  name: 'metastore.v1.PeerGroupMessages',
  create: (init = {}) => ({
    groupId: init.groupId ?? 0n,
    messages: init.messages ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerGroupMessages(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerGroupMessages(new Reader(bytes)),
  read: readPeerGroupMessages,
  write: writePeerGroupMessages,
}

function readPeerGroupMessages(reader: Reader): PeerGroupMessages {
  let groupId = 0n
  const messages: PeerMessage[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        groupId = reader.unsignedId()
        break
      case 18: {
        const outer = reader.enter()
        messages.push(readPeerMessage(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    groupId,
    messages,
  }
}

function writePeerGroupMessages(message: PeerGroupMessages, writer: Writer): void {
  for (let index = message.messages.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writePeerMessage(message.messages[index] as PeerMessage, writer)
    writer.message(18, mark)
  }
  if (message.groupId !== 0n) writer.id(8, message.groupId)
}

export interface PeerReceipt {
  receivedBytes: number
}

export const PeerReceipt: MessageCodec<PeerReceipt> = {
  name: 'metastore.v1.PeerReceipt',
  create: (init = {}) => ({
    receivedBytes: init.receivedBytes ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerReceipt(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerReceipt(new Reader(bytes)),
  read: readPeerReceipt,
  write: writePeerReceipt,
}

function readPeerReceipt(reader: Reader): PeerReceipt {
  let receivedBytes = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        receivedBytes = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    receivedBytes,
  }
}

function writePeerReceipt(message: PeerReceipt, writer: Writer): void {
  if (message.receivedBytes !== 0) writer.uint64(8, message.receivedBytes)
}

export interface PeerMessage {
  term: number
  appendRequest: PeerAppendRequest | undefined
  appendResponse: PeerAppendResponse | undefined
  heartbeatRequest: PeerHeartbeatRequest | undefined
  heartbeatResponse: PeerHeartbeatResponse | undefined
  voteRequest: PeerVoteRequest | undefined
  voteResponse: PeerVoteResponse | undefined
  preVoteRequest: PeerVoteRequest | undefined
  preVoteResponse: PeerVoteResponse | undefined
  timeoutNow: PeerTimeoutNow | undefined
  proposals: PeerProposals | undefined
  proposalsRefused: PeerProposalsRefused | undefined
  readIndexRequest: PeerReadIndexRequest | undefined
  readIndexResponse: PeerReadIndexResponse | undefined
}

export const PeerMessage: MessageCodec<PeerMessage> = {
  name: 'metastore.v1.PeerMessage',
  create: (init = {}) => ({
    term: init.term ?? 0,
    appendRequest: init.appendRequest,
    appendResponse: init.appendResponse,
    heartbeatRequest: init.heartbeatRequest,
    heartbeatResponse: init.heartbeatResponse,
    voteRequest: init.voteRequest,
    voteResponse: init.voteResponse,
    preVoteRequest: init.preVoteRequest,
    preVoteResponse: init.preVoteResponse,
    timeoutNow: init.timeoutNow,
    proposals: init.proposals,
    proposalsRefused: init.proposalsRefused,
    readIndexRequest: init.readIndexRequest,
    readIndexResponse: init.readIndexResponse,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerMessage(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerMessage(new Reader(bytes)),
  read: readPeerMessage,
  write: writePeerMessage,
}

function readPeerMessage(reader: Reader): PeerMessage {
  let term = 0
  let appendRequest: PeerAppendRequest | undefined
  let appendResponse: PeerAppendResponse | undefined
  let heartbeatRequest: PeerHeartbeatRequest | undefined
  let heartbeatResponse: PeerHeartbeatResponse | undefined
  let voteRequest: PeerVoteRequest | undefined
  let voteResponse: PeerVoteResponse | undefined
  let preVoteRequest: PeerVoteRequest | undefined
  let preVoteResponse: PeerVoteResponse | undefined
  let timeoutNow: PeerTimeoutNow | undefined
  let proposals: PeerProposals | undefined
  let proposalsRefused: PeerProposalsRefused | undefined
  let readIndexRequest: PeerReadIndexRequest | undefined
  let readIndexResponse: PeerReadIndexResponse | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        term = reader.uint64()
        break
      case 18: {
        const outer = reader.enter()
        appendRequest = readPeerAppendRequest(reader)
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        appendResponse = readPeerAppendResponse(reader)
        appendRequest = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 34: {
        const outer = reader.enter()
        heartbeatRequest = readPeerHeartbeatRequest(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 42: {
        const outer = reader.enter()
        heartbeatResponse = readPeerHeartbeatResponse(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 50: {
        const outer = reader.enter()
        voteRequest = readPeerVoteRequest(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 58: {
        const outer = reader.enter()
        voteResponse = readPeerVoteResponse(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 66: {
        const outer = reader.enter()
        preVoteRequest = readPeerVoteRequest(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 74: {
        const outer = reader.enter()
        preVoteResponse = readPeerVoteResponse(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 82: {
        const outer = reader.enter()
        timeoutNow = readPeerTimeoutNow(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 90: {
        const outer = reader.enter()
        proposals = readPeerProposals(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 98: {
        const outer = reader.enter()
        proposalsRefused = readPeerProposalsRefused(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        readIndexRequest = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 106: {
        const outer = reader.enter()
        readIndexRequest = readPeerReadIndexRequest(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexResponse = undefined
        reader.leave(outer)
        break
      }
      case 114: {
        const outer = reader.enter()
        readIndexResponse = readPeerReadIndexResponse(reader)
        appendRequest = undefined
        appendResponse = undefined
        heartbeatRequest = undefined
        heartbeatResponse = undefined
        voteRequest = undefined
        voteResponse = undefined
        preVoteRequest = undefined
        preVoteResponse = undefined
        timeoutNow = undefined
        proposals = undefined
        proposalsRefused = undefined
        readIndexRequest = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    term,
    appendRequest,
    appendResponse,
    heartbeatRequest,
    heartbeatResponse,
    voteRequest,
    voteResponse,
    preVoteRequest,
    preVoteResponse,
    timeoutNow,
    proposals,
    proposalsRefused,
    readIndexRequest,
    readIndexResponse,
  }
}

function writePeerMessage(message: PeerMessage, writer: Writer): void {
  if (message.readIndexResponse !== undefined) {
    const mark = writer.mark()
    writePeerReadIndexResponse(message.readIndexResponse, writer)
    writer.message(114, mark)
  }
  if (message.readIndexRequest !== undefined) {
    const mark = writer.mark()
    writePeerReadIndexRequest(message.readIndexRequest, writer)
    writer.message(106, mark)
  }
  if (message.proposalsRefused !== undefined) {
    const mark = writer.mark()
    writePeerProposalsRefused(message.proposalsRefused, writer)
    writer.message(98, mark)
  }
  if (message.proposals !== undefined) {
    const mark = writer.mark()
    writePeerProposals(message.proposals, writer)
    writer.message(90, mark)
  }
  if (message.timeoutNow !== undefined) writer.message(82, writer.mark())
  if (message.preVoteResponse !== undefined) {
    const mark = writer.mark()
    writePeerVoteResponse(message.preVoteResponse, writer)
    writer.message(74, mark)
  }
  if (message.preVoteRequest !== undefined) {
    const mark = writer.mark()
    writePeerVoteRequest(message.preVoteRequest, writer)
    writer.message(66, mark)
  }
  if (message.voteResponse !== undefined) {
    const mark = writer.mark()
    writePeerVoteResponse(message.voteResponse, writer)
    writer.message(58, mark)
  }
  if (message.voteRequest !== undefined) {
    const mark = writer.mark()
    writePeerVoteRequest(message.voteRequest, writer)
    writer.message(50, mark)
  }
  if (message.heartbeatResponse !== undefined) {
    const mark = writer.mark()
    writePeerHeartbeatResponse(message.heartbeatResponse, writer)
    writer.message(42, mark)
  }
  if (message.heartbeatRequest !== undefined) {
    const mark = writer.mark()
    writePeerHeartbeatRequest(message.heartbeatRequest, writer)
    writer.message(34, mark)
  }
  if (message.appendResponse !== undefined) {
    const mark = writer.mark()
    writePeerAppendResponse(message.appendResponse, writer)
    writer.message(26, mark)
  }
  if (message.appendRequest !== undefined) {
    const mark = writer.mark()
    writePeerAppendRequest(message.appendRequest, writer)
    writer.message(18, mark)
  }
  if (message.term !== 0) writer.uint64(8, message.term)
}

export interface PeerAppendRequest {
  previousIndex: number
  previousTerm: number
  commit: number
  entries: readonly PeerEntry[]
}

export const PeerAppendRequest: MessageCodec<PeerAppendRequest> = {
  name: 'metastore.v1.PeerAppendRequest',
  create: (init = {}) => ({
    previousIndex: init.previousIndex ?? 0,
    previousTerm: init.previousTerm ?? 0,
    commit: init.commit ?? 0,
    entries: init.entries ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerAppendRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerAppendRequest(new Reader(bytes)),
  read: readPeerAppendRequest,
  write: writePeerAppendRequest,
}

function readPeerAppendRequest(reader: Reader): PeerAppendRequest {
  let previousIndex = 0
  let previousTerm = 0
  let commit = 0
  const entries: PeerEntry[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        previousIndex = reader.uint64()
        break
      case 16:
        previousTerm = reader.uint64()
        break
      case 24:
        commit = reader.uint64()
        break
      case 34: {
        const outer = reader.enter()
        entries.push(readPeerEntry(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    previousIndex,
    previousTerm,
    commit,
    entries,
  }
}

function writePeerAppendRequest(message: PeerAppendRequest, writer: Writer): void {
  for (let index = message.entries.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writePeerEntry(message.entries[index] as PeerEntry, writer)
    writer.message(34, mark)
  }
  if (message.commit !== 0) writer.uint64(24, message.commit)
  if (message.previousTerm !== 0) writer.uint64(16, message.previousTerm)
  if (message.previousIndex !== 0) writer.uint64(8, message.previousIndex)
}

export interface PeerEntry {
  data: Buffer
  termStep: number
  kind: number
}

export const PeerEntry: MessageCodec<PeerEntry> = {
  name: 'metastore.v1.PeerEntry',
  create: (init = {}) => ({
    data: init.data ?? emptyBuffer,
    termStep: init.termStep ?? 0,
    kind: init.kind ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerEntry(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerEntry(new Reader(bytes)),
  read: readPeerEntry,
  write: writePeerEntry,
}

function readPeerEntry(reader: Reader): PeerEntry {
  let data = emptyBuffer
  let termStep = 0
  let kind = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        data = reader.bytes()
        break
      case 16:
        termStep = reader.uint64()
        break
      case 24:
        kind = reader.int32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    data,
    termStep,
    kind,
  }
}

function writePeerEntry(message: PeerEntry, writer: Writer): void {
  if (message.kind !== 0) writer.int32(24, message.kind)
  if (message.termStep !== 0) writer.uint64(16, message.termStep)
  if (message.data.length > 0) writer.bytes(10, message.data)
}

export interface PeerAppendResponse {
  matchIndex: number
  reject: boolean
  hintIndex: number
  hintTerm: number
}

export const PeerAppendResponse: MessageCodec<PeerAppendResponse> = {
  name: 'metastore.v1.PeerAppendResponse',
  create: (init = {}) => ({
    matchIndex: init.matchIndex ?? 0,
    reject: init.reject ?? false,
    hintIndex: init.hintIndex ?? 0,
    hintTerm: init.hintTerm ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerAppendResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerAppendResponse(new Reader(bytes)),
  read: readPeerAppendResponse,
  write: writePeerAppendResponse,
}

function readPeerAppendResponse(reader: Reader): PeerAppendResponse {
  let matchIndex = 0
  let reject = false
  let hintIndex = 0
  let hintTerm = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        matchIndex = reader.uint64()
        break
      case 16:
        reject = reader.bool()
        break
      case 24:
        hintIndex = reader.uint64()
        break
      case 32:
        hintTerm = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    matchIndex,
    reject,
    hintIndex,
    hintTerm,
  }
}

function writePeerAppendResponse(message: PeerAppendResponse, writer: Writer): void {
  if (message.hintTerm !== 0) writer.uint64(32, message.hintTerm)
  if (message.hintIndex !== 0) writer.uint64(24, message.hintIndex)
  if (message.reject) writer.bool(16, message.reject)
  if (message.matchIndex !== 0) writer.uint64(8, message.matchIndex)
}

export interface PeerHeartbeatRequest {
  commit: number
  readRound: number
}

export const PeerHeartbeatRequest: MessageCodec<PeerHeartbeatRequest> = {
  name: 'metastore.v1.PeerHeartbeatRequest',
  create: (init = {}) => ({
    commit: init.commit ?? 0,
    readRound: init.readRound ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerHeartbeatRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerHeartbeatRequest(new Reader(bytes)),
  read: readPeerHeartbeatRequest,
  write: writePeerHeartbeatRequest,
}

function readPeerHeartbeatRequest(reader: Reader): PeerHeartbeatRequest {
  let commit = 0
  let readRound = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        commit = reader.uint64()
        break
      case 16:
        readRound = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    commit,
    readRound,
  }
}

function writePeerHeartbeatRequest(message: PeerHeartbeatRequest, writer: Writer): void {
  if (message.readRound !== 0) writer.uint64(16, message.readRound)
  if (message.commit !== 0) writer.uint64(8, message.commit)
}

export interface PeerHeartbeatResponse {
  readRound: number
}

export const PeerHeartbeatResponse: MessageCodec<PeerHeartbeatResponse> = {
  name: 'metastore.v1.PeerHeartbeatResponse',
  create: (init = {}) => ({
    readRound: init.readRound ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerHeartbeatResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerHeartbeatResponse(new Reader(bytes)),
  read: readPeerHeartbeatResponse,
  write: writePeerHeartbeatResponse,
}

function readPeerHeartbeatResponse(reader: Reader): PeerHeartbeatResponse {
  let readRound = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        readRound = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    readRound,
  }
}

function writePeerHeartbeatResponse(message: PeerHeartbeatResponse, writer: Writer): void {
  if (message.readRound !== 0) writer.uint64(8, message.readRound)
}

export interface PeerVoteRequest {
  lastIndex: number
  lastTerm: number
  transfer: boolean
}

export const PeerVoteRequest: MessageCodec<PeerVoteRequest> = {
  name: 'metastore.v1.PeerVoteRequest',
  create: (init = {}) => ({
    lastIndex: init.lastIndex ?? 0,
    lastTerm: init.lastTerm ?? 0,
    transfer: init.transfer ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerVoteRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerVoteRequest(new Reader(bytes)),
  read: readPeerVoteRequest,
  write: writePeerVoteRequest,
}

function readPeerVoteRequest(reader: Reader): PeerVoteRequest {
  let lastIndex = 0
  let lastTerm = 0
  let transfer = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        lastIndex = reader.uint64()
        break
      case 16:
        lastTerm = reader.uint64()
        break
      case 24:
        transfer = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    lastIndex,
    lastTerm,
    transfer,
  }
}

function writePeerVoteRequest(message: PeerVoteRequest, writer: Writer): void {
  if (message.transfer) writer.bool(24, message.transfer)
  if (message.lastTerm !== 0) writer.uint64(16, message.lastTerm)
  if (message.lastIndex !== 0) writer.uint64(8, message.lastIndex)
}

export interface PeerVoteResponse {
  reject: boolean
}

export const PeerVoteResponse: MessageCodec<PeerVoteResponse> = {
  name: 'metastore.v1.PeerVoteResponse',
  create: (init = {}) => ({
    reject: init.reject ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerVoteResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerVoteResponse(new Reader(bytes)),
  read: readPeerVoteResponse,
  write: writePeerVoteResponse,
}

function readPeerVoteResponse(reader: Reader): PeerVoteResponse {
  let reject = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        reject = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    reject,
  }
}

function writePeerVoteResponse(message: PeerVoteResponse, writer: Writer): void {
  if (message.reject) writer.bool(8, message.reject)
}

export type PeerTimeoutNow = Record<string, never>

export const PeerTimeoutNow: MessageCodec<PeerTimeoutNow> = {
  name: 'metastore.v1.PeerTimeoutNow',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readPeerTimeoutNow(new Reader(bytes)),
  read: readPeerTimeoutNow,
  write: () => undefined,
}

function readPeerTimeoutNow(reader: Reader): PeerTimeoutNow {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface PeerProposals {
  payloads: readonly Buffer[]
}

export const PeerProposals: MessageCodec<PeerProposals> = {
  name: 'metastore.v1.PeerProposals',
  create: (init = {}) => ({
    payloads: init.payloads ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerProposals(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerProposals(new Reader(bytes)),
  read: readPeerProposals,
  write: writePeerProposals,
}

function readPeerProposals(reader: Reader): PeerProposals {
  const payloads: Buffer[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        payloads.push(reader.bytes())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    payloads,
  }
}

function writePeerProposals(message: PeerProposals, writer: Writer): void {
  for (let index = message.payloads.length - 1; index >= 0; index--) {
    writer.bytes(10, message.payloads[index] as Buffer)
  }
}

export interface PeerProposalsRefused {
  run: number
  counters: readonly number[]
  reason: number
}

export const PeerProposalsRefused: MessageCodec<PeerProposalsRefused> = {
  name: 'metastore.v1.PeerProposalsRefused',
  create: (init = {}) => ({
    run: init.run ?? 0,
    counters: init.counters ?? [],
    reason: init.reason ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerProposalsRefused(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerProposalsRefused(new Reader(bytes)),
  read: readPeerProposalsRefused,
  write: writePeerProposalsRefused,
}

function readPeerProposalsRefused(reader: Reader): PeerProposalsRefused {
  let run = 0
  const counters: number[] = []
  let reason = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        run = reader.uint32()
        break
      case 16:
        counters.push(reader.int32())
        break
      case 18: {
        const outer = reader.enter()
        while (reader.more()) counters.push(reader.int32())
        reader.leave(outer)
        break
      }
      case 24:
        reason = reader.int32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    run,
    counters,
    reason,
  }
}

function writePeerProposalsRefused(message: PeerProposalsRefused, writer: Writer): void {
  if (message.reason !== 0) writer.int32(24, message.reason)
  if (message.counters.length > 0) writer.packedInt32(18, message.counters)
  if (message.run !== 0) writer.uint32(8, message.run)
}

export interface PeerReadIndexRequest {
  run: number
  requestId: number
}

export const PeerReadIndexRequest: MessageCodec<PeerReadIndexRequest> = {
  name: 'metastore.v1.PeerReadIndexRequest',
  create: (init = {}) => ({
    run: init.run ?? 0,
    requestId: init.requestId ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerReadIndexRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerReadIndexRequest(new Reader(bytes)),
  read: readPeerReadIndexRequest,
  write: writePeerReadIndexRequest,
}

function readPeerReadIndexRequest(reader: Reader): PeerReadIndexRequest {
  let run = 0
  let requestId = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        run = reader.uint32()
        break
      case 16:
        requestId = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    run,
    requestId,
  }
}

function writePeerReadIndexRequest(message: PeerReadIndexRequest, writer: Writer): void {
  if (message.requestId !== 0) writer.uint64(16, message.requestId)
  if (message.run !== 0) writer.uint32(8, message.run)
}

export interface PeerReadIndexResponse {
  run: number
  requestId: number
  readIndex: number
}

export const PeerReadIndexResponse: MessageCodec<PeerReadIndexResponse> = {
  name: 'metastore.v1.PeerReadIndexResponse',
  create: (init = {}) => ({
    run: init.run ?? 0,
    requestId: init.requestId ?? 0,
    readIndex: init.readIndex ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerReadIndexResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerReadIndexResponse(new Reader(bytes)),
  read: readPeerReadIndexResponse,
  write: writePeerReadIndexResponse,
}

function readPeerReadIndexResponse(reader: Reader): PeerReadIndexResponse {
  let run = 0
  let requestId = 0
  let readIndex = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        run = reader.uint32()
        break
      case 16:
        requestId = reader.uint64()
        break
      case 24:
        readIndex = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    run,
    requestId,
    readIndex,
  }
}

function writePeerReadIndexResponse(message: PeerReadIndexResponse, writer: Writer): void {
  if (message.readIndex !== 0) writer.uint64(24, message.readIndex)
  if (message.requestId !== 0) writer.uint64(16, message.requestId)
  if (message.run !== 0) writer.uint32(8, message.run)
}

export interface PeerError {
  code: string
  text: string
}

export const PeerError: MessageCodec<PeerError> = {
  name: 'metastore.v1.PeerError',
  create: (init = {}) => ({
    code: init.code ?? '',
    text: init.text ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerError(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerError(new Reader(bytes)),
  read: readPeerError,
  write: writePeerError,
}

function readPeerError(reader: Reader): PeerError {
  let code = ''
  let text = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        code = reader.string()
        break
      case 18:
        text = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    code,
    text,
  }
}

function writePeerError(message: PeerError, writer: Writer): void {
  if (message.text !== '') writer.string(18, message.text)
  if (message.code !== '') writer.string(10, message.code)
}

export interface PeerQuestion {
  groupId: bigint
  question: Buffer
}

export const PeerQuestion: MessageCodec<PeerQuestion> = {
  name: 'metastore.v1.PeerQuestion',
  create: (init = {}) => ({
    groupId: init.groupId ?? 0n,
    question: init.question ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerQuestion(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerQuestion(new Reader(bytes)),
  read: readPeerQuestion,
  write: writePeerQuestion,
}

function readPeerQuestion(reader: Reader): PeerQuestion {
  let groupId = 0n
  let question = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        groupId = reader.unsignedId()
        break
      case 18:
        question = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    groupId,
    question,
  }
}

function writePeerQuestion(message: PeerQuestion, writer: Writer): void {
  if (message.question.length > 0) writer.bytes(18, message.question)
  if (message.groupId !== 0n) writer.id(8, message.groupId)
}

export interface PeerAnswer {
  answer: Buffer | undefined
  error: PeerError | undefined
}

export const PeerAnswer: MessageCodec<PeerAnswer> = {
  name: 'metastore.v1.PeerAnswer',
  create: (init = {}) => ({
    answer: init.answer,
    error: init.error,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerAnswer(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerAnswer(new Reader(bytes)),
  read: readPeerAnswer,
  write: writePeerAnswer,
}

function readPeerAnswer(reader: Reader): PeerAnswer {
  let answer: Buffer | undefined
  let error: PeerError | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        answer = reader.bytes()
        error = undefined
        break
      case 18: {
        const outer = reader.enter()
        error = readPeerError(reader)
        answer = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    answer,
    error,
  }
}

function writePeerAnswer(message: PeerAnswer, writer: Writer): void {
  if (message.error !== undefined) {
    const mark = writer.mark()
    writePeerError(message.error, writer)
    writer.message(18, mark)
  }
  if (message.answer !== undefined) writer.bytes(10, message.answer)
}

export interface PeerSnapshotPiece {
  head: PeerSnapshotHead | undefined
  data: PeerSnapshotData | undefined
  end: PeerSnapshotEnd | undefined
}

export const PeerSnapshotPiece: MessageCodec<PeerSnapshotPiece> = {
  name: 'metastore.v1.PeerSnapshotPiece',
  create: (init = {}) => ({
    head: init.head,
    data: init.data,
    end: init.end,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerSnapshotPiece(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerSnapshotPiece(new Reader(bytes)),
  read: readPeerSnapshotPiece,
  write: writePeerSnapshotPiece,
}

function readPeerSnapshotPiece(reader: Reader): PeerSnapshotPiece {
  let head: PeerSnapshotHead | undefined
  let data: PeerSnapshotData | undefined
  let end: PeerSnapshotEnd | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        head = readPeerSnapshotHead(reader)
        data = undefined
        end = undefined
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        data = readPeerSnapshotData(reader)
        head = undefined
        end = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        end = readPeerSnapshotEnd(reader)
        head = undefined
        data = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    head,
    data,
    end,
  }
}

function writePeerSnapshotPiece(message: PeerSnapshotPiece, writer: Writer): void {
  if (message.end !== undefined) {
    const mark = writer.mark()
    writePeerSnapshotEnd(message.end, writer)
    writer.message(26, mark)
  }
  if (message.data !== undefined) {
    const mark = writer.mark()
    writePeerSnapshotData(message.data, writer)
    writer.message(18, mark)
  }
  if (message.head !== undefined) {
    const mark = writer.mark()
    writePeerSnapshotHead(message.head, writer)
    writer.message(10, mark)
  }
}

export interface PeerSnapshotHead {
  groupId: bigint
  term: number
  snapshotIndex: number
  snapshotTerm: number
  members: readonly PeerSnapshotMember[]
  autoLeave: boolean
}

export const PeerSnapshotHead: MessageCodec<PeerSnapshotHead> = {
  name: 'metastore.v1.PeerSnapshotHead',
  create: (init = {}) => ({
    groupId: init.groupId ?? 0n,
    term: init.term ?? 0,
    snapshotIndex: init.snapshotIndex ?? 0,
    snapshotTerm: init.snapshotTerm ?? 0,
    members: init.members ?? [],
    autoLeave: init.autoLeave ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerSnapshotHead(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerSnapshotHead(new Reader(bytes)),
  read: readPeerSnapshotHead,
  write: writePeerSnapshotHead,
}

function readPeerSnapshotHead(reader: Reader): PeerSnapshotHead {
  let groupId = 0n
  let term = 0
  let snapshotIndex = 0
  let snapshotTerm = 0
  const members: PeerSnapshotMember[] = []
  let autoLeave = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        groupId = reader.unsignedId()
        break
      case 16:
        term = reader.uint64()
        break
      case 24:
        snapshotIndex = reader.uint64()
        break
      case 32:
        snapshotTerm = reader.uint64()
        break
      case 42: {
        const outer = reader.enter()
        members.push(readPeerSnapshotMember(reader))
        reader.leave(outer)
        break
      }
      case 48:
        autoLeave = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    groupId,
    term,
    snapshotIndex,
    snapshotTerm,
    members,
    autoLeave,
  }
}

function writePeerSnapshotHead(message: PeerSnapshotHead, writer: Writer): void {
  if (message.autoLeave) writer.bool(48, message.autoLeave)
  for (let index = message.members.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writePeerSnapshotMember(message.members[index] as PeerSnapshotMember, writer)
    writer.message(42, mark)
  }
  if (message.snapshotTerm !== 0) writer.uint64(32, message.snapshotTerm)
  if (message.snapshotIndex !== 0) writer.uint64(24, message.snapshotIndex)
  if (message.term !== 0) writer.uint64(16, message.term)
  if (message.groupId !== 0n) writer.id(8, message.groupId)
}

export interface PeerSnapshotMember {
  memberId: bigint
  voter: boolean
  voterOutgoing: boolean
  learner: boolean
  learnerNext: boolean
}

export const PeerSnapshotMember: MessageCodec<PeerSnapshotMember> = {
  name: 'metastore.v1.PeerSnapshotMember',
  create: (init = {}) => ({
    memberId: init.memberId ?? 0n,
    voter: init.voter ?? false,
    voterOutgoing: init.voterOutgoing ?? false,
    learner: init.learner ?? false,
    learnerNext: init.learnerNext ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerSnapshotMember(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerSnapshotMember(new Reader(bytes)),
  read: readPeerSnapshotMember,
  write: writePeerSnapshotMember,
}

function readPeerSnapshotMember(reader: Reader): PeerSnapshotMember {
  let memberId = 0n
  let voter = false
  let voterOutgoing = false
  let learner = false
  let learnerNext = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        memberId = reader.unsignedId()
        break
      case 16:
        voter = reader.bool()
        break
      case 24:
        voterOutgoing = reader.bool()
        break
      case 32:
        learner = reader.bool()
        break
      case 40:
        learnerNext = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    memberId,
    voter,
    voterOutgoing,
    learner,
    learnerNext,
  }
}

function writePeerSnapshotMember(message: PeerSnapshotMember, writer: Writer): void {
  if (message.learnerNext) writer.bool(40, message.learnerNext)
  if (message.learner) writer.bool(32, message.learner)
  if (message.voterOutgoing) writer.bool(24, message.voterOutgoing)
  if (message.voter) writer.bool(16, message.voter)
  if (message.memberId !== 0n) writer.id(8, message.memberId)
}

export interface PeerSnapshotData {
  data: Buffer
  checksum: number
}

export const PeerSnapshotData: MessageCodec<PeerSnapshotData> = {
  name: 'metastore.v1.PeerSnapshotData',
  create: (init = {}) => ({
    data: init.data ?? emptyBuffer,
    checksum: init.checksum ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerSnapshotData(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerSnapshotData(new Reader(bytes)),
  read: readPeerSnapshotData,
  write: writePeerSnapshotData,
}

function readPeerSnapshotData(reader: Reader): PeerSnapshotData {
  let data = emptyBuffer
  let checksum = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        data = reader.bytes()
        break
      case 16:
        checksum = reader.uint32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    data,
    checksum,
  }
}

function writePeerSnapshotData(message: PeerSnapshotData, writer: Writer): void {
  if (message.checksum !== 0) writer.uint32(16, message.checksum)
  if (message.data.length > 0) writer.bytes(10, message.data)
}

export interface PeerSnapshotEnd {
  totalBytes: number
}

export const PeerSnapshotEnd: MessageCodec<PeerSnapshotEnd> = {
  name: 'metastore.v1.PeerSnapshotEnd',
  create: (init = {}) => ({
    totalBytes: init.totalBytes ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerSnapshotEnd(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerSnapshotEnd(new Reader(bytes)),
  read: readPeerSnapshotEnd,
  write: writePeerSnapshotEnd,
}

function readPeerSnapshotEnd(reader: Reader): PeerSnapshotEnd {
  let totalBytes = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        totalBytes = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    totalBytes,
  }
}

function writePeerSnapshotEnd(message: PeerSnapshotEnd, writer: Writer): void {
  if (message.totalBytes !== 0) writer.uint64(8, message.totalBytes)
}

export interface PeerSnapshotReceipt {
  error: PeerError | undefined
}

export const PeerSnapshotReceipt: MessageCodec<PeerSnapshotReceipt> = {
  name: 'metastore.v1.PeerSnapshotReceipt',
  create: (init = {}) => ({
    error: init.error,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePeerSnapshotReceipt(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPeerSnapshotReceipt(new Reader(bytes)),
  read: readPeerSnapshotReceipt,
  write: writePeerSnapshotReceipt,
}

function readPeerSnapshotReceipt(reader: Reader): PeerSnapshotReceipt {
  let error: PeerError | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        error = readPeerError(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    error,
  }
}

function writePeerSnapshotReceipt(message: PeerSnapshotReceipt, writer: Writer): void {
  if (message.error !== undefined) {
    const mark = writer.mark()
    writePeerError(message.error, writer)
    writer.message(10, mark)
  }
}

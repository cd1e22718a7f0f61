// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import {
  LeaseKeepAliveRequest,
  LeaseLeasesRequest,
  LeaseTimeToLiveRequest,
} from './etcdserverpb-lease.js'

export interface LeaderQuestion {
  leaseKeepAlive: LeaseKeepAliveRequest | undefined
  leaseTimeToLive: LeaseTimeToLiveRequest | undefined
  leaseLeases: LeaseLeasesRequest | undefined
}

export const LeaderQuestion: MessageCodec<LeaderQuestion> = {
  name: 'metastore.v1.LeaderQuestion',
  create: (init = {}) => ({
    leaseKeepAlive: init.leaseKeepAlive,
    leaseTimeToLive: init.leaseTimeToLive,
    leaseLeases: init.leaseLeases,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeLeaderQuestion(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readLeaderQuestion(new Reader(bytes)),
  read: readLeaderQuestion,
  write: writeLeaderQuestion,
}

function readLeaderQuestion(reader: Reader): LeaderQuestion {
  let leaseKeepAlive: LeaseKeepAliveRequest | undefined
  let leaseTimeToLive: LeaseTimeToLiveRequest | undefined
  let leaseLeases: LeaseLeasesRequest | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        leaseKeepAlive = LeaseKeepAliveRequest.read(reader)
        leaseTimeToLive = undefined
        leaseLeases = undefined
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        leaseTimeToLive = LeaseTimeToLiveRequest.read(reader)
        leaseKeepAlive = undefined
        leaseLeases = undefined
        reader.leave(outer)
        break
      }
      case 26: {
        const outer = reader.enter()
        leaseLeases = LeaseLeasesRequest.read(reader)
        leaseKeepAlive = undefined
        leaseTimeToLive = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    leaseKeepAlive,
    leaseTimeToLive,
    leaseLeases,
  }
}

function writeLeaderQuestion(message: LeaderQuestion, writer: Writer): void {
  if (message.leaseLeases !== undefined) writer.message(26, writer.mark())
  if (message.leaseTimeToLive !== undefined) {
    const mark = writer.mark()
    LeaseTimeToLiveRequest.write(message.leaseTimeToLive, writer)
    writer.message(18, mark)
  }
  if (message.leaseKeepAlive !== undefined) {
    const mark = writer.mark()
    LeaseKeepAliveRequest.write(message.leaseKeepAlive, writer)
    writer.message(10, mark)
  }
}

export interface ProcessQuestion {
  takenPart: TakenPartRequest | undefined
}

export const ProcessQuestion: MessageCodec<ProcessQuestion> = {
  name: 'metastore.v1.ProcessQuestion',
  create: (init = {}) => ({
    takenPart: init.takenPart,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeProcessQuestion(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readProcessQuestion(new Reader(bytes)),
  read: readProcessQuestion,
  write: writeProcessQuestion,
}

function readProcessQuestion(reader: Reader): ProcessQuestion {
  let takenPart: TakenPartRequest | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        takenPart = readTakenPartRequest(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    takenPart,
  }
}

function writeProcessQuestion(message: ProcessQuestion, writer: Writer): void {
  if (message.takenPart !== undefined) writer.message(10, writer.mark())
}

export type TakenPartRequest = Record<string, never>

export const TakenPartRequest: MessageCodec<TakenPartRequest> = {
  name: 'metastore.v1.TakenPartRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readTakenPartRequest(new Reader(bytes)),
  read: readTakenPartRequest,
  write: () => undefined,
}

function readTakenPartRequest(reader: Reader): TakenPartRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface TakenPartResponse {
  takenPart: boolean
}

export const TakenPartResponse: MessageCodec<TakenPartResponse> = {
  name: 'metastore.v1.TakenPartResponse',
  create: (init = {}) => ({
    takenPart: init.takenPart ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeTakenPartResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readTakenPartResponse(new Reader(bytes)),
  read: readTakenPartResponse,
  write: writeTakenPartResponse,
}

function readTakenPartResponse(reader: Reader): TakenPartResponse {
  let takenPart = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        takenPart = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    takenPart,
  }
}

function writeTakenPartResponse(message: TakenPartResponse, writer: Writer): void {
  if (message.takenPart) writer.bool(8, message.takenPart)
}

// Made from proto/ by `npm run generate`. Do not edit.
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

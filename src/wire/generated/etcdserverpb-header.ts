// Made from proto/ by `npm run generate`. Do not edit.
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'

export interface ResponseHeader {
  clusterId: bigint
  memberId: bigint
  revision: number
  raftTerm: number
}

export const ResponseHeader: MessageCodec<ResponseHeader> = {
  name: 'etcdserverpb.ResponseHeader',
  create: (init = {}) => ({
    clusterId: init.clusterId ?? 0n,
    memberId: init.memberId ?? 0n,
    revision: init.revision ?? 0,
    raftTerm: init.raftTerm ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeResponseHeader(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readResponseHeader(new Reader(bytes)),
  read: readResponseHeader,
  write: writeResponseHeader,
}

function readResponseHeader(reader: Reader): ResponseHeader {
  let clusterId = 0n
  let memberId = 0n
  let revision = 0
  let raftTerm = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        clusterId = reader.unsignedId()
        break
      case 16:
        memberId = reader.unsignedId()
        break
      case 24:
        revision = reader.int64()
        break
      case 32:
        raftTerm = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    clusterId,
    memberId,
    revision,
    raftTerm,
  }
}

function writeResponseHeader(message: ResponseHeader, writer: Writer): void {
  if (message.raftTerm !== 0) writer.uint64(32, message.raftTerm)
  if (message.revision !== 0) writer.int64(24, message.revision)
  if (message.memberId !== 0n) writer.id(16, message.memberId)
  if (message.clusterId !== 0n) writer.id(8, message.clusterId)
}

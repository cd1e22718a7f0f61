// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'

export type GetRaftStatusRequest = Record<string, never>

export const GetRaftStatusRequest: MessageCodec<GetRaftStatusRequest> = {
  name: 'metastore.v1.GetRaftStatusRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readGetRaftStatusRequest(new Reader(bytes)),
  read: readGetRaftStatusRequest,
  write: () => undefined,
}

function readGetRaftStatusRequest(reader: Reader): GetRaftStatusRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface GetRaftStatusResponse {
  nodeId: bigint
  term: number
  leaderId: bigint
  state: string
  applied: number
  commit: number
}

export const GetRaftStatusResponse: MessageCodec<GetRaftStatusResponse> = {
  name: 'metastore.v1.GetRaftStatusResponse',
  create: (init = {}) => ({
    nodeId: init.nodeId ?? 0n,
    term: init.term ?? 0,
    leaderId: init.leaderId ?? 0n,
    state: init.state ?? '',
    applied: init.applied ?? 0,
    commit: init.commit ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeGetRaftStatusResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readGetRaftStatusResponse(new Reader(bytes)),
  read: readGetRaftStatusResponse,
  write: writeGetRaftStatusResponse,
}

function readGetRaftStatusResponse(reader: Reader): GetRaftStatusResponse {
  let nodeId = 0n
  let term = 0
  let leaderId = 0n
  let state = ''
  let applied = 0
  let commit = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        nodeId = reader.unsignedId()
        break
      case 16:
        term = reader.uint64()
        break
      case 24:
        leaderId = reader.unsignedId()
        break
      case 34:
        state = reader.string()
        break
      case 40:
        applied = reader.uint64()
        break
      case 48:
        commit = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    nodeId,
    term,
    leaderId,
    state,
    applied,
    commit,
  }
}

function writeGetRaftStatusResponse(message: GetRaftStatusResponse, writer: Writer): void {
  if (message.commit !== 0) writer.uint64(48, message.commit)
  if (message.applied !== 0) writer.uint64(40, message.applied)
  if (message.state !== '') writer.string(34, message.state)
  if (message.leaderId !== 0n) writer.id(24, message.leaderId)
  if (message.term !== 0) writer.uint64(16, message.term)
  if (message.nodeId !== 0n) writer.id(8, message.nodeId)
}

import { HpackEncoder } from '../../src/http2/hpack/index.js'
import { clientPreface, flags, frameTypes } from '../../src/http2/protocol.js'

/** A frame as it stands on the wire. */
export function frame(
  type: number,
  frameFlags: number,
  streamId: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = frameFlags
  head.writeUInt32BE(streamId, 5)
  return Buffer.concat([head, payload])
}

export type Field = readonly [name: string, value: string]

export const post: readonly Field[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/echo'],
  [':authority', 'localhost'],
]

/** A header block that leaves no trace in any table. */
export function block(fields: readonly Field[] = post): Buffer {
  const encoder = new HpackEncoder({ maxTableBytes: 4096 })
  return encoder.encode(fields.map(([name, value]) => ({ name, value, indexing: 'plain' })))
}

export interface HeadersOptions {
  readonly fields?: readonly Field[]
  readonly endStream?: boolean
  readonly endHeaders?: boolean
}

export function headers(streamId: number, options: HeadersOptions = {}): Buffer {
  const { fields, endStream = false, endHeaders = true } = options
  const ends = (endStream ? flags.endStream : 0) | (endHeaders ? flags.endHeaders : 0)
  return frame(frameTypes.headers, ends, streamId, block(fields))
}

/** A whole request without a body. */
export function get(streamId: number, fields: readonly Field[] = post): Buffer {
  return headers(streamId, { fields, endStream: true })
}

export function continuation(streamId: number, payload: Buffer, endHeaders: boolean): Buffer {
  return frame(frameTypes.continuation, endHeaders ? flags.endHeaders : 0, streamId, payload)
}

export function data(streamId: number, body: Buffer | string, endStream = false): Buffer {
  return frame(frameTypes.data, endStream ? flags.endStream : 0, streamId, Buffer.from(body))
}

/** A body with padding around it. */
export function paddedData(streamId: number, body: string, padding: number, end = false): Buffer {
  const payload = Buffer.concat([Buffer.from([padding]), Buffer.from(body), Buffer.alloc(padding)])
  return frame(frameTypes.data, flags.padded | (end ? flags.endStream : 0), streamId, payload)
}

export function resetStream(streamId: number, code = 8): Buffer {
  return frame(frameTypes.resetStream, 0, streamId, uint32(code))
}

export const settingIds = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const

export function settings(...entries: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(entries.length * 6)
  for (const [index, [id, value]] of entries.entries()) {
    payload.writeUInt16BE(id, index * 6)
    payload.writeUInt32BE(value, index * 6 + 2)
  }
  return frame(frameTypes.settings, 0, 0, payload)
}

export const settingsAcknowledged = frame(frameTypes.settings, flags.acknowledge, 0)

export function ping(text = '12345678', acknowledge = false): Buffer {
  return frame(frameTypes.ping, acknowledge ? flags.acknowledge : 0, 0, Buffer.from(text))
}

export function windowUpdate(streamId: number, bytes: number): Buffer {
  return frame(frameTypes.windowUpdate, 0, streamId, uint32(bytes))
}

export function priority(streamId: number, dependsOn: number): Buffer {
  return frame(
    frameTypes.priority,
    0,
    streamId,
    Buffer.concat([uint32(dependsOn), Buffer.from([16])]),
  )
}

export function goAway(code = 0): Buffer {
  return frame(frameTypes.goAway, 0, 0, Buffer.concat([uint32(0), uint32(code)]))
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

/** What an honest client begins with. */
export const greeting = Buffer.concat([clientPreface, settings()])

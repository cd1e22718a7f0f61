import { flags, frameHeaderBytes, frameTypes } from '../protocol.js'
import type { Output } from './output.js'

const longestReasonBytes = 256
const nothing = Buffer.alloc(0)

/** Writes frames to a connection's output. */
export class FrameWriter {
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  /** One DATA frame of `head` and `body` together. */
  data(streamId: number, head: Buffer, body: Buffer): void {
    const output = this.#output
    const at = output.claim(frameHeaderBytes + head.length)
    writeHeader(output.room, at, head.length + body.length, frameTypes.data, 0, streamId)
    if (head.length > 0) output.room.set(head, at + frameHeaderBytes)
    output.append(body)
  }

  /** A header block in as many frames as it takes. */
  headers(streamId: number, block: Buffer, endStream: boolean, maxFrameBytes: number): void {
    const ends = endStream ? flags.endStream : 0
    if (block.length <= maxFrameBytes) {
      this.#frame(frameTypes.headers, ends | flags.endHeaders, streamId, block)
      return
    }
    this.#frame(frameTypes.headers, ends, streamId, block.subarray(0, maxFrameBytes))
    for (let at = maxFrameBytes; at < block.length; at += maxFrameBytes) {
      const last = at + maxFrameBytes >= block.length ? flags.endHeaders : 0
      const piece = block.subarray(at, at + maxFrameBytes)
      this.#frame(frameTypes.continuation, last, streamId, piece)
    }
  }

  resetStream(streamId: number, code: number): void {
    this.#number(frameTypes.resetStream, streamId, code)
  }

  windowUpdate(streamId: number, bytes: number): void {
    this.#number(frameTypes.windowUpdate, streamId, bytes)
  }

  settings(payload: Buffer): void {
    this.#frame(frameTypes.settings, 0, 0, payload)
  }

  settingsAcknowledged(): void {
    this.#frame(frameTypes.settings, flags.acknowledge, 0, nothing)
  }

  ping(payload: Buffer, acknowledge: boolean): void {
    this.#frame(frameTypes.ping, acknowledge ? flags.acknowledge : 0, 0, payload)
  }

  goAway(lastStreamId: number, code: number, reason: string): void {
    const text = Buffer.from(reason).subarray(0, longestReasonBytes)
    const payload = Buffer.alloc(8 + text.length)
    payload.writeUInt32BE(lastStreamId, 0)
    payload.writeUInt32BE(code, 4)
    text.copy(payload, 8)
    this.#frame(frameTypes.goAway, 0, 0, payload)
  }

  #number(type: number, streamId: number, value: number): void {
    const output = this.#output
    const at = output.claim(frameHeaderBytes + 4)
    writeHeader(output.room, at, 4, type, 0, streamId)
    output.room.writeUInt32BE(value, at + frameHeaderBytes)
  }

  #frame(type: number, frameFlags: number, streamId: number, payload: Buffer): void {
    const output = this.#output
    const at = output.claim(frameHeaderBytes)
    writeHeader(output.room, at, payload.length, type, frameFlags, streamId)
    if (payload.length > 0) output.append(payload)
  }
}

function writeHeader(
  room: Buffer,
  at: number,
  length: number,
  type: number,
  frameFlags: number,
  streamId: number,
): void {
  room[at] = length >>> 16
  room[at + 1] = length >>> 8
  room[at + 2] = length
  room[at + 3] = type
  room[at + 4] = frameFlags
  room[at + 5] = streamId >>> 24
  room[at + 6] = streamId >>> 16
  room[at + 7] = streamId >>> 8
  room[at + 8] = streamId
}

import { ConnectionError, errorCodes, flags, frameTypes, StreamError } from '../protocol.js'
import { FloodGuard } from './flood-guard.js'
import type { FrameSink } from './frame-parser.js'

/** What complete, well-formed frames mean to a connection. */
export interface InboundActions {
  /** A whole header block. */
  headers(streamId: number, endStream: boolean, bytes: Buffer, start: number, end: number): void
  /** `flowBytes`: what counts against the windows, padding included. */
  data(
    streamId: number,
    endStream: boolean,
    bytes: Buffer,
    start: number,
    end: number,
    flowBytes: number,
  ): void
  resetStream(streamId: number): void
  settings(bytes: Buffer, start: number, end: number): void
  ping(payload: Buffer): void
  goAway(): void
  windowUpdate(streamId: number, bytes: number): void
  /** The peer broke a rule of one stream. */
  streamFailed(error: StreamError): void
}

interface OpenBlock {
  readonly streamId: number
  readonly endStream: boolean
  readonly pieces: Buffer[]
  bytes: number
}

const priorityBytes = 5
const dependsOnItself = 'a stream that depends on itself'

/** A block may come in this many frames: more would be an attack, not a request. */
const maxBlockFrames = 32

/** Checks the form of each frame (RFC 9113, section 6) and puts header blocks together. */
export class Inbound implements FrameSink {
  readonly #actions: InboundActions
  readonly #guard: FloodGuard
  readonly #maxBlockBytes: number
  #settingsSeen = false
  #block: OpenBlock | undefined

  constructor(actions: InboundActions, nowMs: () => number, maxBlockBytes: number) {
    this.#actions = actions
    this.#guard = new FloodGuard(nowMs)
    this.#maxBlockBytes = maxBlockBytes
  }

  /** True once the peer has begun as it should. */
  get greeted(): boolean {
    return this.#settingsSeen
  }

  /** @throws ConnectionError when the connection cannot go on */
  frame(
    type: number,
    frameFlags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    if (!this.#settingsSeen && type !== frameTypes.settings) {
      throw protocolError('the first frame is not SETTINGS')
    }
    if (this.#block !== undefined && type !== frameTypes.continuation) {
      throw protocolError('a header block is interrupted')
    }
    try {
      this.#dispatch(type, frameFlags, streamId, bytes, start, end)
    } catch (thrown) {
      if (!(thrown instanceof StreamError)) throw thrown
      this.#guard.note('reset')
      this.#actions.streamFailed(thrown)
    }
  }

  #dispatch(
    type: number,
    frameFlags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    switch (type) {
      case frameTypes.data:
        this.#data(frameFlags, streamId, bytes, start, end)
        break
      case frameTypes.headers:
        this.#headers(frameFlags, streamId, bytes, start, end)
        break
      case frameTypes.priority:
        this.#priority(streamId, bytes, start, end)
        break
      case frameTypes.resetStream:
        expectLength(end - start, 4, 'RST_STREAM')
        expectStream(streamId, 'RST_STREAM')
        this.#guard.note('reset')
        this.#actions.resetStream(streamId)
        break
      case frameTypes.settings:
        this.#settings(frameFlags, streamId, bytes, start, end)
        break
      case frameTypes.pushPromise:
        throw protocolError('PUSH_PROMISE from a client')
      case frameTypes.ping:
        this.#ping(frameFlags, streamId, bytes, start, end)
        break
      case frameTypes.goAway:
        expectNoStream(streamId, 'GOAWAY')
        if (end - start < 8) throw sizeError('GOAWAY', end - start)
        this.#guard.note('empty')
        this.#actions.goAway()
        break
      case frameTypes.windowUpdate:
        expectLength(end - start, 4, 'WINDOW_UPDATE')
        this.#windowUpdate(streamId, bytes.readUInt32BE(start) & 0x7fff_ffff)
        break
      case frameTypes.continuation:
        this.#continuation(frameFlags, streamId, bytes, start, end)
        break
      default:
        this.#guard.note('empty')
    }
  }

  #data(frameFlags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectStream(streamId, 'DATA')
    const endStream = (frameFlags & flags.endStream) !== 0
    const padded = (frameFlags & flags.padded) !== 0
    const bodyStart = padded ? start + 1 : start
    const bodyEnd = padded ? end - paddingBytes(bytes, start, end) : end
    if (bodyStart === bodyEnd && !endStream) this.#guard.note('empty')
    this.#actions.data(streamId, endStream, bytes, bodyStart, bodyEnd, end - start)
  }

  #headers(frameFlags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectStream(streamId, 'HEADERS')
    let from = start
    let to = end
    if ((frameFlags & flags.padded) !== 0) {
      to = end - paddingBytes(bytes, start, end)
      from++
    }
    if ((frameFlags & flags.priority) !== 0) {
      if (from + priorityBytes > to) throw sizeError('HEADERS with a priority', end - start)
      if (dependency(bytes, from) === streamId) throw protocolError(dependsOnItself)
      from += priorityBytes
    }
    const endStream = (frameFlags & flags.endStream) !== 0
    if ((frameFlags & flags.endHeaders) !== 0) {
      this.#actions.headers(streamId, endStream, bytes, from, to)
      return
    }
    this.#block = { streamId, endStream, pieces: [bytes.subarray(from, to)], bytes: to - from }
  }

  #continuation(
    frameFlags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const block = this.#block
    if (block === undefined || block.streamId !== streamId) {
      throw protocolError('CONTINUATION of nothing')
    }
    block.pieces.push(bytes.subarray(start, end))
    block.bytes += end - start
    if (block.bytes > this.#maxBlockBytes || block.pieces.length > maxBlockFrames) {
      throw new ConnectionError(errorCodes.enhanceYourCalm, 'a header block without end')
    }
    if ((frameFlags & flags.endHeaders) === 0) return
    this.#block = undefined
    const whole = Buffer.concat(block.pieces)
    this.#actions.headers(streamId, block.endStream, whole, 0, whole.length)
  }

  #priority(streamId: number, bytes: Buffer, start: number, end: number): void {
    expectStream(streamId, 'PRIORITY')
    this.#guard.note('empty')
    if (end - start !== priorityBytes) {
      throw new StreamError(streamId, errorCodes.frameSizeError, 'PRIORITY of a broken length')
    }
    if (dependency(bytes, start) === streamId) {
      throw new StreamError(streamId, errorCodes.protocolError, dependsOnItself)
    }
  }

  #settings(frameFlags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectNoStream(streamId, 'SETTINGS')
    if ((frameFlags & flags.acknowledge) !== 0) {
      if (!this.#settingsSeen) throw protocolError('the first SETTINGS is an acknowledgement')
      expectLength(end - start, 0, 'an acknowledgement of SETTINGS')
      this.#guard.note('empty')
      return
    }
    this.#guard.note('settings')
    this.#settingsSeen = true
    this.#actions.settings(bytes, start, end)
  }

  #ping(frameFlags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectNoStream(streamId, 'PING')
    expectLength(end - start, 8, 'PING')
    // An answer is a sign of life like any other frame.
    const answer = (frameFlags & flags.acknowledge) !== 0
    this.#guard.note(answer ? 'empty' : 'ping')
    if (answer) return
    this.#actions.ping(bytes.subarray(start, end))
  }

  #windowUpdate(streamId: number, bytes: number): void {
    if (bytes > 0) {
      this.#actions.windowUpdate(streamId, bytes)
      return
    }
    if (streamId === 0) throw protocolError('WINDOW_UPDATE of nothing')
    throw new StreamError(streamId, errorCodes.protocolError, 'WINDOW_UPDATE of nothing')
  }
}

function dependency(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) & 0x7fff_ffff
}

/** How much padding ends the payload. */
function paddingBytes(bytes: Buffer, start: number, end: number): number {
  if (start === end) throw sizeError('a padded frame', 0)
  const padding = bytes[start] ?? 0
  if (start + 1 + padding > end) throw protocolError('padding longer than its frame')
  return padding
}

function expectStream(streamId: number, frame: string): void {
  if (streamId === 0) throw protocolError(`${frame} on stream 0`)
}

function expectNoStream(streamId: number, frame: string): void {
  if (streamId !== 0) throw protocolError(`${frame} on stream ${streamId}`)
}

function expectLength(length: number, expected: number, frame: string): void {
  if (length !== expected) throw sizeError(frame, length)
}

function sizeError(frame: string, length: number): ConnectionError {
  return new ConnectionError(errorCodes.frameSizeError, `${frame} of ${length} bytes`)
}

function protocolError(message: string): ConnectionError {
  return new ConnectionError(errorCodes.protocolError, message)
}

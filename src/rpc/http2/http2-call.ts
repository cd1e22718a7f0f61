import type { Clock, Timer } from '../../base/clock.js'
import type { Http2Stream, StreamListener } from '../../http2/index.js'
import type { CallStatus } from '../call-status.js'
import type { CallTransport } from '../calls/call-transport.js'
import type { ServerCall } from '../calls/server-call.js'
import { statusCodes } from '../status-codes.js'
import { cutShort, MessageError } from './message-error.js'
import { isOneMessage, MessageReader, messageHeadBytes } from './message-reader.js'
import type { CallTerms } from './reception.js'
import { failureTrailers, responseHead, successTrailers, trailersOnly } from './response-fields.js'

/** What the calls of a host share. */
export interface Http2CallSettings {
  readonly maxReceiveBytes: number
  readonly clock: Clock
  /** Filled anew for each message: streams copy it at once. */
  readonly messageHead: Buffer
}

/** A longer wait than timers can be set for means: no deadline that anybody would live to see. */
const longestTimerMs = 0x7fff_ffff

/** One gRPC call on one HTTP/2 stream. */
export class Http2Call implements CallTransport, StreamListener {
  readonly peer: string
  readonly #stream: Http2Stream
  readonly #terms: CallTerms
  /** undefined: all that came in were whole messages, and somebody wanted them. */
  #reader: MessageReader | undefined
  readonly #settings: Http2CallSettings
  #listener: ServerCall | undefined
  #wanted = 0
  /** Bytes received since the peer was last allowed more. */
  #receivedBytes = 0
  #halfClosed = false
  #over = false
  #headSent = false
  #deadline: Timer | undefined

  constructor(stream: Http2Stream, terms: CallTerms, peer: string, settings: Http2CallSettings) {
    this.#stream = stream
    this.#terms = terms
    this.#settings = settings
    this.peer = peer
  }

  get timeoutMs(): number | undefined {
    return this.#terms.timeoutMs
  }

  /** `call` hears of everything from here on, and begins. */
  start(call: ServerCall): void {
    this.#listener = call
    this.#stream.listener = this
    const { timeoutMs } = this.#terms
    if (timeoutMs !== undefined && timeoutMs <= longestTimerMs) {
      this.#deadline = this.#settings.clock.schedule(timeoutMs, () => call.onDeadline())
    }
    call.begin()
  }

  metadata(key: string): string | undefined {
    const value = this.#terms.head.get(key)
    if (value === undefined || !key.endsWith('-bin')) return value
    return Buffer.from(value.split(',', 1)[0] ?? '', 'base64').toString('base64')
  }

  startRead(): void {
    this.#wanted++
    this.#deliver()
  }

  sendMessage(bytes: Buffer): number {
    this.#stream.send(this.#beginMessage(bytes.length), bytes)
    return messageHeadBytes + bytes.length
  }

  sendMessageParts(parts: readonly Buffer[]): number {
    let length = 0
    for (const part of parts) length += part.length
    this.#stream.sendParts(this.#beginMessage(length), parts)
    return messageHeadBytes + length
  }

  #beginMessage(length: number): Buffer {
    if (!this.#headSent) {
      this.#headSent = true
      this.#stream.respond(responseHead, false)
    }
    const { messageHead } = this.#settings
    messageHead.writeUInt32BE(length, 1)
    return messageHead
  }

  sendStatus(status: CallStatus): void {
    this.#deadline?.cancel()
    this.#over = true
    if (this.#headSent) {
      const success = status.status === statusCodes.ok
      this.#stream.end(success ? successTrailers : failureTrailers(status))
    } else {
      this.#stream.respond(trailersOnly(status), true)
    }
  }

  onData(bytes: Buffer, start: number, end: number): void {
    if (this.#over) {
      this.#stream.consumed(end - start)
      return
    }
    if (this.#wanted > 0 && this.#heldBytes === 0) {
      const { maxReceiveBytes } = this.#settings
      if (isOneMessage(bytes, start, end, maxReceiveBytes)) {
        this.#wanted--
        this.#stream.consumed(end - start)
        this.#listener?.onMessage(bytes.subarray(start + messageHeadBytes, end))
        return
      }
    }
    this.#receivedBytes += end - start
    this.#openReader().push(bytes, start, end)
    this.#deliver()
  }

  onEnd(): void {
    this.#halfClosed = true
    this.#deliver()
  }

  onReset(): void {
    this.#deadline?.cancel()
    this.#over = true
    this.#listener?.onCancel()
  }

  onSent(bytes: number): void {
    this.#listener?.onSent(bytes)
  }

  get #heldBytes(): number {
    return this.#reader === undefined ? 0 : this.#reader.heldBytes
  }

  #openReader(): MessageReader {
    const { maxReceiveBytes } = this.#settings
    this.#reader ??= new MessageReader(maxReceiveBytes, this.#terms.encoding)
    return this.#reader
  }

  #deliver(): void {
    const reader = this.#reader
    if (reader !== undefined) this.#deliverFrom(reader)
    if (this.#halfClosed && !this.#over && reader?.hasMessage !== true) this.#ended()
  }

  #deliverFrom(reader: MessageReader): void {
    while (this.#wanted > 0 && !this.#over) {
      const message = this.#nextMessage(reader)
      if (message === undefined) break
      this.#wanted--
      this.#listener?.onMessage(message)
    }
    reader.settle()
    this.#allowMore()
  }

  #nextMessage(reader: MessageReader): Buffer | undefined {
    try {
      return reader.next()
    } catch (thrown) {
      if (!(thrown instanceof MessageError)) throw thrown
      this.#refuse(thrown)
      return undefined
    }
  }

  /** All messages have been handed out, and no more come. */
  #ended(): void {
    if (this.#heldBytes === 0) {
      this.#halfClosed = false
      this.#listener?.onHalfClose()
    } else if (this.#wanted > 0) {
      this.#refuse(cutShort())
    }
  }

  #refuse(error: MessageError): void {
    this.#over = true
    this.#listener?.onRefused(error.status)
  }

  /** What nobody has asked for stays on the peer's account: a message fits into the window as a whole. */
  #allowMore(): void {
    const usedBytes = this.#receivedBytes - this.#heldBytes
    this.#receivedBytes -= usedBytes
    this.#stream.consumed(usedBytes)
  }
}

import type { Clock, Timer } from '../../base/clock.js'
import type { Http2Stream, RequestHead, StreamListener } from '../../http2/index.js'
import type { CallStatus } from '../call-status.js'
import type { CallTransport } from '../calls/call-transport.js'
import type { ServerCall } from '../calls/server-call.js'
import { statusCodes } from '../status-codes.js'
import { cutShort, MessageError } from './message-error.js'
import { MessageReader, messageHeadBytes } from './message-reader.js'
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
  readonly timeoutMs: number | undefined
  readonly peer: string
  readonly #stream: Http2Stream
  readonly #head: RequestHead
  readonly #reader: MessageReader
  readonly #settings: Http2CallSettings
  #listener: ServerCall | undefined
  #wanted = 0
  /** Bytes received since the peer was last allowed more. */
  #receivedBytes = 0
  #halfClosed = false
  #over = false
  #headSent = false
  #deadline: Timer | undefined

  /** `timeoutMs`: undefined without a deadline. */
  constructor(
    stream: Http2Stream,
    head: RequestHead,
    peer: string,
    timeoutMs: number | undefined,
    settings: Http2CallSettings,
  ) {
    this.#stream = stream
    this.#head = head
    this.#settings = settings
    this.#reader = new MessageReader(settings.maxReceiveBytes, head.get('grpc-encoding'))
    this.peer = peer
    this.timeoutMs = timeoutMs
  }

  /** `call` hears of everything from here on, and begins. */
  start(call: ServerCall): void {
    this.#listener = call
    this.#stream.listener = this
    if (this.timeoutMs !== undefined && this.timeoutMs <= longestTimerMs) {
      const onDeadline = () => call.onDeadline()
      this.#deadline = this.#settings.clock.schedule(this.timeoutMs, onDeadline)
    }
    call.begin()
  }

  metadata(key: string): string | undefined {
    const value = this.#head.get(key)
    if (value === undefined || !key.endsWith('-bin')) return value
    return Buffer.from(value.split(',', 1)[0] ?? '', 'base64').toString('base64')
  }

  startRead(): void {
    this.#wanted++
    this.#deliver()
  }

  sendMessage(bytes: Buffer): number {
    if (!this.#headSent) {
      this.#headSent = true
      this.#stream.respond(responseHead, false)
    }
    const { messageHead } = this.#settings
    messageHead.writeUInt32BE(bytes.length, 1)
    this.#stream.send(messageHead, bytes)
    return messageHeadBytes + bytes.length
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
    this.#receivedBytes += end - start
    this.#reader.push(bytes, start, end)
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

  #deliver(): void {
    while (this.#wanted > 0 && !this.#over) {
      const message = this.#nextMessage()
      if (message === undefined) break
      this.#wanted--
      this.#listener?.onMessage(message)
    }
    this.#reader.settle()
    this.#allowMore()
    if (this.#halfClosed && !this.#over && !this.#reader.hasMessage) this.#ended()
  }

  #nextMessage(): Buffer | undefined {
    try {
      return this.#reader.next()
    } catch (thrown) {
      if (!(thrown instanceof MessageError)) throw thrown
      this.#refuse(thrown)
      return undefined
    }
  }

  /** All messages have been handed out, and no more come. */
  #ended(): void {
    if (this.#reader.heldBytes === 0) {
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
    const usedBytes = this.#receivedBytes - this.#reader.heldBytes
    this.#receivedBytes -= usedBytes
    this.#stream.consumed(usedBytes)
  }
}

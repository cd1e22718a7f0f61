import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2'
import { messageOf } from '../../base/errors.js'
import type { CallStatus } from '../call-status.js'
import { MessageError } from '../http2/message-error.js'
import { MessageReader, messageHeadBytes } from '../http2/message-reader.js'
import { statusCodes } from '../status-codes.js'

/** Hears what happens to a call that this program makes. */
export interface ClientCallListener {
  onMessage(bytes: Buffer): void
  /** {@link ClientCall.send} has answered false, and can be used again. */
  onDrain(): void
  /** The call is over. Called once, last. */
  onEnd(status: CallStatus): void
}

/** Below this, head and message travel as one piece: a copy costs less than a second one. */
const smallBytes = 4096

/** One gRPC call, as its caller sees it. */
export class ClientCall {
  readonly #stream: ClientHttp2Stream
  readonly #listener: ClientCallListener
  readonly #reader: MessageReader
  #status: CallStatus | undefined
  #trouble: string | undefined
  #over = false

  /** `maxReceiveBytes`: a longer message ends the call. */
  constructor(stream: ClientHttp2Stream, maxReceiveBytes: number, listener: ClientCallListener) {
    this.#stream = stream
    this.#listener = listener
    this.#reader = new MessageReader(maxReceiveBytes, undefined)
    stream.on('response', (headers) => this.#begun(headers))
    stream.on('trailers', (headers) => this.#ending(headers))
    stream.on('data', (bytes: Buffer) => this.#received(bytes))
    stream.on('drain', () => {
      if (!this.#over) listener.onDrain()
    })
    stream.on('end', () => this.#finish())
    stream.on('close', () => this.#finish())
    stream.on('error', (error) => {
      this.#trouble ??= messageOf(error)
    })
  }

  /**
   * Sends one message. False: wait for {@link ClientCallListener.onDrain}. After the end of the call
   * nothing is sent.
   */
  send(bytes: Buffer): boolean {
    if (this.#over || !this.#stream.writable) return true
    if (bytes.length < smallBytes) return this.#stream.write(withHead(bytes))
    this.#stream.cork()
    this.#stream.write(headOf(bytes.length))
    const more = this.#stream.write(bytes)
    this.#stream.uncork()
    return more
  }

  /** No more messages are sent; the answer is still awaited. */
  halfClose(): void {
    if (!this.#over) this.#stream.end()
  }

  /** Gives the call up: the listener hears nothing more. Idempotent. */
  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  #begun(headers: IncomingHttpHeaders): void {
    const code = headers[':status']
    if (Number(code) === constants.HTTP_STATUS_OK) {
      this.#ending(headers)
    } else {
      this.#status = { status: statusCodes.unavailable, message: `HTTP status ${code}` }
      this.#finish()
    }
  }

  #ending(headers: IncomingHttpHeaders): void {
    const code = headers['grpc-status']
    if (code === undefined) return
    const status = /^\d{1,2}$/.test(String(code)) ? Number(code) : statusCodes.unknown
    this.#status = { status, message: percentDecoded(String(headers['grpc-message'] ?? '')) }
  }

  #received(bytes: Buffer): void {
    if (this.#over) return
    this.#reader.push(bytes, 0, bytes.length)
    try {
      for (let message = this.#reader.next(); message !== undefined; ) {
        this.#listener.onMessage(message)
        if (this.#over) return
        message = this.#reader.next()
      }
    } catch (thrown) {
      if (!(thrown instanceof MessageError)) throw thrown
      this.#status = thrown.status
      this.#finish()
      return
    }
    this.#reader.settle()
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    if (!this.#stream.closed) this.#stream.close(constants.NGHTTP2_CANCEL)
    const message = this.#trouble ?? 'the connection was lost'
    this.#listener.onEnd(this.#status ?? { status: statusCodes.unavailable, message })
  }
}

function headOf(length: number): Buffer {
  const head = Buffer.allocUnsafe(messageHeadBytes)
  head[0] = 0
  head.writeUInt32BE(length, 1)
  return head
}

function withHead(bytes: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(messageHeadBytes + bytes.length)
  whole[0] = 0
  whole.writeUInt32BE(bytes.length, 1)
  whole.set(bytes, messageHeadBytes)
  return whole
}

/** What is no percent-encoding stays as it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

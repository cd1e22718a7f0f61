import { type Metadata, type ServerInterceptingCallInterface, status } from '@grpc/grpc-js'
import type { CallStatus } from '../call-status.js'
import type { CallTransport } from '../calls/call-transport.js'
import type { ServerCall } from '../calls/server-call.js'

/** What grpc-js tells of one call. */
type GrpcJsListener = Parameters<ServerInterceptingCallInterface['start']>[0]

/**
 * One call, straight on grpc-js's call interface: grpc-js's own call objects are event emitters and
 * streams, which cost more than most handlers.
 */
export class GrpcJsCall implements CallTransport, GrpcJsListener {
  readonly #inner: ServerInterceptingCallInterface
  readonly #sendStatus: ServerInterceptingCallInterface['sendStatus']
  readonly #create: (call: GrpcJsCall) => ServerCall
  #call: ServerCall | undefined
  #metadata: Metadata | undefined
  #deadlineMs = Number.POSITIVE_INFINITY
  #startedMs = 0

  /** `create` is called when the call's metadata is there. */
  constructor(inner: ServerInterceptingCallInterface, create: (call: GrpcJsCall) => ServerCall) {
    this.#inner = inner
    this.#create = create
    this.#sendStatus = inner.sendStatus
    // grpc-js refuses messages and enforces deadlines by calling its own sendStatus.
    inner.sendStatus = (sent) => this.#transportEnds(sent.code ?? status.UNKNOWN, sent.details)
  }

  /** Begins to listen. Nothing happens when the caller has already gone. */
  start(): void {
    this.#inner.start(this)
  }

  get timeoutMs(): number | undefined {
    return this.#deadlineMs === Number.POSITIVE_INFINITY
      ? undefined
      : this.#deadlineMs - this.#startedMs
  }

  get peer(): string {
    return this.#inner.getPeer()
  }

  metadata(key: string): string | undefined {
    const values = this.#metadata?.get(key) ?? []
    const [first] = values
    return Buffer.isBuffer(first) ? first.toString('base64') : first && values.join(', ')
  }

  startRead(): void {
    this.#inner.startRead()
  }

  sendMessageParts(parts: readonly Buffer[]): number {
    return this.sendMessage(Buffer.concat(parts))
  }

  sendMessage(bytes: Buffer): number {
    this.#inner.sendMessage(bytes, () => this.#call?.onSent(bytes.length))
    return bytes.length
  }

  sendStatus(sent: CallStatus): void {
    this.#sendStatus.call(this.#inner, {
      code: sent.status,
      details: wellFormed(sent.message),
      metadata: null,
    })
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.#metadata = metadata
    const deadline = this.#inner.getDeadline()
    if (deadline !== Number.POSITIVE_INFINITY) {
      this.#deadlineMs = Number(deadline)
      this.#startedMs = Date.now()
    }
    this.#call = this.#create(this)
    this.#call.begin()
  }

  onReceiveMessage(bytes: Buffer): void {
    this.#call?.onMessage(bytes)
  }

  /** A stream that breaks looks half-closed first; by the next turn the cancel has come, too. */
  onReceiveHalfClose(): void {
    setImmediate(() => this.#call?.onHalfClose())
  }

  /** grpc-js says so at the end of every call, answered or not. */
  onCancel(): void {
    this.#call?.onCancel()
  }

  #transportEnds(code: number, details = ''): void {
    if (code === status.DEADLINE_EXCEEDED) this.#call?.onDeadline()
    else this.#call?.onRefused(transportStatus(code, details))
  }
}

/** grpc-js words one of its own refusals differently from Go's server, which clients match on. */
function transportStatus(code: number, details: string): CallStatus {
  const sizes = /^Received message larger than max \((\d+) vs\.? (\d+)\)$/.exec(details)
  if (sizes === null) return { status: code, message: details }
  return {
    status: status.RESOURCE_EXHAUSTED,
    message: `grpc: received message larger than max (${sizes[1]} vs. ${sizes[2]})`,
  }
}

/** Status texts travel percent-encoded, which half a surrogate pair cannot be. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

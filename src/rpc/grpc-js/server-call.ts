import { type Metadata, type ServerInterceptingCallInterface, status } from '@grpc/grpc-js'
import { type CancelSignal, CancelSource } from '../../base/cancel-signal.js'
import { MetastoreError } from '../../base/errors.js'
import type { CallContext } from '../call-context.js'
import type { CallStatus, DescribeError } from '../call-status.js'
import { transportStatus } from './status-text.js'

/** What grpc-js tells of one call. */
type CallListener = Parameters<ServerInterceptingCallInterface['start']>[0]

/** What a call needs of the host that carries it. */
export interface CallOwner {
  readonly describeError: DescribeError
  /** The calls whose handlers run. */
  readonly running: Set<ServerCall>
  /** Called each time a call has left {@link running}. */
  callEnded(): void
}

/**
 * One call, straight on grpc-js's call interface: grpc-js's own call objects are event emitters and
 * streams, which cost more than most handlers. It is its own context, so that a call allocates
 * little beside itself.
 */
export abstract class ServerCall implements CallContext, CallListener {
  protected readonly owner: CallOwner
  protected readonly transport: ServerInterceptingCallInterface
  readonly #sendStatus: ServerInterceptingCallInterface['sendStatus']
  #deadlineMs = Number.POSITIVE_INFINITY
  #startedMs = 0
  #metadata: Metadata | undefined
  #cancelSource: CancelSource | undefined
  #abortReason: MetastoreError | undefined
  #answered = false

  constructor(transport: ServerInterceptingCallInterface, owner: CallOwner) {
    this.owner = owner
    this.transport = transport
    this.#sendStatus = transport.sendStatus
    // grpc-js refuses messages and enforces deadlines by calling its own sendStatus.
    transport.sendStatus = (sent) => this.#transportEnds(sent.code ?? status.UNKNOWN, sent.details)
  }

  /** Begins to listen. Nothing happens when the caller has already gone. */
  start(): void {
    this.transport.start(this)
  }

  get signal(): CancelSignal {
    if (this.#cancelSource === undefined) {
      this.#cancelSource = new CancelSource()
      if (this.#abortReason !== undefined) this.#cancelSource.abort(this.#abortReason)
    }
    return this.#cancelSource
  }

  get timeoutMs(): number | undefined {
    return this.#deadlineMs === Number.POSITIVE_INFINITY
      ? undefined
      : this.#deadlineMs - this.#startedMs
  }

  get peer(): string {
    return this.transport.getPeer()
  }

  metadata(key: string): string | undefined {
    const value = this.#metadata?.get(key)[0]
    return Buffer.isBuffer(value) ? value.toString('base64') : value
  }

  abort(reason: MetastoreError): void {
    if (this.#abortReason !== undefined || !this.owner.running.has(this)) return
    this.#abortReason = reason
    this.#cancelSource?.abort(reason)
    this.aborted(reason)
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.#metadata = metadata
    const deadline = this.transport.getDeadline()
    if (deadline !== Number.POSITIVE_INFINITY) {
      this.#deadlineMs = Number(deadline)
      this.#startedMs = Date.now()
    }
    this.owner.running.add(this)
    this.begin()
  }

  /** grpc-js says so at the end of every call, answered or not. */
  onCancel(): void {
    if (this.owner.running.has(this)) this.abort(new MetastoreError('context-canceled'))
  }

  abstract onReceiveMessage(bytes: Buffer): void
  abstract onReceiveHalfClose(): void
  protected abstract begin(): void
  protected abstract aborted(reason: MetastoreError): void

  protected get abortReason(): MetastoreError | undefined {
    return this.#abortReason
  }

  /** Sends the status, unless one was sent before. */
  protected answer(answer: CallStatus): void {
    if (this.#answered) return
    this.#answered = true
    this.#sendStatus.call(this.transport, {
      code: answer.status,
      details: wellFormed(answer.message),
      metadata: null,
    })
  }

  protected get answered(): boolean {
    return this.#answered
  }

  /** The handler has settled. */
  protected ended(): void {
    this.owner.running.delete(this)
    this.owner.callEnded()
  }

  /** A deadline leaves the answer to the handler, which knows whether its work may still happen. */
  #transportEnds(code: number, details = ''): void {
    if (code === status.DEADLINE_EXCEEDED) {
      this.abort(new MetastoreError('deadline-exceeded'))
      return
    }
    this.answer(transportStatus(code, details))
    this.abort(new MetastoreError('context-canceled', details))
  }
}

/** Status texts travel percent-encoded, which half a surrogate pair cannot be. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

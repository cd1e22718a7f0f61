import { type CancelSignal, CancelSource } from '../../base/cancel-signal.js'
import { MetastoreError } from '../../base/errors.js'
import type { Linked } from '../../base/linked-set.js'
import type { CallContext } from '../call-context.js'
import type { CallStatus, DescribeError } from '../call-status.js'
import type { CallListener, CallTransport } from './call-transport.js'

/** What a call needs of the host that carries it. */
export interface CallOwner {
  readonly describeError: DescribeError
  /** Whether the call's handler runs. */
  isRunning(call: ServerCall): boolean
  /** The call's handler has settled. */
  ended(call: ServerCall): void
}

/** One call. It is its own context, so that a call allocates little beside itself. */
export abstract class ServerCall implements CallContext, CallListener, Linked {
  linkedBefore: Linked | undefined = undefined
  linkedAfter: Linked | undefined = undefined
  protected readonly owner: CallOwner
  protected readonly transport: CallTransport
  #cancelSource: CancelSource | undefined
  #abortReason: MetastoreError | undefined
  #answered = false

  constructor(transport: CallTransport, owner: CallOwner) {
    this.transport = transport
    this.owner = owner
  }

  get signal(): CancelSignal {
    if (this.#cancelSource === undefined) {
      this.#cancelSource = new CancelSource()
      if (this.#abortReason !== undefined) this.#cancelSource.abort(this.#abortReason)
    }
    return this.#cancelSource
  }

  get timeoutMs(): number | undefined {
    return this.transport.timeoutMs
  }

  get peer(): string {
    return this.transport.peer
  }

  metadata(key: string): string | undefined {
    return this.transport.metadata(key)
  }

  abort(reason: MetastoreError): void {
    if (this.#abortReason !== undefined || !this.owner.isRunning(this)) return
    this.#abortReason = reason
    this.#cancelSource?.abort(reason)
    this.aborted(reason)
  }

  onCancel(): void {
    this.abort(new MetastoreError('context-canceled'))
  }

  /** The answer is left to the handler, which knows whether its work may still happen. */
  onDeadline(): void {
    this.abort(new MetastoreError('deadline-exceeded'))
  }

  onRefused(status: CallStatus): void {
    this.answer(status)
    this.abort(new MetastoreError('context-canceled', status.message))
  }

  onSent(_bytes: number): void {}

  /** The handler may start. */
  abstract begin(): void
  abstract onMessage(bytes: Buffer): void
  abstract onHalfClose(): void
  protected abstract aborted(reason: MetastoreError): void

  protected get abortReason(): MetastoreError | undefined {
    return this.#abortReason
  }

  /** Sends the status, unless one was sent before. */
  protected answer(status: CallStatus): void {
    if (this.#answered) return
    this.#answered = true
    this.transport.sendStatus(status)
  }

  protected get answered(): boolean {
    return this.#answered
  }

  /** The handler has settled. */
  protected ended(): void {
    this.owner.ended(this)
  }
}

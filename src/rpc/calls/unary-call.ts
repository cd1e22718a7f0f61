import { type MetastoreError, messageOf } from '../../base/errors.js'
import type { CallStatus } from '../call-status.js'
import type { MethodDescriptor, UnaryHandler } from '../method.js'
import { statusCodes } from '../status-codes.js'
import type { CallTransport } from './call-transport.js'
import { type CallOwner, ServerCall } from './server-call.js'

const success: CallStatus = { status: statusCodes.ok, message: '' }

/** A call of one request and one response. */
export class UnaryCall extends ServerCall {
  readonly #method: MethodDescriptor<unknown, unknown>
  readonly #handler: UnaryHandler<unknown, unknown>
  #handling = false

  constructor(
    transport: CallTransport,
    owner: CallOwner,
    method: MethodDescriptor<unknown, unknown>,
    handler: UnaryHandler<unknown, unknown>,
  ) {
    super(transport, owner)
    this.#method = method
    this.#handler = handler
  }

  override begin(): void {
    this.transport.startRead()
  }

  /** The handler starts with the message: waiting for the end of the requests would gain nothing. */
  override onMessage(bytes: Buffer): void {
    if (this.#handling || this.answered) return
    let request: unknown
    try {
      request = this.#method.request.decode(bytes)
    } catch (thrown) {
      const message = `grpc: error unmarshalling request: ${messageOf(thrown)}`
      this.#refuse({ status: statusCodes.internal, message })
      return
    }
    this.#run(request)
  }

  override onHalfClose(): void {
    if (this.#handling) return
    this.#refuse({
      status: statusCodes.internal,
      message: 'the call ended without a request message',
    })
  }

  protected override aborted(reason: MetastoreError): void {
    if (!this.#handling) this.#refuse(this.owner.describeError(reason))
  }

  #run(request: unknown): void {
    this.#handling = true
    try {
      const response = this.#handler(request, this)
      if (response instanceof Promise) this.#settle(response)
      else this.#succeed(response)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  /** With `then`, which costs a call less than awaiting does. */
  #settle(pending: Promise<unknown>): void {
    pending.then(
      (response) => {
        try {
          this.#succeed(response)
        } catch (thrown) {
          this.#fail(thrown)
        }
      },
      (thrown) => this.#fail(thrown),
    )
  }

  #succeed(response: unknown): void {
    if (!this.answered) {
      this.#send(response)
      this.answer(success)
    }
    this.ended()
  }

  #send(response: unknown): void {
    const codec = this.#method.response
    const parts = codec.encodeParts?.(response)
    if (parts === undefined) this.transport.sendMessage(codec.encode(response))
    else this.transport.sendMessageParts(parts)
  }

  #fail(thrown: unknown): void {
    this.answer(this.owner.describeError(thrown))
    this.ended()
  }

  #refuse(status: CallStatus): void {
    this.answer(status)
    this.ended()
  }
}

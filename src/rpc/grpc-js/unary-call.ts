import { type ServerInterceptingCallInterface, status } from '@grpc/grpc-js'
import { type MetastoreError, messageOf } from '../../base/errors.js'
import type { CallStatus } from '../call-status.js'
import type { MethodDescriptor, UnaryHandler } from '../method.js'
import { type CallOwner, ServerCall } from './server-call.js'

const success: CallStatus = { status: status.OK, message: '' }

/** A call of one request and one response. */
export class UnaryCall extends ServerCall {
  readonly #method: MethodDescriptor<unknown, unknown>
  readonly #handler: UnaryHandler<unknown, unknown>
  #handling = false

  constructor(
    transport: ServerInterceptingCallInterface,
    owner: CallOwner,
    method: MethodDescriptor<unknown, unknown>,
    handler: UnaryHandler<unknown, unknown>,
  ) {
    super(transport, owner)
    this.#method = method
    this.#handler = handler
  }

  /** The handler starts with the message: waiting for the end of the requests would gain nothing. */
  override onReceiveMessage(bytes: Buffer): void {
    let request: unknown
    try {
      request = this.#method.request.decode(bytes)
    } catch (thrown) {
      const message = `grpc: error unmarshalling request: ${messageOf(thrown)}`
      this.#refuse({ status: status.INTERNAL, message })
      return
    }
    void this.#run(request)
  }

  override onReceiveHalfClose(): void {
    this.#refuse({ status: status.INTERNAL, message: 'the call ended without a request message' })
  }

  protected override begin(): void {
    this.transport.startRead()
  }

  protected override aborted(reason: MetastoreError): void {
    if (!this.#handling) this.#refuse(this.owner.describeError(reason))
  }

  async #run(request: unknown): Promise<void> {
    this.#handling = true
    try {
      const response = await this.#handler(request, this)
      if (!this.answered) {
        this.transport.sendMessage(this.#method.response.encode(response), ignore)
        this.answer(success)
      }
    } catch (thrown) {
      this.answer(this.owner.describeError(thrown))
    }
    this.ended()
  }

  #refuse(answer: CallStatus): void {
    this.answer(answer)
    this.ended()
  }
}

function ignore(): void {}

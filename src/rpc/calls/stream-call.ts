import { MetastoreError, messageOf } from '../../base/errors.js'
import type { CallStatus } from '../call-status.js'
import type { MethodDescriptor, ResponseSink, StreamHandler } from '../method.js'
import { statusCodes } from '../status-codes.js'
import type { CallTransport } from './call-transport.js'
import { RequestQueue } from './request-queue.js'
import { type CallOwner, ServerCall } from './server-call.js'

/** A sink answers false from here on, and says that it has drained at half of it. */
const fullBytes = 128 * 1024
const drainedBytes = fullBytes / 2

const success: CallStatus = { status: statusCodes.ok, message: '' }

/** A call with a stream of messages in at least one direction. */
export class StreamCall extends ServerCall implements ResponseSink<unknown> {
  readonly #method: MethodDescriptor<unknown, unknown>
  readonly #handler: StreamHandler<unknown, unknown>
  readonly #requests: RequestQueue<unknown>
  #unsentBytes = 0
  #full = false
  #drained: () => void = () => {}

  constructor(
    transport: CallTransport,
    owner: CallOwner,
    method: MethodDescriptor<unknown, unknown>,
    handler: StreamHandler<unknown, unknown>,
  ) {
    super(transport, owner)
    this.#method = method
    this.#handler = handler
    this.#requests = new RequestQueue(() => transport.startRead())
  }

  override onMessage(bytes: Buffer): void {
    let request: unknown
    try {
      request = this.#method.request.decode(bytes)
    } catch (thrown) {
      const message = `grpc: failed to unmarshal the received message: ${messageOf(thrown)}`
      this.answer({ status: statusCodes.internal, message })
      this.abort(new MetastoreError('malformed-message', message))
      return
    }
    this.#requests.push(request)
  }

  override onHalfClose(): void {
    this.#requests.end()
  }

  send(response: unknown): boolean {
    if (this.answered || this.abortReason !== undefined) return true
    const bytes = this.#encoded(response)
    if (bytes === undefined) return true
    const unsentBytes = this.transport.sendMessage(bytes)
    this.#unsentBytes += unsentBytes
    if (this.#unsentBytes >= fullBytes) this.#full = true
    return !this.#full
  }

  onDrain(listener: () => void): void {
    this.#drained = listener
  }

  override begin(): void {
    void this.#run()
  }

  protected override aborted(reason: MetastoreError): void {
    this.#requests.fail(reason)
  }

  async #run(): Promise<void> {
    try {
      await this.#handler(this.#requests, this, this)
      const reason = this.abortReason
      this.answer(reason === undefined ? success : this.owner.describeError(reason))
    } catch (thrown) {
      this.answer(this.owner.describeError(thrown))
    }
    this.#requests.end()
    this.ended()
  }

  /** A response that cannot be encoded ends its own call, not the sender, who may serve many. */
  #encoded(response: unknown): Buffer | undefined {
    try {
      return this.#method.response.encode(response)
    } catch (thrown) {
      this.answer(this.owner.describeError(thrown))
      this.abort(new MetastoreError('context-canceled', messageOf(thrown)))
      return undefined
    }
  }

  override onSent(bytes: number): void {
    this.#unsentBytes -= bytes
    if (!this.#full || this.#unsentBytes > drainedBytes) return
    this.#full = false
    if (!this.answered) this.#drained()
  }
}

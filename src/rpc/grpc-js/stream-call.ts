import { type ServerInterceptingCallInterface, status } from '@grpc/grpc-js'
import { MetastoreError, messageOf } from '../../base/errors.js'
import type { CallStatus } from '../call-status.js'
import type { MethodDescriptor, ResponseSink, StreamHandler } from '../method.js'
import { RequestQueue } from './request-queue.js'
import { type CallOwner, ServerCall } from './server-call.js'

/** A sink answers false from here on, and says that it has drained at half of it. */
const fullBytes = 128 * 1024
const drainedBytes = fullBytes / 2

const success: CallStatus = { status: status.OK, message: '' }

/** A call with a stream of messages in at least one direction. */
export class StreamCall extends ServerCall implements ResponseSink<unknown> {
  readonly #method: MethodDescriptor<unknown, unknown>
  readonly #handler: StreamHandler<unknown, unknown>
  readonly #requests: RequestQueue<unknown>
  #unsentBytes = 0
  #full = false
  #drained: () => void = () => {}

  constructor(
    transport: ServerInterceptingCallInterface,
    owner: CallOwner,
    method: MethodDescriptor<unknown, unknown>,
    handler: StreamHandler<unknown, unknown>,
  ) {
    super(transport, owner)
    this.#method = method
    this.#handler = handler
    this.#requests = new RequestQueue(() => transport.startRead())
  }

  override onReceiveMessage(bytes: Buffer): void {
    let request: unknown
    try {
      request = this.#method.request.decode(bytes)
    } catch (thrown) {
      const message = `grpc: failed to unmarshal the received message: ${messageOf(thrown)}`
      this.answer({ status: status.INTERNAL, message })
      this.abort(new MetastoreError('malformed-message', message))
      return
    }
    this.#requests.push(request)
  }

  /** A stream that breaks looks half-closed first; by the next turn the cancel has come, too. */
  override onReceiveHalfClose(): void {
    setImmediate(() => this.#requests.end())
  }

  send(response: unknown): boolean {
    if (this.answered || this.abortReason !== undefined) return true
    const bytes = this.#encoded(response)
    if (bytes === undefined) return true
    this.#unsentBytes += bytes.length
    this.transport.sendMessage(bytes, () => this.#sent(bytes.length))
    if (this.#unsentBytes >= fullBytes) this.#full = true
    return !this.#full
  }

  onDrain(listener: () => void): void {
    this.#drained = listener
  }

  protected override begin(): void {
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

  #sent(sizeBytes: number): void {
    this.#unsentBytes -= sizeBytes
    if (!this.#full || this.#unsentBytes > drainedBytes) return
    this.#full = false
    if (!this.answered) this.#drained()
  }
}

import type { MethodDescriptor } from '../../../src/rpc/method.js'
import { type Answer, RawClient, type RawStream } from '../../support/raw-client.js'

/** Changes what a server answered to calls of one method. */
export interface Lie<Response> {
  readonly method: MethodDescriptor<unknown, Response>
  /** The same object where there is nothing to lie about. */
  readonly change: (response: Response) => Response
  /** Replaces the text of a failure. */
  readonly failure?: string
}

/** A client that changes answers on their way, to see whether a comparison notices. */
export class LyingClient extends RawClient {
  readonly #lie: Lie<unknown>

  constructor(endpoint: string, lie: Lie<unknown>) {
    super(endpoint)
    this.#lie = lie
  }

  override async unary<Request, Response>(
    method: MethodDescriptor<Request, Response>,
    request: Request,
  ): Promise<Answer<Response>> {
    const answer = await super.unary(this.#changed(method), request)
    if ('response' in answer || method.path !== this.#lie.method.path) return answer
    const message = this.#lie.failure ?? answer.failure.message
    return { failure: { code: answer.failure.code, message } }
  }

  override open<Request, Response>(
    method: MethodDescriptor<Request, Response>,
  ): RawStream<Request, Response> {
    return super.open(this.#changed(method))
  }

  #changed<Request, Response>(
    method: MethodDescriptor<Request, Response>,
  ): MethodDescriptor<Request, Response> {
    if (method.path !== this.#lie.method.path) return method
    const { name, encode, decode } = method.response
    const lyingDecode = (bytes: Uint8Array) => this.#lie.change(decode(bytes)) as Response
    return { ...method, response: { name, encode, decode: lyingDecode } }
  }
}

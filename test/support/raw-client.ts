import { Client, type ClientDuplexStream, credentials, type Metadata, status } from '@grpc/grpc-js'
import type { Codec } from '../../src/base/codec.js'
import type { MethodDescriptor } from '../../src/rpc/method.js'

const callTimeoutMs = 20_000

/** How a call failed: the name of its gRPC status, such as `OutOfRange`, and the text. */
export interface Failure {
  readonly code: string
  readonly message: string
}

/** What came back from a call: one of the two. */
export type Answer<Response> = { readonly response: Response } | { readonly failure: Failure }

/** A gRPC client with nothing of its own: the methods and messages come from the generated code. */
export class RawClient {
  readonly #client: Client

  /** `endpoint`: host and port. Each client has a connection of its own. */
  constructor(endpoint: string) {
    this.#client = new Client(endpoint, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
    })
  }

  /** Calls a unary method and waits for its answer, by default 20 s at most. */
  unary<Request, Response>(
    method: MethodDescriptor<Request, Response>,
    request: Request,
    timeoutMs = callTimeoutMs,
  ): Promise<Answer<Response>> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        method.path,
        (message: Request) => method.request.encode(message),
        (bytes: Buffer) => method.response.decode(bytes),
        request,
        { deadline: Date.now() + timeoutMs },
        (error, response) => {
          if (error) resolve({ failure: failureOf(error.code, error.details) })
          else if (response === undefined) resolve({ failure: failureOf(status.INTERNAL, 'empty') })
          else resolve({ response })
        },
      )
    })
  }

  /** As {@link unary}, but a failure rejects. */
  async call<Request, Response>(
    method: MethodDescriptor<Request, Response>,
    request: Request,
    timeoutMs?: number,
  ): Promise<Response> {
    const answer = await this.unary(method, request, timeoutMs)
    if ('response' in answer) return answer.response
    throw new Error(`${method.path}: ${answer.failure.code}: ${answer.failure.message}`)
  }

  /** Opens a stream of a method in which both sides send. */
  open<Request, Response>(
    method: MethodDescriptor<Request, Response>,
    metadata?: Metadata,
  ): RawStream<Request, Response> {
    const encode = (message: Request) => method.request.encode(message)
    const decode = decoder(method.response)
    const duplex =
      metadata === undefined
        ? this.#client.makeBidiStreamRequest(method.path, encode, decode)
        : this.#client.makeBidiStreamRequest(method.path, encode, decode, metadata)
    return new RawStream(duplex)
  }

  close(): void {
    this.#client.close()
  }
}

/** A stream that keeps everything it received, in order. */
export class RawStream<Request, Response> {
  readonly received: Response[] = []
  readonly #duplex: ClientDuplexStream<Request, Response>
  readonly #listeners = new Set<() => void>()
  #failure: Failure | undefined

  constructor(duplex: ClientDuplexStream<Request, Response>) {
    this.#duplex = duplex
    duplex.on('data', (response: Response) => {
      this.received.push(response)
      this.#tellListeners()
    })
    duplex.on('error', () => undefined)
    duplex.on('status', ({ code, details }: { code: status; details: string }) => {
      this.#failure = failureOf(code, details)
      this.#tellListeners()
    })
  }

  /** The status with which the stream ended; undefined while it is open. */
  get ended(): Failure | undefined {
    return this.#failure
  }

  send(request: Request): void {
    this.#duplex.write(request)
  }

  /** Takes no more responses, so that the server has to hold back, until {@link resume}. */
  pause(): void {
    this.#duplex.pause()
  }

  resume(): void {
    this.#duplex.resume()
  }

  /** Tells the server that nothing more will be sent. */
  end(): void {
    this.#duplex.end()
  }

  cancel(): void {
    this.#duplex.cancel()
  }

  /**
   * Waits until `condition` holds, looking after every response. True: it holds; false: the stream
   * ended or `timeoutMs` passed without it.
   */
  until(condition: () => boolean, timeoutMs = callTimeoutMs): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (result: boolean) => {
        clearTimeout(timer)
        this.#listeners.delete(look)
        resolve(result)
      }
      const look = () => {
        if (condition()) settle(true)
        else if (this.#failure !== undefined) settle(false)
      }
      const timer = setTimeout(() => settle(condition()), timeoutMs)
      this.#listeners.add(look)
      look()
    })
  }

  /** Waits for the response at `index`, counted from 0. */
  async at(index: number): Promise<Response> {
    await this.until(() => this.received.length > index)
    const response = this.received[index]
    if (response === undefined) {
      throw new Error(`no response ${index}: ${this.#failure?.message ?? 'time is up'}`)
    }
    return response
  }

  #tellListeners(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

function decoder<T>(codec: Codec<T>): (bytes: Buffer) => T {
  return (bytes) => codec.decode(bytes)
}

function failureOf(code: status, message: string): Failure {
  return { code: status[code] ?? String(code), message }
}

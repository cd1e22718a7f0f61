import type { Codec } from '../base/codec.js'
import type { CallContext } from './call-context.js'

/** How many messages flow each way. */
export type CallKind = 'unary' | 'server-stream' | 'client-stream' | 'bidi-stream'

/** One method of a service, as the wire knows it. */
export interface MethodDescriptor<Request, Response> {
  /** Such as `/etcdserverpb.KV/Put`. */
  readonly path: string
  readonly kind: CallKind
  readonly request: Codec<Request>
  readonly response: Codec<Response>
}

/** Answers one request with one response. What it throws becomes the call's status. */
export type UnaryHandler<Request, Response> = (
  request: Request,
  context: CallContext,
) => Promise<Response> | Response

/** Where a streaming handler's responses go. */
export interface ResponseSink<Response> {
  /**
   * Queues one response, in order. False: the reader is behind; hold back until {@link onDrain}
   * calls. After the call has ended, sending does nothing.
   */
  send(response: Response): boolean
  /** `listener` is called each time a sink that answered false can take more. One listener. */
  onDrain(listener: () => void): void
}

/**
 * Answers requests with any number of responses. The call ends when the promise settles.
 * `requests` ends when the caller has sent its last, and throws the signal's reason when that
 * aborts; it has one reader, and asks for a message only when that reader waits.
 */
export type StreamHandler<Request, Response> = (
  requests: AsyncIterable<Request>,
  sink: ResponseSink<Response>,
  context: CallContext,
) => Promise<void>

/** A method together with what answers it. Make them with {@link unary} and {@link stream}. */
export type Route =
  | {
      readonly method: MethodDescriptor<unknown, unknown>
      readonly unary: UnaryHandler<unknown, unknown>
    }
  | {
      readonly method: MethodDescriptor<unknown, unknown>
      readonly stream: StreamHandler<unknown, unknown>
    }

/** A route for a method of kind `unary`. */
export function unary<Request, Response>(
  method: MethodDescriptor<Request, Response>,
  handler: UnaryHandler<Request, Response>,
): Route {
  return { method, unary: handler } as unknown as Route
}

/** A route for a method of any streaming kind. */
export function stream<Request, Response>(
  method: MethodDescriptor<Request, Response>,
  handler: StreamHandler<Request, Response>,
): Route {
  return { method, stream: handler } as unknown as Route
}

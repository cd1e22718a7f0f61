import type { CallContext } from '../rpc/call-context.js'
import { type MethodDescriptor, type Route, unary } from '../rpc/method.js'
import type { CallOptions } from '../store/store.js'

/**
 * All that the store hears of a call. Its deadline comes as an abort and as nothing else: how long a request may
 * wait for the cluster is not the caller's to say.
 */
export function callOptions({ signal }: CallContext): CallOptions {
  return { signal }
}

/** A route whose handler hears of the call what the store may hear. */
export function storeRoute<Request, Response>(
  method: MethodDescriptor<Request, Response>,
  handler: (request: Request, options: CallOptions) => Promise<Response> | Response,
): Route {
  return unary(method, (request, context) => handler(request, callOptions(context)))
}

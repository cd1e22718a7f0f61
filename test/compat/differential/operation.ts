import type { MethodDescriptor } from '../../../src/rpc/method.js'
import type { RangeRequest, WatchCreateRequest } from '../../../src/wire/index.js'

/** One unary call. */
export interface Call {
  readonly kind: 'call'
  readonly name: string
  readonly method: MethodDescriptor<unknown, unknown>
  readonly request: unknown
}

/** What a run does, one after the other, to every side at once. */
export type Operation =
  | Call
  | { readonly kind: 'keep-alive'; readonly leaseId: bigint }
  /** What RangeStream answers in pieces must be what etcd's Range answers whole. */
  | { readonly kind: 'range-stream'; readonly request: RangeRequest }
  /** Grants a lease without naming an id, looks at it and revokes it. */
  | { readonly kind: 'unnamed-lease'; readonly ttl: number }
  | {
      readonly kind: 'watch-create'
      readonly stream: number
      readonly request: WatchCreateRequest
    }
  | { readonly kind: 'watch-cancel'; readonly stream: number; readonly watchId: bigint }
  | { readonly kind: 'watch-progress'; readonly stream: number }
  /** Ends a watch stream; the next watch created on it opens a new one. */
  | { readonly kind: 'watch-close'; readonly stream: number }
  /** Ends every server, `hard` without a goodbye, and starts it on what it left. */
  | { readonly kind: 'restart'; readonly hard: boolean }
  /** Waits until every watch has delivered all there is, and compares the events. */
  | { readonly kind: 'quiet' }

export function call<Request, Response>(
  name: string,
  method: MethodDescriptor<Request, Response>,
  request: Request,
): Call {
  return { kind: 'call', name, method, request }
}

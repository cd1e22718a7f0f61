import type { EncodedField, RequestHead } from '../../http2/index.js'
import type { CallStatus } from '../call-status.js'
import type { Route } from '../method.js'
import type { RouteTable } from '../route-table.js'
import { statusCodes } from '../status-codes.js'
import { canInflate } from './inflation.js'
import { httpRefusal, trailersOnly, undecodable } from './response-fields.js'
import { timeoutMsOf } from './timeout.js'

/** What a request's head says of its call. */
export interface CallTerms {
  readonly head: RequestHead
  readonly route: Route
  /** undefined: without a deadline. */
  readonly timeoutMs: number | undefined
  /** How messages are compressed that say that they are. */
  readonly encoding: string | undefined
}

/** What is done with requests of one head: each is a call, or none that one could serve. */
export type Reception =
  | { readonly terms: CallTerms }
  | { readonly terms: undefined; readonly refusal: readonly EncodedField[] }

export function receive(head: RequestHead, routes: RouteTable): Reception {
  if (head.method !== 'POST') return refused(httpRefusal(405))
  if (!isGrpc(head.get('content-type'))) return refused(httpRefusal(415))
  const encoding = head.get('grpc-encoding')
  if (!canInflate(encoding)) return refused(undecodable(notInflated(encoding)))
  const timeout = head.get('grpc-timeout')
  const timeoutMs = timeout === undefined ? undefined : timeoutMsOf(timeout)
  if (Number.isNaN(timeoutMs)) return refused(trailersOnly(malformedTimeout(timeout)))
  const route = routes.get(head.path)
  if (route === undefined) return refused(trailersOnly(routes.unknown(head.path)))
  return { terms: { head, route, timeoutMs, encoding } }
}

function refused(refusal: readonly EncodedField[]): Reception {
  return { terms: undefined, refusal }
}

function isGrpc(contentType: string | undefined): boolean {
  return contentType === 'application/grpc' || /^application\/grpc[+;]/.test(contentType ?? '')
}

function notInflated(encoding: string | undefined): CallStatus {
  const message = `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`
  return { status: statusCodes.unimplemented, message }
}

function malformedTimeout(timeout: string | undefined): CallStatus {
  const message = `malformed grpc-timeout: ${JSON.stringify(timeout)}`
  return { status: statusCodes.internal, message }
}

import type { CallContext } from '../rpc/call-context.js'
import { type ResponseSink, type Route, stream, unary } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import type { LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../wire/index.js'
import { LeaseService } from './generated/services.js'
import { PacedSink } from './paced-sink.js'

/** etcdserverpb.Lease. */
export function leaseRoutes(store: Store): Route[] {
  return [
    unary(LeaseService.leaseGrant, (request, context) => store.leaseGrant(request, context)),
    unary(LeaseService.leaseRevoke, (request, context) => store.leaseRevoke(request, context)),
    stream(LeaseService.leaseKeepAlive, (requests, sink, context) =>
      keepAlive(store, requests, sink, context),
    ),
    unary(LeaseService.leaseTimeToLive, (request, context) =>
      store.leaseTimeToLive(request, context),
    ),
    unary(LeaseService.leaseLeases, (_request, context) => store.leaseLeases(context)),
  ]
}

/** One answer for each request, in order. */
async function keepAlive(
  store: Store,
  requests: AsyncIterable<LeaseKeepAliveRequest>,
  sink: ResponseSink<LeaseKeepAliveResponse>,
  context: CallContext,
): Promise<void> {
  const paced = new PacedSink(sink, context.signal)
  for await (const request of requests) {
    paced.send(await store.leaseKeepAlive(request, context))
    await paced.room()
  }
}

import { type Route, stream, unary } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { LeaseService } from './generated/services.js'
import { keepAlive } from './keep-alive.js'

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

import { type Route, stream } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { storeRoute } from './call-options.js'
import { LeaseService } from './generated/services.js'
import { keepAlive } from './keep-alive.js'

/** etcdserverpb.Lease. */
export function leaseRoutes(store: Store): Route[] {
  return [
    storeRoute(LeaseService.leaseGrant, (request, options) => store.leaseGrant(request, options)),
    storeRoute(LeaseService.leaseRevoke, (request, options) => store.leaseRevoke(request, options)),
    stream(LeaseService.leaseKeepAlive, (requests, sink, context) =>
      keepAlive(store, requests, sink, context),
    ),
    storeRoute(LeaseService.leaseTimeToLive, (request, options) =>
      store.leaseTimeToLive(request, options),
    ),
    storeRoute(LeaseService.leaseLeases, (_request, options) => store.leaseLeases(options)),
  ]
}

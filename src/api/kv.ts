import { type Route, unary } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { KvService } from './generated/services.js'

/** etcdserverpb.KV. */
export function kvRoutes(store: Store): Route[] {
  return [
    unary(KvService.range, (request, context) => store.range(request, context)),
    unary(KvService.put, (request, context) => store.put(request, context)),
    unary(KvService.deleteRange, (request, context) => store.deleteRange(request, context)),
    unary(KvService.txn, (request, context) => store.txn(request, context)),
    unary(KvService.compact, (request, context) => store.compact(request, context)),
  ]
}

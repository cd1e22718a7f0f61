import { type Route, unary } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { AdminService } from './generated/services.js'

/** metastore.v1.Admin. */
export function adminRoutes(store: Store): Route[] {
  return [unary(AdminService.getRaftStatus, () => store.getRaftStatus())]
}

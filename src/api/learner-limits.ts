import { MetastoreError } from '../base/errors.js'
import type { Route } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import type { RangeRequest } from '../wire/index.js'
import { KvService, MaintenanceService } from './generated/services.js'

/**
 * The same route, which a learner refuses unless it is among the few that etcd has it serve: it may lag
 * far behind, and clients are to go elsewhere.
 */
export function limitLearners(route: Route, store: Store): Route {
  const { path } = route.method
  if (path === MaintenanceService.status.path || path === MaintenanceService.snapshot.path) {
    return route
  }
  const check = () => {
    if (store.getRaftStatus().state === 'learner') throw new MetastoreError('learner-refuses')
  }
  if (!('unary' in route)) {
    const { method, stream } = route
    return {
      method,
      stream: async (requests, sink, context) => {
        check()
        await stream(requests, sink, context)
      },
    }
  }
  const { method, unary } = route
  return {
    method,
    unary: (request, context) => {
      if (path !== KvService.range.path || !(request as RangeRequest).serializable) check()
      return unary(request, context)
    },
  }
}

import type { Clock } from '../base/clock.js'
import type { Route } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { adminRoutes } from './admin.js'
import { clusterRoutes } from './cluster.js'
import { healthRoutes } from './health.js'
import { kvRoutes } from './kv.js'
import { LeaderRequirement } from './leader-requirement.js'
import { limitLearners } from './learner-limits.js'
import { leaseRoutes } from './lease.js'
import { maintenanceRoutes, type Versions } from './maintenance.js'
import { reflectionRoutes } from './reflection/reflection.js'
import { unimplementedRoutes } from './unimplemented.js'
import { watchRoutes } from './watch.js'

export { errorMapping } from './error-mapping.js'

export interface MemberRoutesOptions {
  readonly store: Store
  readonly versions: Versions
  readonly clock: Clock
  /** Three of these without a leader end the streams that require one. */
  readonly electionTimeoutMs: number
}

/** Every method a member answers; those of later versions answer that they are not implemented. */
export function memberRoutes(options: MemberRoutesOptions): Route[] {
  const { store, versions, clock, electionTimeoutMs } = options
  const raftStatus = () => store.getRaftStatus()
  const requirement = new LeaderRequirement({ raftStatus, clock, electionTimeoutMs })
  const etcd = [
    ...kvRoutes(store),
    ...watchRoutes(store),
    ...leaseRoutes(store),
    ...maintenanceRoutes(store, versions),
    ...clusterRoutes(store),
  ].map((route) => requirement.guard(route))
  const limited = [...etcd, ...healthRoutes(store, clock)].map((each) => limitLearners(each, store))
  const routes = [...limited, ...adminRoutes(store)]
  const served = [...routes, ...reflectionRoutes(serviceNames(routes))]
  return [...served, ...unimplementedRoutes(served)]
}

function serviceNames(routes: readonly Route[]): string[] {
  const names = routes.map(({ method }) => method.path.slice(1, method.path.lastIndexOf('/')))
  return [...new Set(names)]
}

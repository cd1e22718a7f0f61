import { errorCatalogue } from '../base/error-catalogue.js'
import { type Route, unary } from '../rpc/method.js'
import type { CallOptions, Store } from '../store/store.js'
import {
  DefragmentResponse,
  DowngradeInfo,
  MoveLeaderResponse,
  StatusResponse,
} from '../wire/index.js'
import { storeRoute } from './call-options.js'
import { MaintenanceService } from './generated/services.js'
import { lacksLeader } from './leader-requirement.js'

/** What a member says of its versions. */
export interface Versions {
  /** The level of etcd's API it serves, such as 3.7.1. */
  readonly api: string
  /** The version of the stored format, as etcd counts it, such as 3.7.0. */
  readonly storage: string
}

/** etcdserverpb.Maintenance. */
export function maintenanceRoutes(store: Store, versions: Versions): Route[] {
  return [
    unary(MaintenanceService.status, () => status(store, versions)),
    storeRoute(MaintenanceService.hash, (_request, options) => store.hash(options)),
    storeRoute(MaintenanceService.hashKv, (request, options) => store.hashKv(request, options)),
    storeRoute(MaintenanceService.defragment, (_request, options) => defragment(store, options)),
    storeRoute(MaintenanceService.moveLeader, ({ targetId }, options) =>
      moveLeader(store, targetId, options),
    ),
  ]
}

/** As etcd's, the answer has no header. */
async function defragment(store: Store, options: CallOptions): Promise<DefragmentResponse> {
  await store.defragment(options)
  return DefragmentResponse.create()
}

/** As etcd's, the answer has no header. */
async function moveLeader(
  store: Store,
  targetId: bigint,
  options: CallOptions,
): Promise<MoveLeaderResponse> {
  await store.moveLeader(targetId, options)
  return MoveLeaderResponse.create()
}

/** R3: from the Raft status, and nothing made up. */
function status(store: Store, versions: Versions): StatusResponse {
  const raft = store.getRaftStatus()
  const storage = store.storageStatus()
  return StatusResponse.create({
    header: store.header(),
    version: versions.api,
    dbSize: storage.totalBytes,
    leader: raft.leaderId,
    raftIndex: raft.commit,
    raftTerm: raft.term,
    raftAppliedIndex: raft.applied,
    errors: lacksLeader(raft) ? [errorCatalogue['no-leader'].message] : [],
    dbSizeInUse: storage.inUseBytes,
    isLearner: raft.state === 'learner',
    storageVersion: versions.storage,
    dbSizeQuota: storage.quotaBytes,
    downgradeInfo: DowngradeInfo.create(),
  })
}

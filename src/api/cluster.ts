import type { Route } from '../rpc/method.js'
import type { CallOptions, Store } from '../store/store.js'
import {
  Member,
  type MemberListRequest,
  MemberListResponse,
  ResponseHeader,
} from '../wire/index.js'
import { storeRoute } from './call-options.js'
import { ClusterService } from './generated/services.js'

/** etcdserverpb.Cluster, as far as it does not change the cluster. */
export function clusterRoutes(store: Store): Route[] {
  return [
    storeRoute(ClusterService.memberList, (request, options) =>
      memberList(store, request, options),
    ),
  ]
}

async function memberList(
  store: Store,
  { linearizable }: MemberListRequest,
  options: CallOptions,
): Promise<MemberListResponse> {
  const members = await store.members({ ...options, linearizable })
  return MemberListResponse.create({
    // As etcd's: members are not part of the data, so no revision goes with them.
    header: ResponseHeader.create({ ...store.header(), revision: 0 }),
    members: members.map((member) =>
      Member.create({
        id: member.id,
        name: member.name,
        peerUrls: [...member.peerUrls],
        clientUrls: [...member.clientUrls],
        isLearner: member.isLearner,
      }),
    ),
  })
}

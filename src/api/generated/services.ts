// Made from proto/ by `npm run generate`. Do not edit.
import type { MethodDescriptor } from '../../rpc/method.js'
import {
  AlarmRequest,
  AlarmResponse,
  AuthDisableRequest,
  AuthDisableResponse,
  AuthEnableRequest,
  AuthEnableResponse,
  AuthenticateRequest,
  AuthenticateResponse,
  AuthRoleAddRequest,
  AuthRoleAddResponse,
  AuthRoleDeleteRequest,
  AuthRoleDeleteResponse,
  AuthRoleGetRequest,
  AuthRoleGetResponse,
  AuthRoleGrantPermissionRequest,
  AuthRoleGrantPermissionResponse,
  AuthRoleListRequest,
  AuthRoleListResponse,
  AuthRoleRevokePermissionRequest,
  AuthRoleRevokePermissionResponse,
  AuthStatusRequest,
  AuthStatusResponse,
  AuthUserAddRequest,
  AuthUserAddResponse,
  AuthUserChangePasswordRequest,
  AuthUserChangePasswordResponse,
  AuthUserDeleteRequest,
  AuthUserDeleteResponse,
  AuthUserGetRequest,
  AuthUserGetResponse,
  AuthUserGrantRoleRequest,
  AuthUserGrantRoleResponse,
  AuthUserListRequest,
  AuthUserListResponse,
  AuthUserRevokeRoleRequest,
  AuthUserRevokeRoleResponse,
  CampaignRequest,
  CampaignResponse,
  CompactionRequest,
  CompactionResponse,
  DefragmentRequest,
  DefragmentResponse,
  DeleteRangeRequest,
  DeleteRangeResponse,
  DowngradeRequest,
  DowngradeResponse,
  GetRaftStatusRequest,
  GetRaftStatusResponse,
  HashKVRequest,
  HashKVResponse,
  HashRequest,
  HashResponse,
  HealthCheckRequest,
  HealthCheckResponse,
  LeaderRequest,
  LeaderResponse,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesRequest,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  LockRequest,
  LockResponse,
  MemberAddRequest,
  MemberAddResponse,
  MemberListRequest,
  MemberListResponse,
  MemberPromoteRequest,
  MemberPromoteResponse,
  MemberRemoveRequest,
  MemberRemoveResponse,
  MemberUpdateRequest,
  MemberUpdateResponse,
  MoveLeaderRequest,
  MoveLeaderResponse,
  ProclaimRequest,
  ProclaimResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  RangeStreamResponse,
  ResignRequest,
  ResignResponse,
  reflectionV1,
  reflectionV1alpha,
  SnapshotRequest,
  SnapshotResponse,
  StatusRequest,
  StatusResponse,
  TxnRequest,
  TxnResponse,
  UnlockRequest,
  UnlockResponse,
  WatchRequest,
  WatchResponse,
} from '../../wire/index.js'

type Service = Readonly<Record<string, MethodDescriptor<unknown, unknown>>>

export const AuthService = {
  authEnable: {
    path: '/etcdserverpb.Auth/AuthEnable',
    kind: 'unary',
    request: AuthEnableRequest,
    response: AuthEnableResponse,
  },
  authDisable: {
    path: '/etcdserverpb.Auth/AuthDisable',
    kind: 'unary',
    request: AuthDisableRequest,
    response: AuthDisableResponse,
  },
  authStatus: {
    path: '/etcdserverpb.Auth/AuthStatus',
    kind: 'unary',
    request: AuthStatusRequest,
    response: AuthStatusResponse,
  },
  authenticate: {
    path: '/etcdserverpb.Auth/Authenticate',
    kind: 'unary',
    request: AuthenticateRequest,
    response: AuthenticateResponse,
  },
  userAdd: {
    path: '/etcdserverpb.Auth/UserAdd',
    kind: 'unary',
    request: AuthUserAddRequest,
    response: AuthUserAddResponse,
  },
  userGet: {
    path: '/etcdserverpb.Auth/UserGet',
    kind: 'unary',
    request: AuthUserGetRequest,
    response: AuthUserGetResponse,
  },
  userList: {
    path: '/etcdserverpb.Auth/UserList',
    kind: 'unary',
    request: AuthUserListRequest,
    response: AuthUserListResponse,
  },
  userDelete: {
    path: '/etcdserverpb.Auth/UserDelete',
    kind: 'unary',
    request: AuthUserDeleteRequest,
    response: AuthUserDeleteResponse,
  },
  userChangePassword: {
    path: '/etcdserverpb.Auth/UserChangePassword',
    kind: 'unary',
    request: AuthUserChangePasswordRequest,
    response: AuthUserChangePasswordResponse,
  },
  userGrantRole: {
    path: '/etcdserverpb.Auth/UserGrantRole',
    kind: 'unary',
    request: AuthUserGrantRoleRequest,
    response: AuthUserGrantRoleResponse,
  },
  userRevokeRole: {
    path: '/etcdserverpb.Auth/UserRevokeRole',
    kind: 'unary',
    request: AuthUserRevokeRoleRequest,
    response: AuthUserRevokeRoleResponse,
  },
  roleAdd: {
    path: '/etcdserverpb.Auth/RoleAdd',
    kind: 'unary',
    request: AuthRoleAddRequest,
    response: AuthRoleAddResponse,
  },
  roleGet: {
    path: '/etcdserverpb.Auth/RoleGet',
    kind: 'unary',
    request: AuthRoleGetRequest,
    response: AuthRoleGetResponse,
  },
  roleList: {
    path: '/etcdserverpb.Auth/RoleList',
    kind: 'unary',
    request: AuthRoleListRequest,
    response: AuthRoleListResponse,
  },
  roleDelete: {
    path: '/etcdserverpb.Auth/RoleDelete',
    kind: 'unary',
    request: AuthRoleDeleteRequest,
    response: AuthRoleDeleteResponse,
  },
  roleGrantPermission: {
    path: '/etcdserverpb.Auth/RoleGrantPermission',
    kind: 'unary',
    request: AuthRoleGrantPermissionRequest,
    response: AuthRoleGrantPermissionResponse,
  },
  roleRevokePermission: {
    path: '/etcdserverpb.Auth/RoleRevokePermission',
    kind: 'unary',
    request: AuthRoleRevokePermissionRequest,
    response: AuthRoleRevokePermissionResponse,
  },
} as const satisfies Service

export const ClusterService = {
  memberAdd: {
    path: '/etcdserverpb.Cluster/MemberAdd',
    kind: 'unary',
    request: MemberAddRequest,
    response: MemberAddResponse,
  },
  memberRemove: {
    path: '/etcdserverpb.Cluster/MemberRemove',
    kind: 'unary',
    request: MemberRemoveRequest,
    response: MemberRemoveResponse,
  },
  memberUpdate: {
    path: '/etcdserverpb.Cluster/MemberUpdate',
    kind: 'unary',
    request: MemberUpdateRequest,
    response: MemberUpdateResponse,
  },
  memberList: {
    path: '/etcdserverpb.Cluster/MemberList',
    kind: 'unary',
    request: MemberListRequest,
    response: MemberListResponse,
  },
  memberPromote: {
    path: '/etcdserverpb.Cluster/MemberPromote',
    kind: 'unary',
    request: MemberPromoteRequest,
    response: MemberPromoteResponse,
  },
} as const satisfies Service

export const KvService = {
  range: {
    path: '/etcdserverpb.KV/Range',
    kind: 'unary',
    request: RangeRequest,
    response: RangeResponse,
  },
  rangeStream: {
    path: '/etcdserverpb.KV/RangeStream',
    kind: 'server-stream',
    request: RangeRequest,
    response: RangeStreamResponse,
  },
  put: {
    path: '/etcdserverpb.KV/Put',
    kind: 'unary',
    request: PutRequest,
    response: PutResponse,
  },
  deleteRange: {
    path: '/etcdserverpb.KV/DeleteRange',
    kind: 'unary',
    request: DeleteRangeRequest,
    response: DeleteRangeResponse,
  },
  txn: {
    path: '/etcdserverpb.KV/Txn',
    kind: 'unary',
    request: TxnRequest,
    response: TxnResponse,
  },
  compact: {
    path: '/etcdserverpb.KV/Compact',
    kind: 'unary',
    request: CompactionRequest,
    response: CompactionResponse,
  },
} as const satisfies Service

export const LeaseService = {
  leaseGrant: {
    path: '/etcdserverpb.Lease/LeaseGrant',
    kind: 'unary',
    request: LeaseGrantRequest,
    response: LeaseGrantResponse,
  },
  leaseRevoke: {
    path: '/etcdserverpb.Lease/LeaseRevoke',
    kind: 'unary',
    request: LeaseRevokeRequest,
    response: LeaseRevokeResponse,
  },
  leaseKeepAlive: {
    path: '/etcdserverpb.Lease/LeaseKeepAlive',
    kind: 'bidi-stream',
    request: LeaseKeepAliveRequest,
    response: LeaseKeepAliveResponse,
  },
  leaseTimeToLive: {
    path: '/etcdserverpb.Lease/LeaseTimeToLive',
    kind: 'unary',
    request: LeaseTimeToLiveRequest,
    response: LeaseTimeToLiveResponse,
  },
  leaseLeases: {
    path: '/etcdserverpb.Lease/LeaseLeases',
    kind: 'unary',
    request: LeaseLeasesRequest,
    response: LeaseLeasesResponse,
  },
} as const satisfies Service

export const MaintenanceService = {
  alarm: {
    path: '/etcdserverpb.Maintenance/Alarm',
    kind: 'unary',
    request: AlarmRequest,
    response: AlarmResponse,
  },
  status: {
    path: '/etcdserverpb.Maintenance/Status',
    kind: 'unary',
    request: StatusRequest,
    response: StatusResponse,
  },
  defragment: {
    path: '/etcdserverpb.Maintenance/Defragment',
    kind: 'unary',
    request: DefragmentRequest,
    response: DefragmentResponse,
  },
  hash: {
    path: '/etcdserverpb.Maintenance/Hash',
    kind: 'unary',
    request: HashRequest,
    response: HashResponse,
  },
  hashKv: {
    path: '/etcdserverpb.Maintenance/HashKV',
    kind: 'unary',
    request: HashKVRequest,
    response: HashKVResponse,
  },
  snapshot: {
    path: '/etcdserverpb.Maintenance/Snapshot',
    kind: 'server-stream',
    request: SnapshotRequest,
    response: SnapshotResponse,
  },
  moveLeader: {
    path: '/etcdserverpb.Maintenance/MoveLeader',
    kind: 'unary',
    request: MoveLeaderRequest,
    response: MoveLeaderResponse,
  },
  downgrade: {
    path: '/etcdserverpb.Maintenance/Downgrade',
    kind: 'unary',
    request: DowngradeRequest,
    response: DowngradeResponse,
  },
} as const satisfies Service

export const WatchService = {
  watch: {
    path: '/etcdserverpb.Watch/Watch',
    kind: 'bidi-stream',
    request: WatchRequest,
    response: WatchResponse,
  },
} as const satisfies Service

export const HealthService = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    kind: 'unary',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
  },
  watch: {
    path: '/grpc.health.v1.Health/Watch',
    kind: 'server-stream',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
  },
} as const satisfies Service

export const ServerReflectionV1Service = {
  serverReflectionInfo: {
    path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    kind: 'bidi-stream',
    request: reflectionV1.ServerReflectionRequest,
    response: reflectionV1.ServerReflectionResponse,
  },
} as const satisfies Service

export const ServerReflectionV1alphaService = {
  serverReflectionInfo: {
    path: '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
    kind: 'bidi-stream',
    request: reflectionV1alpha.ServerReflectionRequest,
    response: reflectionV1alpha.ServerReflectionResponse,
  },
} as const satisfies Service

export const AdminService = {
  getRaftStatus: {
    path: '/metastore.v1.Admin/GetRaftStatus',
    kind: 'unary',
    request: GetRaftStatusRequest,
    response: GetRaftStatusResponse,
  },
} as const satisfies Service

export const ElectionService = {
  campaign: {
    path: '/v3electionpb.Election/Campaign',
    kind: 'unary',
    request: CampaignRequest,
    response: CampaignResponse,
  },
  proclaim: {
    path: '/v3electionpb.Election/Proclaim',
    kind: 'unary',
    request: ProclaimRequest,
    response: ProclaimResponse,
  },
  leader: {
    path: '/v3electionpb.Election/Leader',
    kind: 'unary',
    request: LeaderRequest,
    response: LeaderResponse,
  },
  observe: {
    path: '/v3electionpb.Election/Observe',
    kind: 'server-stream',
    request: LeaderRequest,
    response: LeaderResponse,
  },
  resign: {
    path: '/v3electionpb.Election/Resign',
    kind: 'unary',
    request: ResignRequest,
    response: ResignResponse,
  },
} as const satisfies Service

export const LockService = {
  lock: {
    path: '/v3lockpb.Lock/Lock',
    kind: 'unary',
    request: LockRequest,
    response: LockResponse,
  },
  unlock: {
    path: '/v3lockpb.Lock/Unlock',
    kind: 'unary',
    request: UnlockRequest,
    response: UnlockResponse,
  },
} as const satisfies Service

import { describe, expect, test } from 'vitest'
import {
  AdminService,
  ClusterService,
  ElectionService,
  KvService,
  LeaseService,
  MaintenanceService,
} from '../../src/api/generated/services.js'
import type { MethodDescriptor } from '../../src/rpc/method.js'
import {
  CampaignRequest,
  CompactionRequest,
  DeleteRangeRequest,
  HashKVRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  LeaseTimeToLiveRequest,
  Member,
  MemberListRequest,
  MemberRemoveRequest,
  MoveLeaderRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../src/wire/index.js'

import { waitFor } from '../support/wait-for.js'
import { header } from './fake-store.js'
import { serveMember } from './member.js'

const key = Buffer.from('key')

interface Example {
  readonly method: MethodDescriptor<never, unknown>
  readonly request: unknown
  readonly response: unknown
}

function example<Request, Response>(
  method: MethodDescriptor<Request, Response>,
  request: Request,
  response: Partial<Response>,
): Example {
  return { method: method as MethodDescriptor<never, unknown>, request, response }
}

const put = PutRequest.create({ key, value: Buffer.from('value'), lease: 5n, prevKv: true })

const examples: Record<string, Example> = {
  range: example(KvService.range, RangeRequest.create({ key, limit: 3 }), { header, count: 7 }),
  put: example(KvService.put, put, { header }),
  deleteRange: example(KvService.deleteRange, DeleteRangeRequest.create({ key }), {
    header,
    deleted: 2,
  }),
  txn: example(
    KvService.txn,
    TxnRequest.create({ success: [RequestOp.create({ requestPut: put })] }),
    { header, succeeded: true },
  ),
  compact: example(KvService.compact, CompactionRequest.create({ revision: 9 }), { header }),
  defragment: example(MaintenanceService.defragment, {}, { header: undefined }),
  moveLeader: example(MaintenanceService.moveLeader, MoveLeaderRequest.create({ targetId: 5n }), {
    header: undefined,
  }),
  leaseGrant: example(LeaseService.leaseGrant, LeaseGrantRequest.create({ ttl: 60 }), {
    header,
    id: 5n,
    ttl: 60,
  }),
  leaseRevoke: example(LeaseService.leaseRevoke, LeaseRevokeRequest.create({ id: 5n }), { header }),
  leaseTimeToLive: example(
    LeaseService.leaseTimeToLive,
    LeaseTimeToLiveRequest.create({ id: 5n, keys: true }),
    { header, id: 5n, ttl: 59, grantedTtl: 60 },
  ),
  hashKv: example(MaintenanceService.hashKv, HashKVRequest.create({ revision: 9 }), {
    header,
    hash: 1,
    compactRevision: 2,
    hashRevision: 9,
  }),
  hash: example(MaintenanceService.hash, {}, { header, hash: 3 }),
  members: example(ClusterService.memberList, MemberListRequest.create({ linearizable: true }), {
    header: { ...header, revision: 0 },
    members: [Member.create({ id: 12n, name: 'one', peerUrls: ['http://a:2380'], clientUrls: [] })],
  }),
  leaseLeases: example(LeaseService.leaseLeases, {}, { header, leases: [{ id: 5n }] }),
}

describe('R1: a unary method', () => {
  test.each(Object.entries(examples))('%s asks the store and answers', async (name, each) => {
    await using member = await serveMember()
    const response = await member.client.call(each.method, each.request as never)
    expect(response).toMatchObject(each.response as object)
    expect(member.store.calls).toMatchObject([{ method: name, request: each.request }])
  })

  test.each(Object.entries(examples))(
    'R9: %s hands its signal to the store',
    async (_name, { method, request }) => {
      await using member = await serveMember()
      member.store.hangs = true
      const stream = member.client.open(method)
      stream.send(request as never)
      await waitFor('the call comes', () => member.store.calls.length === 1)
      stream.cancel()
      await waitFor('the call ends', () => member.host.runningCalls === 0)
      expect(member.store.calls[0]?.signal?.reason).toMatchObject({ code: 'context-canceled' })
    },
  )

  test.each(Object.entries(examples))(
    'R12: %s tells the store nothing of the time its caller has',
    async (_name, { method, request }) => {
      await using member = await serveMember()
      await member.client.unary(method, request as never, 60_000)
      const [call] = member.store.calls
      expect(call?.options.signal?.aborted).toBe(false)
      expect('timeoutMs' in (call?.options ?? {})).toBe(false)
    },
  )

  test.each([
    [ClusterService.memberRemove, MemberRemoveRequest.create()],
    [ElectionService.campaign, CampaignRequest.create()],
    [MaintenanceService.snapshot, {}],
  ])('of a later version is Unimplemented: $path', async (method, request) => {
    await using member = await serveMember()
    const name = method.path.slice(method.path.lastIndexOf('/') + 1)
    expect(await member.client.unary(method as never, request)).toEqual({
      failure: { code: 'UNIMPLEMENTED', message: `method ${name} not implemented` },
    })
  })
})

describe('Maintenance.Status', () => {
  test('R3: answers from the Raft status and the storage', async () => {
    await using member = await serveMember()
    expect(await member.client.call(MaintenanceService.status, {})).toEqual({
      header,
      version: '3.7.1',
      dbSize: 1000,
      leader: 12n,
      raftIndex: 21,
      raftTerm: 14,
      raftAppliedIndex: 20,
      errors: [],
      dbSizeInUse: 900,
      isLearner: false,
      storageVersion: '3.7.0',
      dbSizeQuota: 2000,
      downgradeInfo: { enabled: false, targetVersion: '' },
    })
  })

  test('R2: says that there is no leader, and which is a learner', async () => {
    await using member = await serveMember()
    member.store.raft = { ...member.store.raft, leaderId: 0n, state: 'learner' }
    expect(await member.client.call(MaintenanceService.status, {})).toMatchObject({
      leader: 0n,
      errors: ['etcdserver: no leader'],
      isLearner: true,
    })
  })

  test('R2: a store without Raft lacks no leader', async () => {
    await using member = await serveMember()
    member.store.raft = { ...member.store.raft, leaderId: 0n, state: 'standalone' }
    expect(await member.client.call(MaintenanceService.status, {})).toMatchObject({ errors: [] })
  })
})

describe('Admin.GetRaftStatus', () => {
  test('R3: is the Raft status, whole', async () => {
    await using member = await serveMember()
    expect(await member.client.call(AdminService.getRaftStatus, {})).toEqual(member.store.raft)
  })
})

import { expect, test } from 'vitest'
import { KvService, MaintenanceService } from '../../src/api/generated/services.js'
import { RangeRequest, StatusRequest } from '../../src/wire/index.js'
import { serveMember } from './member.js'

test('a learner answers Status and serializable ranges, and any member what it is asked', async () => {
  await using member = await serveMember()
  const own = RangeRequest.create({ serializable: true })
  const linearizable = RangeRequest.create()
  await member.client.call(KvService.range, linearizable)
  member.store.raft = { ...member.store.raft, state: 'learner' }
  expect((await member.client.call(KvService.range, own)).count).toBe(7)
  const status = await member.client.call(MaintenanceService.status, StatusRequest.create())
  expect(status.isLearner).toBe(true)
  await expect(member.client.call(KvService.range, linearizable)).rejects.toThrow(
    'etcdserver: rpc not supported for learner',
  )
})

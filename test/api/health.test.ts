import { describe, expect, test } from 'vitest'
import { HealthService } from '../../src/api/generated/services.js'
import { HealthCheckRequest, ServingStatus } from '../../src/wire/index.js'
import { waitFor } from '../support/wait-for.js'
import { type ServedMember, serveMember } from './member.js'

const whole = HealthCheckRequest.create()
const unknown = HealthCheckRequest.create({ service: 'etcdserverpb.KV' })

function loseLeader(member: ServedMember): void {
  member.store.raft = { ...member.store.raft, leaderId: 0n, state: 'follower' }
}

describe('Health.Check', () => {
  test('is SERVING while the member can serve', async () => {
    await using member = await serveMember()
    const check = async () => (await member.client.call(HealthService.check, whole)).status
    expect(await check()).toBe(ServingStatus.SERVING)
    loseLeader(member)
    expect(await check()).toBe(ServingStatus.NOT_SERVING)
    member.store.raft = { ...member.store.raft, state: 'standalone' }
    expect(await check()).toBe(ServingStatus.SERVING)
    member.store.raft = { ...member.store.raft, leaderId: 12n, state: 'unknown' }
    expect(await check()).toBe(ServingStatus.NOT_SERVING)
  })

  test('of an unknown service is NotFound', async () => {
    await using member = await serveMember()
    expect(await member.client.unary(HealthService.check, unknown)).toEqual({
      failure: { code: 'NOT_FOUND', message: 'unknown service' },
    })
  })
})

describe('Health.Watch', () => {
  test('tells the status, and each change of it', async () => {
    await using member = await serveMember()
    const stream = member.client.open(HealthService.watch)
    stream.send(whole)
    stream.end()
    expect((await stream.at(0)).status).toBe(ServingStatus.SERVING)
    member.clock.advance(1000)
    await waitFor('it looks again', () => member.clock.timerCount === 1)
    loseLeader(member)
    member.clock.advance(1000)
    expect((await stream.at(1)).status).toBe(ServingStatus.NOT_SERVING)
  })

  test('of an unknown service says so and stays open', async () => {
    await using member = await serveMember()
    const stream = member.client.open(HealthService.watch)
    stream.send(unknown)
    expect((await stream.at(0)).status).toBe(ServingStatus.SERVICE_UNKNOWN)
    expect(stream.ended).toBeUndefined()
  })

  test('R8: leaves no timer behind when it is cancelled', async () => {
    await using member = await serveMember()
    const stream = member.client.open(HealthService.watch)
    stream.send(whole)
    await stream.at(0)
    await waitFor('it waits to look', () => member.clock.timerCount === 1)
    stream.cancel()
    await waitFor('no timer is left', () => member.clock.timerCount === 0)
    await waitFor('no call runs', () => member.host.runningCalls === 0)
  })
})

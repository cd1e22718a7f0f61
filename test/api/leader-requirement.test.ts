import { Metadata } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { KvService, LeaseService, WatchService } from '../../src/api/generated/services.js'
import { LeaseKeepAliveRequest, RangeRequest, WatchRequest } from '../../src/wire/index.js'
import { waitFor } from '../support/wait-for.js'
import { electionTimeoutMs, type ServedMember, serveMember } from './member.js'

const noLeader = { code: 'UNAVAILABLE', message: 'etcdserver: no leader' }

function requiringLeader(value = 'true'): Metadata {
  const metadata = new Metadata()
  metadata.set('hasleader', value)
  return metadata
}

function loseLeader(member: ServedMember): void {
  member.store.raft = { ...member.store.raft, leaderId: 0n, state: 'follower' }
}

async function openWatch(member: ServedMember, metadata?: Metadata) {
  const count = member.store.watches.length
  const stream = member.client.open(WatchService.watch, metadata)
  await waitFor('the stream opens', () => member.store.watches.length > count)
  return stream
}

describe('a call with hasleader: true', () => {
  test.each([
    [KvService.range, RangeRequest.create()],
    [WatchService.watch, WatchRequest.create()],
    [LeaseService.leaseKeepAlive, LeaseKeepAliveRequest.create()],
  ])('to $path is refused while there is no leader', async (method, request) => {
    await using member = await serveMember()
    loseLeader(member)
    const stream = member.client.open(method as never, requiringLeader())
    stream.send(request as never)
    await stream.until(() => stream.ended !== undefined)
    expect(stream.ended).toEqual(noLeader)
    expect(member.store.calls).toEqual([])
  })

  test('is served while there is a leader, and by a store without Raft', async () => {
    await using member = await serveMember()
    for (const state of ['leader', 'standalone'] as const) {
      if (state === 'standalone') member.store.raft = { ...member.store.raft, leaderId: 0n, state }
      const stream = member.client.open(KvService.range, requiringLeader())
      stream.send(RangeRequest.create())
      expect((await stream.at(0)).count).toBe(7)
    }
  })

  test('with another value asks for nothing', async () => {
    await using member = await serveMember()
    loseLeader(member)
    const stream = member.client.open(KvService.range, requiringLeader('false'))
    stream.send(RangeRequest.create())
    expect((await stream.at(0)).count).toBe(7)
  })
})

describe('a stream with hasleader: true', () => {
  test('is cut after three election timeouts without a leader', async () => {
    await using member = await serveMember()
    const strict = await openWatch(member, requiringLeader())
    const tolerant = await openWatch(member)
    loseLeader(member)
    member.clock.advance(electionTimeoutMs)
    member.clock.advance(electionTimeoutMs)
    expect(member.store.openWatches).toBe(2)
    member.clock.advance(electionTimeoutMs)
    await strict.until(() => strict.ended !== undefined)
    expect(strict.ended).toEqual(noLeader)
    await waitFor('one watch is left', () => member.store.openWatches === 1)
    expect(tolerant.ended).toBeUndefined()
  })

  test('outlives shorter times without a leader', async () => {
    await using member = await serveMember()
    const stream = await openWatch(member, requiringLeader())
    const led = member.store.raft
    for (let round = 0; round < 3; round++) {
      loseLeader(member)
      member.clock.advance(electionTimeoutMs)
      member.clock.advance(electionTimeoutMs)
      member.store.raft = led
      member.clock.advance(electionTimeoutMs)
    }
    expect(member.store.openWatches).toBe(1)
    expect(stream.ended).toBeUndefined()
  })

  test('leaves no timer behind', async () => {
    await using member = await serveMember()
    const first = await openWatch(member, requiringLeader())
    const second = await openWatch(member, requiringLeader())
    expect(member.clock.timerCount).toBe(1)
    first.cancel()
    second.cancel()
    await waitFor('no watch is open', () => member.store.openWatches === 0)
    await waitFor('no timer is left', () => member.clock.timerCount === 0)
  })
})

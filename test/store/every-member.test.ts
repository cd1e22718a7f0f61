import { describe, expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { bytes, refusal } from '../contract/store-operations.js'
import { idOf, requestTimeoutMs, type Store, StoreCluster } from './store-cluster.js'

const key = bytes('k')

function put(store: Store, value: string) {
  return store.put({ key, value: bytes(value) })
}

describe('every member', () => {
  test('writes and reads, each under its own header', async () => {
    await using cluster = await StoreCluster.start()
    const { term } = (await cluster.leader()).getRaftStatus()
    let revision = 1
    for (const store of cluster.all()) {
      const header = { clusterId: 5n, memberId: idOf(store), raftTerm: term }
      const written = await cluster.wait(put(store, `${revision}`))
      revision++
      expect(written.header).toEqual({ ...header, revision })
      for (const reader of cluster.all()) {
        const { kvs } = await cluster.wait(reader.range({ key }))
        expect(kvs[0]?.value.toString()).toBe(`${revision - 1}`)
      }
    }
  })

  test('answers about leases what the leader says, under its own header', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    const { term } = leader.getRaftStatus()
    for (const [at, store] of cluster.all().entries()) {
      const id = BigInt(at + 1)
      expect((await cluster.wait(store.leaseGrant({ id, ttl: 60 - at }))).ttl).toBe(60 - at)
    }
    await cluster.wait(leader.put({ key, lease: 2n }))
    await cluster.clock.advance(10_000)
    for (const store of cluster.all()) {
      const own = { clusterId: 5n, memberId: idOf(store), raftTerm: term, revision: 2 }
      const { leases, header } = await cluster.wait(store.leaseLeases())
      expect([leases.map(({ id }) => id), header]).toEqual([[3n, 2n, 1n], own])
      const left = await cluster.wait(store.leaseTimeToLive({ id: 2n, keys: true }))
      expect(left).toMatchObject({ header: own, id: 2n, grantedTtl: 59, keys: [key] })
      expect(left.ttl).toBeLessThanOrEqual(49)
      const unknown = await cluster.wait(store.leaseTimeToLive({ id: 9n }))
      expect(unknown).toMatchObject({ header: own, id: 9n, ttl: -1 })
      const lost = await cluster.wait(store.leaseKeepAlive({ id: 9n }))
      expect(lost).toEqual({ header: own, id: 9n, ttl: 0 })
    }
    const renewed = await cluster.wait((await cluster.follower()).leaseKeepAlive({ id: 2n }))
    expect(renewed.ttl).toBe(59)
    const { ttl } = await cluster.wait(leader.leaseTimeToLive({ id: 2n }))
    expect(ttl).toBeGreaterThanOrEqual(58)
  })

  test('renews on through a change of leader', async () => {
    await using cluster = await StoreCluster.start()
    const former = await cluster.leader()
    await cluster.wait(former.leaseGrant({ id: 1n, ttl: 60 }))
    const follower = await cluster.follower()
    cluster.network.isolate(idOf(former))
    expect((await cluster.wait(follower.leaseKeepAlive({ id: 1n }))).ttl).toBe(60)
    // The one that leads no longer finds out, and asks the one that does.
    const asked = former.leaseKeepAlive({ id: 1n })
    await cluster.clock.advance(3000)
    cluster.network.heal()
    expect((await cluster.wait(asked)).ttl).toBe(60)
  })

  test('asks the next leader when the one it asked has stopped', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    await cluster.wait(leader.leaseGrant({ id: 1n, ttl: 60 }))
    const follower = await cluster.follower()
    cluster.stall(leader)
    const startMs = cluster.clock.nowMs()
    expect((await cluster.wait(follower.leaseKeepAlive({ id: 1n }))).ttl).toBe(60)
    expect(cluster.clock.nowMs() - startMs).toBeLessThan(requestTimeoutMs / 2)
    cluster.resume(leader)
  })

  test('tells a late renewal that its lease is gone, whoever is asked', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    await cluster.wait(leader.leaseGrant({ id: 1n, ttl: 2 }))
    const follower = await cluster.follower()
    await cluster.clock.advance(1999)
    const early = follower.leaseKeepAlive({ id: 1n })
    await cluster.clock.advance(5)
    const late = follower.leaseKeepAlive({ id: 1n })
    for (const { ttl } of await cluster.wait(Promise.all([early, late]))) {
      expect([0, 2]).toContain(ttl)
    }
    await cluster.clock.advance(10_000)
    expect((await cluster.wait(follower.leaseKeepAlive({ id: 1n }))).ttl).toBe(0)
  })

  test('publishes itself, also when it follows', async () => {
    await using cluster = await StoreCluster.start()
    for (const store of cluster.all()) {
      const id = idOf(store)
      const urls = { peerUrls: [`http://${id}:2380`], clientUrls: [`http://${id}:2379`] }
      await cluster.wait(store.publish({ id, name: `member ${id}`, ...urls }))
    }
    await cluster.settled()
    const lists = await Promise.all(cluster.all().map((store) => store.members()))
    expect(lists[0]?.map(({ name }) => name)).toEqual(['member 1', 'member 2', 'member 3'])
    expect(lists[1]).toEqual(lists[0])
    expect(lists[2]).toEqual(lists[0])
  })
})

describe('a member without a quorum', () => {
  test('reads on what it has, and refuses the rest in bounded time', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    await cluster.wait(put(leader, 'before'))
    await cluster.settled()
    for (const store of cluster.all()) cluster.network.isolate(idOf(store))
    await cluster.clock.until(() =>
      cluster.all().every((store) => store.getRaftStatus().leaderId === 0n),
    )
    for (const store of cluster.all()) {
      const { kvs } = await cluster.wait(store.range({ key, serializable: true }))
      expect(kvs[0]?.value.toString()).toBe('before')
      const startMs = cluster.clock.nowMs()
      const refused = Promise.all([
        refusal(put(store, 'after')),
        refusal(store.leaseGrant({ ttl: 60 })),
        refusal(store.range({ key })),
        refusal(store.leaseKeepAlive({ id: 1n })),
        refusal(store.leaseTimeToLive({ id: 1n })),
        refusal(store.leaseLeases()),
        refusal(store.moveLeader(1n)),
      ])
      expect(await cluster.wait(refused)).toEqual([
        ...['no-leader', 'no-leader', 'request-timed-out'],
        ...['no-leader', 'no-leader', 'no-leader', 'not-leader'],
      ])
      expect(cluster.clock.nowMs() - startMs).toBeLessThanOrEqual(requestTimeoutMs + 200)
    }
  })

  test('R9: answers a cancelled call at once', async () => {
    await using cluster = await StoreCluster.start()
    const follower = await cluster.follower()
    cluster.network.isolate(idOf(await cluster.leader()))
    cluster.network.isolate(idOf(follower))
    const signal = new CancelSource()
    const answers = Promise.all([
      refusal(follower.leaseKeepAlive({ id: 1n }, { signal })),
      refusal(follower.leaseTimeToLive({ id: 1n }, { signal })),
      refusal(follower.leaseLeases({ signal })),
    ])
    await cluster.clock.advance(100)
    signal.abort(undefined)
    await cluster.wait(answers, 1)
  })
})

describe('moving the leader', () => {
  test('is answered when the other one leads; nothing is lost on the way', async () => {
    await using cluster = await StoreCluster.start()
    const former = await cluster.leader()
    const follower = await cluster.follower()
    await cluster.wait(former.leaseGrant({ id: 1n, ttl: 60 }))
    const calls = Promise.all(
      cluster.all().flatMap((store) => [put(store, 'x'), store.leaseKeepAlive({ id: 1n })]),
    )
    await cluster.wait(former.moveLeader(idOf(follower)))
    expect(former.getRaftStatus().leaderId).toBe(idOf(follower))
    await cluster.wait(calls)
    expect(await cluster.leader()).toBe(follower)
    const { ttl } = await cluster.wait(former.leaseTimeToLive({ id: 1n }))
    expect(ttl).toBeGreaterThanOrEqual(59)
    expect(cluster.clock.nowMs()).toBeLessThan(20_000)
  })

  test('is for the leader, and to a member with a vote', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    expect(await refusal(follower.moveLeader(idOf(follower)))).toBe('not-leader')
    expect(await refusal(follower.moveLeader(99n))).toBe('not-leader')
    expect(await refusal(leader.moveLeader(99n))).toBe('bad-leader-transferee')
    expect(await refusal(leader.moveLeader(0n))).toBe('bad-leader-transferee')
    await cluster.wait(leader.moveLeader(idOf(leader)))
    expect(await cluster.leader()).toBe(leader)
  })

  test('to a member that is away fails in bounded time, and the leader goes on', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    const away = idOf(await cluster.follower())
    cluster.network.isolate(away)
    expect(await cluster.wait(refusal(leader.moveLeader(away)))).toBe('request-timed-out')
    expect(cluster.clock.nowMs()).toBeLessThan(20_000)
    await cluster.wait(put(leader, 'on'))
  })
})

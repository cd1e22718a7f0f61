import { describe, expect, test } from 'vitest'
import { bytes } from '../contract/store-operations.js'
import { electionTimeoutMs, idOf, type Store, StoreCluster } from './store-cluster.js'

const secondMs = 1000
const key = bytes('owned')

/** A lease with a key of its own. */
async function grant(cluster: StoreCluster, id: bigint, ttl: number): Promise<void> {
  const leader = await cluster.leader()
  await cluster.wait(leader.leaseGrant({ id, ttl }))
  await cluster.wait(leader.put({ key, lease: id }))
}

/** Whether the key is there, as this member knows it. */
async function holds(cluster: StoreCluster, store: Store): Promise<boolean> {
  const { count } = await cluster.wait(store.range({ key, serializable: true }))
  return count === 1
}

async function waitUntilGone(cluster: StoreCluster, store: Store): Promise<number> {
  const startMs = cluster.clock.nowMs()
  let gone = false
  const stream = store.watch({
    send: ({ events }) => {
      gone ||= events.length > 0
      return true
    },
  })
  stream.create({ key })
  await cluster.clock.until(() => gone, 48 * 3600 * secondMs)
  stream.close()
  return cluster.clock.nowMs() - startMs
}

async function renew(cluster: StoreCluster, store: Store, id: bigint): Promise<number> {
  return (await cluster.wait(store.leaseKeepAlive({ id }))).ttl
}

describe('R10: a lease', () => {
  test('renewed just before its leader is cut off lives its whole time, and then ends', async () => {
    await using cluster = await StoreCluster.start()
    await grant(cluster, 1n, 5)
    const former = await cluster.leader()
    await cluster.clock.advance(4 * secondMs)
    expect(await renew(cluster, former, 1n)).toBe(5)
    const renewedMs = cluster.clock.nowMs()
    const leader = await cluster.depose(former)
    const lastedMs = cluster.clock.nowMs() - renewedMs + (await waitUntilGone(cluster, leader))
    expect(lastedMs).toBeGreaterThanOrEqual(5 * secondMs)
    expect(lastedMs).toBeLessThan(5 * secondMs + 4 * electionTimeoutMs)
  })

  test('is not revoked by a leader that is cut off when its time comes, then or later', async () => {
    await using cluster = await StoreCluster.start()
    await grant(cluster, 1n, 3)
    const former = await cluster.leader()
    await cluster.clock.advance(2800)
    cluster.network.isolate(idOf(former))
    const { term } = former.getRaftStatus()
    await cluster.clock.advance(300)
    // Its time is over here, and it does not know yet that nobody follows it.
    expect(former.getRaftStatus()).toMatchObject({ state: 'leader', term })
    const leader = await cluster.leader(cluster.others(former))
    cluster.network.heal()
    for (let turn = 0; turn < 10; turn++) {
      expect(await renew(cluster, leader, 1n)).toBe(3)
      await cluster.clock.advance(2 * secondMs)
    }
    await cluster.settled()
    for (const store of cluster.all()) expect(await holds(cluster, store)).toBe(true)
    expect(cluster.troubles).toEqual([])
  })

  test('is not revoked by a leader that was stopped until it was deposed (etcd #15247)', async () => {
    await using cluster = await StoreCluster.start()
    const former = await cluster.leader()
    for (let id = 1n; id <= 100n; id++) {
      await cluster.wait(former.leaseGrant({ id, ttl: 4 }))
      await cluster.wait(former.put({ key: bytes(`owned ${id}`), lease: id }))
    }
    await cluster.settled()
    cluster.stall(former)
    const leader = await cluster.leader(cluster.others(former))
    for (let turn = 0; turn < 4; turn++) {
      for (let id = 1n; id <= 100n; id++) expect(await renew(cluster, leader, id)).toBe(4)
      await cluster.clock.advance(2 * secondMs)
    }
    cluster.resume(former)
    await cluster.clock.advance(secondMs)
    expect(former.getRaftStatus()).toMatchObject({ state: 'follower', leaderId: idOf(leader) })
    const all = { key: bytes('owned'), rangeEnd: bytes('ownee'), countOnly: true }
    for (const store of cluster.all()) {
      expect((await cluster.wait(store.range(all))).count).toBe(100)
    }
    expect(cluster.troubles).toEqual([])
  })

  test('is known for its whole time through many changes of leader, one soon after the other', async () => {
    await using cluster = await StoreCluster.start()
    await grant(cluster, 1n, 60)
    for (let change = 0; change < 6; change++) {
      const former = await cluster.leader()
      await cluster.depose(former)
      cluster.network.heal()
      const leader = await cluster.leader()
      const { ttl } = await cluster.wait(leader.leaseTimeToLive({ id: 1n }))
      expect(ttl).toBeGreaterThanOrEqual(60)
      expect(ttl).toBeLessThanOrEqual(61)
      await cluster.clock.advance(20 * secondMs)
    }
    const lastedMs = await waitUntilGone(cluster, await cluster.leader())
    expect(lastedMs).toBeLessThan(61 * secondMs)
  })

  test('with checkpoints loses no more than it ran, and gains no more than a checkpoint is old', async () => {
    await using cluster = await StoreCluster.start({
      leaseCheckpoints: true,
      electionTimeoutMs: 10 * secondMs,
      node: { tickMs: secondMs, requestTimeoutMs: 60 * secondMs },
    })
    const hour = 3600
    await grant(cluster, 1n, hour)
    const grantedMs = cluster.clock.nowMs()
    for (let change = 1; change <= 4; change++) {
      await cluster.clock.advance(8 * 60 * secondMs)
      await cluster.depose(await cluster.leader())
      cluster.network.heal()
      const leader = await cluster.leader()
      const { ttl } = await cluster.wait(leader.leaseTimeToLive({ id: 1n }))
      const left = hour - (cluster.clock.nowMs() - grantedMs) / secondMs
      expect(ttl).toBeGreaterThanOrEqual(Math.floor(left))
      // Each change may give back what ran since the last note, five minutes at most, and the election.
      expect(ttl).toBeLessThanOrEqual(left + change * (5 * 60 + 60))
    }
  })

  test('that is renewed after its checkpoint gets its whole time from the next leader', async () => {
    await using cluster = await StoreCluster.start({
      leaseCheckpoints: true,
      electionTimeoutMs: 10 * secondMs,
      node: { tickMs: secondMs, requestTimeoutMs: 60 * secondMs },
    })
    await grant(cluster, 1n, 3600)
    await cluster.clock.advance(11 * 60 * secondMs)
    const former = await cluster.leader()
    expect(await renew(cluster, former, 1n)).toBe(3600)
    const leader = await cluster.depose(former)
    const { ttl } = await cluster.wait(leader.leaseTimeToLive({ id: 1n }))
    expect(ttl).toBeGreaterThanOrEqual(3600)
  })

  test('granted while the leader changes is there on all members or on none', async () => {
    await using cluster = await StoreCluster.start()
    const former = await cluster.leader()
    const outcomes = new Map<bigint, string>()
    for (let id = 1n; id <= 30n; id++) {
      former.leaseGrant({ id, ttl: 60 }).then(
        () => outcomes.set(id, 'granted'),
        (error) => outcomes.set(id, error.code),
      )
      await cluster.clock.advance(30)
      if (id === 10n) cluster.network.isolate(idOf(former))
    }
    const leader = await cluster.leader(cluster.others(former))
    cluster.network.heal()
    await cluster.clock.until(() => outcomes.size === 30)
    await cluster.settled()
    const lists = []
    for (const store of cluster.all()) lists.push(await cluster.wait(store.leaseLeases()))
    const [known, ...others] = lists.map(({ leases }) => leases.map(({ id }) => id).sort())
    for (const other of others) expect(other).toEqual(known)
    for (const [id, outcome] of outcomes) if (outcome === 'granted') expect(known).toContain(id)
    await cluster.clock.advance(70 * secondMs)
    expect((await cluster.wait(leader.leaseLeases())).leases).toEqual([])
  })

  test('is promoted together with 20,000 others without a write', async () => {
    await using cluster = await StoreCluster.start()
    const former = await cluster.leader()
    for (let round = 0; round < 20; round++) {
      const grants = Array.from({ length: 1000 }, (_, at) =>
        former.leaseGrant({ id: BigInt(round * 1000 + at + 1), ttl: 600 }),
      )
      await cluster.wait(Promise.all(grants))
    }
    await cluster.settled()
    const { applied } = former.getRaftStatus()
    const leader = await cluster.depose(former)
    const { ttl } = await cluster.wait(leader.leaseTimeToLive({ id: 20_000n }))
    expect(ttl).toBeGreaterThanOrEqual(600)
    // The first entry of each new term, and nothing for the leases.
    expect(leader.getRaftStatus().applied - applied).toBeLessThanOrEqual(
      leader.getRaftStatus().term - former.getRaftStatus().term,
    )
  })
})

describe('Jepsen 3.4.3: a lock', () => {
  test('is not granted to who queued for it until his lease ran out', async () => {
    await using cluster = await StoreCluster.start()
    const leader = await cluster.leader()
    const queue = (name: string, lease: bigint) =>
      leader.put({ key: bytes(`lock/${name}`), lease, value: bytes(name) })
    await cluster.wait(leader.leaseGrant({ id: 1n, ttl: 60 }))
    await cluster.wait(leader.leaseGrant({ id: 2n, ttl: 5 }))
    await cluster.wait(queue('holder', 1n))
    await cluster.wait(queue('waiter', 2n))
    await cluster.clock.advance(2 * secondMs)
    const next = await cluster.depose(leader)
    await cluster.clock.advance(20 * secondMs)
    await cluster.wait(next.leaseRevoke({ id: 1n }))
    const { kvs } = await cluster.wait(
      next.range({ key: bytes('lock/'), rangeEnd: bytes('lock0') }),
    )
    expect(kvs).toEqual([])
    // Neither a renewal nor a put brings the waiter back.
    expect(await renew(cluster, next, 2n)).toBe(0)
    await expect(cluster.wait(next.put({ key, lease: 2n }))).rejects.toMatchObject({
      code: 'lease-not-found',
    })
  })
})

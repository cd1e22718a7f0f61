import { describe, expect, test } from 'vitest'
import type { WatchResponse } from '../../src/wire/index.js'
import { bytes, refusal } from '../contract/store-operations.js'
import { idOf, type Store, StoreCluster } from './store-cluster.js'

const key = bytes('k')

function put(store: Store, value: string) {
  return store.put({ key, value: bytes(value) })
}

/** Every event and header of a watch on one key. */
function watch(store: Store, startRevision: number, progressNotify = false) {
  const responses: WatchResponse[] = []
  const stream = store.watch({ send: (response) => responses.push(response) > 0 })
  stream.create({ key, startRevision, progressNotify })
  const events = () => responses.flatMap((response) => response.events)
  return { responses, stream, revisions: () => events().map(({ kv }) => kv.modRevision) }
}

describe('a member that lags behind', () => {
  async function lagging(cluster: StoreCluster): Promise<{ leader: Store; behind: Store }> {
    const leader = await cluster.leader()
    const behind = await cluster.follower()
    await cluster.wait(put(leader, '2'))
    await cluster.settled()
    cluster.network.isolate(idOf(behind))
    for (let value = 3; value <= 6; value++) await cluster.wait(put(leader, `${value}`))
    return { leader, behind }
  }

  test('has no hash of a revision it has not applied, and later the same one', async () => {
    await using cluster = await StoreCluster.start()
    const { leader, behind } = await lagging(cluster)
    expect(await refusal(behind.hashKv({ revision: 6 }))).toBe('future-revision')
    expect((await cluster.wait(behind.hashKv({}))).hashRevision).toBe(2)
    cluster.network.heal()
    await cluster.settled()
    const expected = (await cluster.wait(leader.hashKv({ revision: 5 }))).hash
    expect((await cluster.wait(behind.hashKv({ revision: 5 }))).hash).toBe(expected)
  })

  test('sends a watch from a revision to come nothing before it, and nothing twice', async () => {
    await using cluster = await StoreCluster.start()
    const { leader, behind } = await lagging(cluster)
    const near = watch(behind, 5)
    const far = watch(behind, 8)
    const now = watch(behind, 0)
    cluster.network.heal()
    await cluster.settled()
    for (let value = 7; value <= 9; value++) await cluster.wait(put(leader, `${value}`))
    await cluster.settled()
    await cluster.clock.advance(1000)
    expect(near.revisions()).toEqual([5, 6, 7, 8, 9])
    expect(far.revisions()).toEqual([8, 9])
    expect(now.revisions()).toEqual([3, 4, 5, 6, 7, 8, 9])
  })

  test('tells watches of no progress beyond the events it has sent', async () => {
    await using cluster = await StoreCluster.start({ progressIntervalMs: 100 })
    const { leader, behind } = await lagging(cluster)
    const seen = watch(behind, 2, true)
    await cluster.clock.advance(500)
    seen.stream.requestProgress()
    await cluster.clock.advance(500)
    const stale = seen.responses.filter((response) => response.events.length === 0)
    expect(stale.length).toBeGreaterThan(1)
    for (const { header } of stale) expect(header?.revision).toBe(2)
    cluster.network.heal()
    await cluster.settled()
    await cluster.wait(put(leader, '7'))
    await cluster.settled()
    await cluster.clock.advance(500)
    let sent = 0
    for (const { header, events, created } of seen.responses) {
      if (events.length === 0 && !created) expect(header?.revision).toBeLessThanOrEqual(sent)
      sent = Math.max(sent, ...events.map(({ kv }) => kv.modRevision))
    }
    expect(sent).toBe(7)
    expect(seen.responses.at(-1)?.header?.revision).toBe(7)
  })
})

describe('compactions', () => {
  test('a physical one asked of a follower is answered when the follower has swept', async () => {
    await using cluster = await StoreCluster.start()
    const follower = await cluster.follower()
    for (let value = 0; value < 20; value++) await cluster.wait(put(follower, `${value}`))
    const before = follower.storageStatus().inUseBytes
    await cluster.wait(follower.compact({ revision: 20, physical: true }))
    expect(follower.storageStatus().inUseBytes).toBeLessThan(before)
    await cluster.settled()
    await cluster.clock.advance(1000)
    for (const store of cluster.all()) {
      expect(store.storageStatus().inUseBytes).toBe(follower.storageStatus().inUseBytes)
      expect(await refusal(store.range({ key, revision: 19, serializable: true }))).toBe(
        'compacted',
      )
    }
  })

  test('by itself compacts who leads, also after a change of leader', async () => {
    await using cluster = await StoreCluster.start({
      autoCompaction: { mode: 'revision', revisions: 10 },
    })
    const compactedTo = async (revision: number) => {
      const [store] = cluster.all()
      if (store === undefined) return
      const read = (at: number) => store.range({ key, revision: at, serializable: true })
      expect(await refusal(read(revision - 1))).toBe('compacted')
      await cluster.wait(read(revision))
    }
    const former = await cluster.leader()
    for (let value = 0; value < 30; value++) await cluster.wait(put(former, `${value}`))
    await cluster.clock.advance(301_000)
    await compactedTo(21)
    await cluster.depose(former)
    cluster.network.heal()
    const leader = await cluster.leader()
    for (let value = 0; value < 30; value++) await cluster.wait(put(leader, `${value}`))
    await cluster.clock.advance(301_000)
    await cluster.settled()
    await compactedTo(51)
    expect(cluster.troubles).toEqual([])
  })
})

import { expect, test } from 'vitest'
import { type Random, seededRandom } from '../../src/base/random.js'
import { EventType } from '../../src/wire/index.js'
import { bytes } from '../contract/store-operations.js'
import { electionTimeoutMs, idOf, type Store, StoreCluster } from './store-cluster.js'

const leaseCount = 8
const ttl = 4
const ttlMs = ttl * 1000

interface Tracked {
  readonly id: bigint
  /** When the last renewal that was answered was asked for. */
  renewedMs: number
  goneMs: number | undefined
}

/** Renews all leases again and again, each time on any member, until the test ends it. */
class Renewals {
  readonly #ends: Promise<void>[] = []
  #over = false
  answered = 0

  constructor(
    private readonly cluster: StoreCluster,
    private readonly random: Random,
  ) {}

  begin(lease: Tracked): void {
    this.#ends.push(this.#keep(lease))
  }

  async end(): Promise<void> {
    this.#over = true
    await this.cluster.wait(Promise.all(this.#ends))
  }

  async #keep(lease: Tracked): Promise<void> {
    const { clock } = this.cluster
    while (!this.#over && lease.goneMs === undefined) {
      const stores = this.cluster.all()
      const store = stores[this.random.below(stores.length)]
      const askedMs = clock.nowMs()
      const answer = await store?.leaseKeepAlive({ id: lease.id }).catch(() => undefined)
      if (answer !== undefined && answer.ttl > 0) {
        lease.renewedMs = Math.max(lease.renewedMs, askedMs)
        this.answered++
      }
      await new Promise<void>(
        (resolve) => void clock.schedule(300 + this.random.below(900), resolve),
      )
    }
  }
}

/** Notes on every member when it hears that the key of a lease is gone, the earliest. */
function observe(cluster: StoreCluster, store: Store, leases: readonly Tracked[]): () => void {
  const stream = store.watch({
    send: ({ events }) => {
      for (const { type, kv } of events) {
        const lease = leases.find(({ id }) => kv.key.toString() === `owned/${id}`)
        if (lease !== undefined && type === EventType.DELETE) lease.goneMs ??= cluster.clock.nowMs()
      }
      return true
    },
  })
  stream.create({ key: bytes('owned/'), rangeEnd: bytes('owned0') })
  return () => stream.close()
}

async function disturb(cluster: StoreCluster, random: Random): Promise<void> {
  const stores = cluster.all()
  const store = stores[random.below(stores.length)]
  if (store === undefined) return
  const kind = random.below(4)
  if (kind === 0) cluster.network.isolate(idOf(store))
  else if (kind === 1) cluster.stall(store)
  else if (kind === 2) cluster.network.cut(idOf(store), cluster.others(store)[0] ?? 0n)
  else store.moveLeader(cluster.others(store)[random.below(2)] ?? 0n).catch(() => {})
  await cluster.clock.advance(random.below(4 * electionTimeoutMs))
  cluster.resume(store)
  cluster.network.heal()
  await cluster.clock.advance(random.below(3 * electionTimeoutMs))
}

test.each(Array.from({ length: 12 }, (_, seed) => [seed + 1]))(
  'R10: no lease ends before its time, and none lives on, whatever leaders come and go (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    await using cluster = await StoreCluster.start({ leaseCheckpoints: seed % 2 === 0 }, 3, seed)
    const leader = await cluster.leader()
    const leases: Tracked[] = []
    for (let id = 1n; id <= leaseCount; id++) {
      await cluster.wait(leader.leaseGrant({ id, ttl }))
      await cluster.wait(leader.put({ key: bytes(`owned/${id}`), lease: id }))
      leases.push({ id, renewedMs: cluster.clock.nowMs(), goneMs: undefined })
    }
    const closes = cluster.all().map((store) => observe(cluster, store, leases))
    const renewals = new Renewals(cluster, random)
    for (const lease of leases) renewals.begin(lease)
    for (let round = 0; round < 8; round++) await disturb(cluster, random)
    await renewals.end()
    await cluster.leader()
    const endMs = cluster.clock.nowMs()
    await cluster.clock.until(() => leases.every(({ goneMs }) => goneMs !== undefined))
    for (const { renewedMs, goneMs = 0 } of leases) {
      expect(goneMs - renewedMs).toBeGreaterThanOrEqual(ttlMs)
    }
    // A late change of leader gives all of the time once more, and an election timeout.
    const limitMs = endMs + ttlMs + 3 * electionTimeoutMs
    for (const { goneMs } of leases) expect(goneMs).toBeLessThanOrEqual(limitMs)
    expect(renewals.answered).toBeGreaterThan(20)
    for (const close of closes) close()
  },
)

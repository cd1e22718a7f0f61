import { expect, test } from 'vitest'
import type { Store } from '../../src/store/index.js'
import { SimulatedClock } from './simulated-clock.js'
import { openSimulatedMember } from './simulated-member.js'

const leaseCount = 100_000
const ttlSeconds = 60
/** Two batches: one under way when a put comes, one that begins before the put is answered. */
const mostBeforeOnePut = 50

function openVolatile(clock: SimulatedClock): Promise<Store> {
  return openSimulatedMember(clock, {
    onTrouble: (_what, error) => {
      throw error
    },
  })
}

async function grantAll(store: Store, clock: SimulatedClock): Promise<void> {
  const atOnce = 10_000
  for (let first = 1; first <= leaseCount; first += atOnce) {
    const ids = Array.from({ length: atOnce }, (_, index) => BigInt(first + index))
    await clock.complete(Promise.all(ids.map((id) => store.leaseGrant({ id, ttl: ttlSeconds }))))
  }
}

test('100,000 leases that run out in one second let puts through, and are gone within 30 s', async () => {
  const clock = new SimulatedClock()
  const store = await openVolatile(clock)
  await grantAll(store, clock)
  await clock.advance(ttlSeconds * 1000)
  const beganMs = clock.nowMs()
  let puts = 0
  let most = 0
  const count = async () => (await clock.complete(store.leaseLeases())).leases.length
  let left = await count()
  for (; left > 0; puts++) {
    await clock.complete(store.put({ key: Buffer.from('probe') }))
    most = Math.max(most, left - (await count()))
    await clock.advance(20)
    left = await count()
  }
  expect(puts).toBeGreaterThan(100)
  expect(most).toBeLessThanOrEqual(mostBeforeOnePut)
  expect(clock.nowMs() - beganMs).toBeLessThan(30_000)
  await clock.complete(store.close())
})

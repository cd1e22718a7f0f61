import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/index.js'
import { PutRequest, RequestOp } from '../../src/wire/index.js'
import { StoreFixture, storeKinds, Watching } from './store-fixture.js'
import { bytes, deleteOp, putOp, refusal, txnOp } from './store-operations.js'

const ttl = 3600

function leasedPutOp(key: string, lease: bigint): RequestOp {
  return RequestOp.create({ requestPut: PutRequest.create({ key: bytes(key), lease }) })
}

async function keysOf(store: Store, id: bigint): Promise<string[]> {
  return (await store.leaseTimeToLive({ id, keys: true })).keys.map(String)
}

async function leaseOf(store: Store, key: string): Promise<bigint | undefined> {
  return (await store.range({ key: bytes(key) })).kvs[0]?.lease
}

for (const kind of storeKinds) {
  describe(`keys of leases: ${kind}`, () => {
    async function withLeases(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
      const fixture = await StoreFixture.create(kind)
      try {
        for (const id of [1n, 2n]) await fixture.store.leaseGrant({ id, ttl })
        await work(fixture)
        expect(fixture.troubles).toEqual([])
      } finally {
        await fixture.dispose()
      }
    }

    test('are attached by transactions, nested ones and the branch not taken told apart', () =>
      withLeases(async ({ store }) => {
        await store.txn({
          success: [leasedPutOp('b', 1n), txnOp({ success: [leasedPutOp('a', 1n)] })],
          failure: [leasedPutOp('c', 1n)],
        })
        await store.txn({ success: [leasedPutOp('d', 2n), deleteOp('b')] })
        expect([await keysOf(store, 1n), await keysOf(store, 2n)]).toEqual([['a'], ['d']])
        const { header } = await store.leaseRevoke({ id: 1n })
        expect(header?.revision).toBe(4)
        const left = await store.range({ key: bytes('a'), rangeEnd: bytes('z') })
        expect(left.kvs.map(({ key }) => String(key))).toEqual(['d'])
      }))

    test('are not attached by a transaction that is refused, even when its end is at fault', () =>
      withLeases(async ({ store }) => {
        await store.put({ key: bytes('b'), lease: 2n })
        const unknown = store.txn({ success: [leasedPutOp('a', 1n), leasedPutOp('c', 99n)] })
        expect(await refusal(unknown)).toBe('lease-not-found')
        const keepValue = RequestOp.create({
          requestPut: PutRequest.create({ key: bytes('new'), ignoreValue: true }),
        })
        const keeping = store.txn({
          success: [leasedPutOp('a', 1n), txnOp({ success: [keepValue] })],
        })
        expect(await refusal(keeping)).toBe('key-not-found')
        expect([await keysOf(store, 1n), await keysOf(store, 2n)]).toEqual([[], ['b']])
        expect((await store.leaseRevoke({ id: 1n })).header?.revision).toBe(2)
      }))

    test('move with the last put, stay with ignore_lease, and survive a restart where they are', () =>
      withLeases(async (fixture) => {
        const { store } = fixture
        for (const key of ['moved', 'kept', 'detached', 'deleted']) {
          await store.put({ key: bytes(key), lease: 1n })
        }
        await store.put({ key: bytes('moved'), lease: 2n })
        await store.put({ key: bytes('kept'), value: bytes('new'), ignoreLease: true })
        await store.put({ key: bytes('detached') })
        await store.deleteRange({ key: bytes('deleted') })
        await store.put({ key: bytes('deleted') })
        expect([await leaseOf(store, 'moved'), await leaseOf(store, 'kept')]).toEqual([2n, 1n])
        if (kind !== 'volatile memory') await fixture.restart()
        const after = fixture.store
        expect([await keysOf(after, 1n), await keysOf(after, 2n)]).toEqual([['kept'], ['moved']])
        await after.leaseRevoke({ id: 1n })
        const left = await after.range({ key: bytes('a'), rangeEnd: bytes('z') })
        expect(left.kvs.map(({ key }) => String(key))).toEqual(['deleted', 'detached', 'moved'])
      }))

    test('cannot be put with a lease that is unknown or gone: nothing changes', () =>
      withLeases(async ({ store }) => {
        await store.put({ key: bytes('a'), value: bytes('1') })
        await store.leaseRevoke({ id: 1n })
        for (const lease of [1n, 99n, -1n]) {
          const put = store.put({ key: bytes('a'), value: bytes('2'), lease })
          expect(await refusal(put)).toBe('lease-not-found')
        }
        const { kvs, header } = await store.range({ key: bytes('a') })
        expect([String(kvs[0]?.value), kvs[0]?.lease, header?.revision]).toEqual(['1', 0n, 2])
      }))

    test('may be put and revoked in any order: each put is refused, or goes with its lease', () =>
      withLeases(async ({ store }) => {
        const puts = Array.from({ length: 40 }, (_, index) => {
          if (index === 20) void store.leaseRevoke({ id: 1n })
          return store.put({ key: bytes(`k${index}`), lease: 1n }).then(
            () => 'put',
            (error) => error.code,
          )
        })
        const outcomes = await Promise.all(puts)
        expect(outcomes).toEqual(
          outcomes.map((_, index) => (index < 20 ? 'put' : 'lease-not-found')),
        )
        expect((await store.range({ key: bytes('k'), rangeEnd: bytes('l') })).count).toBe(0)
      }))

    test('renewals that race with a revocation answer the whole time or none, never more after none', () =>
      withLeases(async ({ store }) => {
        const answers: number[] = []
        const renewals = Array.from({ length: 200 }, async (_, index) => {
          if (index === 100) await store.leaseRevoke({ id: 1n })
          else answers.push((await store.leaseKeepAlive({ id: 1n })).ttl)
        })
        await Promise.all(renewals)
        expect(answers).toHaveLength(199)
        expect(answers).toEqual([...answers].sort((left, right) => right - left))
        expect(answers.filter((answer) => answer !== ttl && answer !== 0)).toEqual([])
        expect((await store.leaseKeepAlive({ id: 1n })).ttl).toBe(0)
        expect(await refusal(store.leaseRevoke({ id: 1n }))).toBe('lease-not-found')
      }))

    test('10,000 of them go in one revision, in order, while the process goes on with other work', () =>
      withLeases(async ({ store }) => {
        const keys = Array.from({ length: 10_000 }, (_, at) => `key-${String(at).padStart(5, '0')}`)
        for (let at = 0; at < keys.length; at += 100) {
          const success = keys.slice(at, at + 100).map((key) => leasedPutOp(key, 1n))
          await store.txn({ success: success.reverse() })
        }
        await store.put({ key: bytes('other') })
        const watching = new Watching(store)
        watching.stream.create({ key: bytes('key-'), rangeEnd: bytes('key.') })
        let over = false
        const revoked = store.leaseRevoke({ id: 1n }).finally(() => {
          over = true
        })
        let turns = 0
        for (; !over; turns++) await new Promise((resolve) => setImmediate(resolve))
        expect(turns).toBeGreaterThan(30)
        const { header } = await revoked
        const events = await watching.sees(10_000)
        expect(events).toEqual(keys.map((key) => `${header?.revision}: ${key} deleted`))
        expect((await store.range({ key: bytes('a'), rangeEnd: bytes('z') })).count).toBe(1)
        watching.stream.close()
      }))
  })
}

test('R9: who gives up on the keys of a lease has the answer at once', async () => {
  const fixture = await StoreFixture.create('level')
  await fixture.store.leaseGrant({ id: 1n, ttl })
  await fixture.store.txn({ success: [leasedPutOp('a', 1n), putOp('b', '')] })
  const abort = new AbortController()
  const answer = fixture.store.leaseTimeToLive({ id: 1n, keys: true }, { signal: abort.signal })
  abort.abort()
  expect(await refusal(answer)).toMatch(/canceled/)
  await fixture.hasOpenViews(0)
  await fixture.dispose()
})

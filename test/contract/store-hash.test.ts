import { expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { StoreFixture, storeKinds } from './store-fixture.js'
import { bytes, putOp, refusal } from './store-operations.js'

for (const kind of storeKinds) {
  async function withStore(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
    const fixture = await StoreFixture.create(kind)
    try {
      await work(fixture)
      expect(fixture.troubles).toEqual([])
    } finally {
      await fixture.dispose()
    }
  }

  test(`R6: a hash of the pairs says of which revision it is: ${kind}`, () =>
    withStore(async ({ store }) => {
      for (const key of ['a', 'b', 'a', 'c']) await store.put({ key: bytes(key) })
      expect(await store.hashKv({})).toMatchObject({
        header: { revision: 5 },
        hash: 1301386721,
        compactRevision: -1,
        hashRevision: 5,
      })
      await store.compact({ revision: 3 })
      expect(await store.hashKv({ revision: 4 })).toMatchObject({
        header: { revision: 5 },
        hash: 3010476773,
        compactRevision: 3,
        hashRevision: 4,
      })
    }))

  test(`R6: a hash is refused below the compacted revision and above the current one: ${kind}`, () =>
    withStore(async ({ store }) => {
      for (const key of ['a', 'b', 'c']) await store.put({ key: bytes(key) })
      await store.compact({ revision: 3 })
      expect(await refusal(store.hashKv({ revision: 2 }))).toBe('compacted')
      expect(await store.hashKv({ revision: 3 })).toMatchObject({ hashRevision: 3 })
      expect(await refusal(store.hashKv({ revision: 5 }))).toBe('future-revision')
    }))

  test(`R6: the hash of everything is the same after a restart: ${kind}`, () =>
    withStore(async (fixture) => {
      if (kind === 'volatile memory') return
      await fixture.store.leaseGrant({ id: 5n, ttl: 1000 })
      await fixture.store.put({ key: bytes('a'), lease: 5n })
      const before = await fixture.store.hash()
      expect(before.header?.revision).toBe(2)
      await fixture.restart()
      expect((await fixture.store.hash()).hash).toBe(before.hash)
    }))

  test(`a hash lets other work go on after every 256 rows: ${kind}`, () =>
    withStore(async ({ store }) => {
      await fill(store)
      let done = false
      const hash = store.hashKv({}).finally(() => {
        done = true
      })
      let turns = 0
      for (; !done; turns++) await new Promise((resolve) => setImmediate(resolve))
      expect(turns).toBeGreaterThanOrEqual(8000 / 256)
      expect(await hash).toMatchObject({ hashRevision: 81 })
    }))

  test(`R9, R12: a hash ends when its caller goes or the store closes: ${kind}`, () =>
    withStore(async ({ store }) => {
      await fill(store)
      const source = new CancelSource()
      const cancelled = refusal(store.hashKv({}, { signal: source }))
      const stopped = refusal(store.hash())
      source.abort(Object.assign(new Error('gone'), { code: 'context-canceled' }))
      expect(await cancelled).toBe('context-canceled')
      await store.close()
      expect(await stopped).toBe('server-stopped')
    }))

  test(`eight hashes are made at once, and no more: ${kind}`, () =>
    withStore(async ({ store }) => {
      await fill(store)
      const hashes = Array.from({ length: 8 }, () => store.hashKv({}))
      expect(await refusal(store.hashKv({}))).toBe('too-many-requests')
      const found = new Set((await Promise.all(hashes)).map(({ hash }) => hash))
      expect(found.size).toBe(1)
      await store.hashKv({})
    }))
}

/** 8,000 keys. */
async function fill(store: StoreFixture['store']): Promise<void> {
  for (let batch = 0; batch < 80; batch++) {
    const keys = Array.from({ length: 100 }, (_, index) => `key-${batch * 100 + index}`)
    await store.txn({ success: keys.map((key) => putOp(key, 'value')) })
  }
}

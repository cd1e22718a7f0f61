import { expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.js'
import { StoreFixture } from './store-fixture.js'
import { bytes, rangeOp, refusal, txnOp } from './store-operations.js'

for (const kind of ['memory', 'level'] as const) {
  test(`R5: a restart finds everything that was acknowledged: ${kind}`, async () => {
    const fixture = await StoreFixture.create(kind)
    try {
      await fixture.store.leaseGrant({ ttl: 3600, id: 5n })
      for (let index = 0; index < 50; index++) {
        const large = index % 10 === 0 ? 'x'.repeat(5000) : ''
        await fixture.store.put({
          key: bytes(`key-${index % 7}`),
          value: bytes(`${index}${large}`),
          lease: index % 2 === 0 ? 5n : 0n,
        })
      }
      await fixture.store.compact({ revision: 20, physical: true })
      const everything = { key: bytes('\0'), rangeEnd: bytes('\0') }
      const before = await fixture.store.range(everything)
      for (let round = 0; round < 3; round++) {
        await fixture.restart()
        const after = await fixture.store.range(everything)
        expect(after.kvs.map(({ encoded }) => encoded)).toEqual(
          before.kvs.map(({ encoded }) => encoded),
        )
        expect(after.header?.revision).toBe(51)
        expect(await refusal(fixture.store.range({ key: bytes('key-1'), revision: 19 }))).toBe(
          'compacted',
        )
        const lease = await fixture.store.leaseTimeToLive({ id: 5n, keys: true })
        expect(lease.keys.length).toBe(before.kvs.filter((kv) => kv.lease === 5n).length)
      }
      expect(fixture.troubles).toEqual([])
    } finally {
      await fixture.dispose()
    }
  })
}

test('a read-only transaction does not move the log', async () => {
  const fixture = await StoreFixture.create('volatile memory')
  try {
    await fixture.store.put({ key: bytes('a') })
    const { commit } = fixture.store.getRaftStatus()
    await fixture.store.txn({ success: [rangeOp('a')] })
    await fixture.store.txn({})
    expect(fixture.store.getRaftStatus().commit).toBe(commit)
    await fixture.store.txn({ success: [txnOp({})] })
    await waitFor('the nested one in the log', () => fixture.store.getRaftStatus().commit > commit)
  } finally {
    await fixture.dispose()
  }
})

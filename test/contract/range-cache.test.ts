import { expect, test } from 'vitest'
import { PutRequest, type RangeRequest, RequestOp } from '../../src/wire/index.js'
import { StoreFixture, storeKinds } from './store-fixture.js'
import { bytes, deleteOp, putOp, refusal } from './store-operations.js'

const keyOf = (index: number): string => `key/${String(index).padStart(5, '0')}`
const keys = 1_500

for (const kind of storeKinds) {
  test(`${kind}: a range that is asked again shows every write that has been answered`, async () => {
    const fixture = await StoreFixture.create(kind)
    const { store } = fixture
    const values = new Map<string, string>()
    const put = async (key: string, value: string, lease = 0n) => {
      await store.put({ key: bytes(key), value: bytes(value), lease })
      values.set(key, value)
    }
    const expectRange = async (from: number, to: number, init: Partial<RangeRequest>) => {
      const [key, rangeEnd] = [keyOf(from), keyOf(to)]
      const { revision } = store.header()
      const answer = await store.range({ key: bytes(key), rangeEnd: bytes(rangeEnd), ...init })
      const { header, kvs, more, count } = answer
      const wanted = [...values].filter(([name]) => name >= key && name < rangeEnd).sort()
      const taken = init.countOnly ? [] : wanted.slice(0, init.limit ?? keys)
      expect(kvs.map((each) => [each.byteKey, each.value.toString('latin1')])).toEqual(taken)
      expect([count, header?.revision]).toEqual([wanted.length, revision])
      expect(more).toBe(!init.countOnly && taken.length < wanted.length)
    }
    const expectRanges = async () => {
      for (let time = 0; time < 3; time++) {
        await expectRange(0, keys, {})
        await expectRange(700, 710, {})
        await expectRange(700, 740, { serializable: true, limit: 7 })
        await expectRange(3, keys - 3, { limit: 20 })
        await expectRange(3, keys - 3, { countOnly: true })
      }
    }
    try {
      for (let at = 0; at < keys; at += 100) {
        const names = Array.from({ length: 100 }, (_, index) => keyOf(at + index))
        await store.txn({ success: names.map((name) => putOp(name, name)) })
        for (const name of names) values.set(name, name)
      }
      await expectRanges()
      await put(keyOf(705), 'changed')
      await put(keyOf(6), 'large'.repeat(2_000))
      await expectRanges()
      await put(`${keyOf(705)}/new`, 'new')
      await store.deleteRange({ key: bytes(keyOf(5)), rangeEnd: bytes(keyOf(8)) })
      for (let index = 5; index < 8; index++) values.delete(keyOf(index))
      await expectRanges()
      const absent = PutRequest.create({ key: bytes(keyOf(5)), ignoreValue: true })
      const failing = store.txn({
        success: [
          putOp(keyOf(702), 'lost'),
          deleteOp(keyOf(703)),
          RequestOp.create({ requestPut: absent }),
        ],
      })
      expect(await refusal(failing)).toBe('key-not-found')
      await expectRanges()
      const { id } = await store.leaseGrant({ ttl: 600 })
      await put(keyOf(704), 'leased', id)
      await put(keyOf(keys - 1), 'leased', id)
      await expectRanges()
      await store.leaseRevoke({ id })
      values.delete(keyOf(704))
      values.delete(keyOf(keys - 1))
      await expectRanges()
      await store.compact({ revision: store.header().revision, physical: true })
      await store.deleteRange({ key: bytes(keyOf(100)), rangeEnd: bytes(keyOf(1_400)) })
      for (let index = 100; index < 1_400; index++) values.delete(keyOf(index))
      values.delete(`${keyOf(705)}/new`)
      await expectRanges()
      expect(fixture.troubles).toEqual([])
    } finally {
      await fixture.dispose()
    }
  })
}

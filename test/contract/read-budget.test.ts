import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/index.js'
import { RangeRequest, RequestOp, SortOrder, SortTarget } from '../../src/wire/index.js'
import { StoreFixture, storeKinds } from './store-fixture.js'
import { bytes, putOp, refusal } from './store-operations.js'

const everything = { key: bytes('\0'), rangeEnd: bytes('\0') }
const allKeys = (init: Partial<RangeRequest> = {}): RequestOp =>
  RequestOp.create({ requestRange: RangeRequest.create({ ...everything, ...init }) })

/** 40 keys of 100 KB each. */
async function fill(store: Store): Promise<void> {
  for (let index = 0; index < 40; index++) {
    const key = bytes(`key-${String(index).padStart(2, '0')}`)
    await store.put({ key, value: Buffer.alloc(100_000, index) })
  }
}

for (const kind of storeKinds) {
  describe(`the memory of all reads together: ${kind}`, () => {
    async function withBudget(
      maxReadBytes: number,
      work: (store: Store) => Promise<void>,
    ): Promise<void> {
      const fixture = await StoreFixture.create(kind, { maxReadBytes })
      try {
        await fill(fixture.store)
        await work(fixture.store)
        expect(fixture.troubles).toEqual([])
      } finally {
        await fixture.dispose()
      }
    }

    test('a range that would hold too much is refused, and gives back what it held', () =>
      withBudget(2_500_000, async (store) => {
        for (let round = 0; round < 3; round++) {
          expect(await refusal(store.range(everything))).toBe('too-many-requests')
          expect(await refusal(store.range({ ...everything, revision: 41, limit: 30 }))).toBe(
            'too-many-requests',
          )
          expect(await refusal(store.txn({ success: [allKeys()] }))).toBe('too-many-requests')
          expect((await store.range({ ...everything, limit: 20 })).kvs).toHaveLength(20)
        }
      }))

    test('what holds little is answered: counts, keys alone, a single key, and streams', () =>
      withBudget(50_000, async (store) => {
        expect((await store.range({ ...everything, countOnly: true })).count).toBe(40)
        for (const sortTarget of [SortTarget.KEY, SortTarget.MOD]) {
          for (const revision of [0, 40]) {
            const sorted = { sortTarget, sortOrder: SortOrder.DESCEND, revision }
            const { kvs } = await store.range({ ...everything, ...sorted, keysOnly: true })
            expect(kvs[0]?.key.toString()).toBe(revision === 0 ? 'key-39' : 'key-38')
            expect(kvs.every(({ value }) => value.length === 0)).toBe(true)
          }
        }
        expect((await store.range({ key: bytes('key-07') })).kvs[0]?.value).toHaveLength(100_000)
        let streamed = 0
        for await (const { kvs } of store.rangeStream(everything)) streamed += kvs.length
        expect(streamed).toBe(40)
      }))

    test('a transaction that writes is never refused for it: every member has to apply it', () =>
      withBudget(50_000, async (store) => {
        const { responses } = await store.txn({ success: [putOp('a', '1'), allKeys()] })
        expect(responses[1]?.responseRange?.kvs).toHaveLength(41)
        expect((await store.deleteRange({ ...everything, prevKv: true })).prevKvs).toHaveLength(41)
      }))

    test('all operations of a transaction that reads draw on it together', () =>
      withBudget(2_500_000, async (store) => {
        const twelve = allKeys({ limit: 12 })
        expect((await store.txn({ success: [twelve] })).responses).toHaveLength(1)
        expect(await refusal(store.txn({ success: [twelve, twelve] }))).toBe('too-many-requests')
      }))
  })
}

import { describe, expect, test } from 'vitest'
import {
  Compare,
  CompareResult,
  CompareTarget,
  RangeRequest,
  RequestOp,
} from '../../src/wire/index.js'
import { StoreFixture, storeKinds, Watching } from './store-fixture.js'
import { bytes, deleteOp, putOp, rangeOp, refusal, txnOp } from './store-operations.js'

const everything = { key: bytes('\0'), rangeEnd: bytes('\0') }

for (const kind of storeKinds) {
  describe(`revisions and compaction: ${kind}`, () => {
    async function withStore(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
      const fixture = await StoreFixture.create(kind)
      try {
        await work(fixture)
        expect(fixture.troubles).toEqual([])
      } finally {
        await fixture.dispose()
      }
    }

    test('a request moves the revision by one, however many keys it touches', () =>
      withStore(async ({ store }) => {
        await store.txn({ success: ['a', 'b', 'c'].map((key) => putOp(key, '1')) })
        expect((await store.deleteRange(everything)).header?.revision).toBe(3)
        const { header } = await store.txn({
          success: [putOp('a', '2'), deleteOp('x'), putOp('b', '2')],
        })
        expect(header?.revision).toBe(4)
        const { kvs } = await store.range(everything)
        expect(kvs.map(({ modRevision }) => modRevision)).toEqual([4, 4])
      }))

    test('the operations of a transaction are ordered, and share a revision, in its events', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('b'), value: bytes('0') })
        const watching = new Watching(store)
        watching.stream.create({ ...everything, startRevision: 3 })
        await store.txn({ success: [putOp('c', '1'), deleteOp('b'), putOp('a', '1')] })
        expect(await watching.sees(3)).toEqual(['3: c=1', '3: b deleted', '3: a=1'])
        expect(watching.responses.filter(({ events }) => events.length > 0)).toHaveLength(1)
        watching.stream.close()
      }))

    test('a delete of nothing leaves the revision alone; after a write it reports the new one', () =>
      withStore(async ({ store }) => {
        const nothing = await store.deleteRange({ key: bytes('zz') })
        expect([nothing.deleted, nothing.header?.revision]).toEqual([0, 1])
        const { responses } = await store.txn({
          success: [deleteOp('zz'), rangeOp('a'), putOp('a', '1'), deleteOp('zz'), rangeOp('a')],
        })
        const revisions = responses.map(
          ({ responsePut, responseRange, responseDeleteRange }) =>
            (responsePut ?? responseRange ?? responseDeleteRange)?.header?.revision,
        )
        expect(revisions).toEqual([1, 1, 2, 2, 2])
      }))

    test('headers inside a transaction carry the revision alone, a nested one nothing', () =>
      withStore(async ({ store }) => {
        const whole = { clusterId: 5n, memberId: 7n, revision: 2, raftTerm: expect.any(Number) }
        const alone = { clusterId: 0n, memberId: 0n, revision: 2, raftTerm: 0 }
        const nested = txnOp({ success: [rangeOp('a')] })
        const { header, responses } = await store.txn({ success: [putOp('a', '1'), nested] })
        expect(header).toEqual(whole)
        expect(header?.raftTerm).toBeGreaterThan(0)
        expect(responses[0]?.responsePut?.header).toEqual(alone)
        const inner = responses[1]?.responseTxn
        expect(inner?.header).toEqual({ ...alone, revision: 0 })
        expect(inner?.responses[0]?.responseRange?.header).toEqual(alone)
        const read = await store.txn({ success: [rangeOp('a')] })
        expect(read.header).toEqual(whole)
        expect(read.responses[0]?.responseRange?.header).toEqual(alone)
      }))

    test('a transaction that changes nothing answers the old revision', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a') })
        expect((await store.txn({ success: [deleteOp('zz')] })).header?.revision).toBe(2)
        expect((await store.txn({ success: [txnOp({})] })).header?.revision).toBe(2)
        expect((await store.txn({})).header?.revision).toBe(2)
      }))

    test('a range of the past carries the current revision in its header', () =>
      withStore(async ({ store }) => {
        for (const value of ['1', '2', '3'])
          await store.put({ key: bytes('a'), value: bytes(value) })
        const { header, kvs } = await store.range({ key: bytes('a'), revision: 2 })
        expect([header?.revision, kvs[0]?.value.toString()]).toEqual([4, '1'])
      }))

    test('a put keeps create_revision, counts versions and detaches the lease it does not name', () =>
      withStore(async ({ store }) => {
        await store.leaseGrant({ id: 9n, ttl: 3600 })
        await store.put({ key: bytes('a'), lease: 9n })
        await store.put({ key: bytes('a'), value: bytes('v'), ignoreLease: true })
        const kept = await store.put({ key: bytes('a'), ignoreValue: true, prevKv: true })
        expect(kept.prevKv).toMatchObject({ version: 2, lease: 9n, createRevision: 2 })
        const [kv] = (await store.range({ key: bytes('a') })).kvs
        expect(kv).toMatchObject({ version: 3, lease: 0n, createRevision: 2, modRevision: 4 })
        expect(kv?.value.toString()).toBe('v')
        expect((await store.put({ key: bytes('a') })).prevKv).toBeUndefined()
        expect((await store.put({ key: bytes('new'), prevKv: true })).prevKv).toBeUndefined()
      }))

    test('a delete answers how many there were, and with prev_kv what they held, in order', () =>
      withStore(async ({ store }) => {
        for (const key of ['b', 'a', 'c']) await store.put({ key: bytes(key), value: bytes(key) })
        const silent = await store.deleteRange({ key: bytes('c') })
        expect([silent.deleted, silent.prevKvs]).toEqual([1, []])
        const { deleted, prevKvs } = await store.deleteRange({ ...everything, prevKv: true })
        expect([deleted, prevKvs.map(({ value }) => value.toString())]).toEqual([2, ['a', 'b']])
      }))

    test('a negative revision reads the present; inside a transaction it is compacted', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a') })
        expect((await store.range({ key: bytes('a'), revision: -5 })).count).toBe(1)
        const inside = (revision: number, key = 'a') =>
          RequestOp.create({ requestRange: RangeRequest.create({ key: bytes(key), revision }) })
        expect(await refusal(store.txn({ success: [inside(-5)] }))).toBe('compacted')
        expect(await refusal(store.txn({ success: [putOp('b', ''), inside(-5)] }))).toBe(
          'compacted',
        )
        await store.compact({ revision: 2 })
        expect(await refusal(store.txn({ success: [inside(-1)] }))).toBe('compacted')
        expect((await store.range({ key: bytes('b') })).count).toBe(0)
      }))

    test('inside a transaction the revision it is about to make is a future one', () =>
      withStore(async ({ store }) => {
        const next = RequestOp.create({
          requestRange: RangeRequest.create({ key: bytes('a'), revision: 2 }),
        })
        expect(await refusal(store.txn({ success: [putOp('a', ''), next] }))).toBe(
          'future-revision',
        )
        expect((await store.range({ key: bytes('a') })).header?.revision).toBe(1)
      }))

    test('a revision can be read from the compacted one to the current one', () =>
      withStore(async ({ store }) => {
        for (const value of ['1', '2', '3'])
          await store.put({ key: bytes('a'), value: bytes(value) })
        await store.compact({ revision: 3, physical: true })
        const at = async (revision: number) =>
          (await store.range({ key: bytes('a'), revision })).kvs[0]?.value.toString()
        expect(await refusal(at(1))).toBe('compacted')
        expect(await refusal(at(2))).toBe('compacted')
        expect([await at(3), await at(4)]).toEqual(['2', '3'])
        expect(await refusal(at(5))).toBe('future-revision')
      }))

    test('a fresh store can be compacted at 0 once, then at what is above the last and not ahead', () =>
      withStore(async ({ store }) => {
        expect((await store.compact({ revision: 0 })).header?.revision).toBe(1)
        expect(await refusal(store.compact({ revision: 0 }))).toBe('compacted')
        expect(await refusal(store.compact({ revision: -3 }))).toBe('compacted')
        expect(await refusal(store.compact({ revision: 2 }))).toBe('future-revision')
        await store.compact({ revision: 1 })
        expect(await refusal(store.compact({ revision: 1 }))).toBe('compacted')
        await store.put({ key: bytes('a') })
        await store.compact({ revision: 2 })
        expect(await refusal(store.compact({ revision: 1 }))).toBe('compacted')
      }))

    test('compacting at a tombstone keeps its event for a watch from that revision', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a'), value: bytes('1') })
        await store.deleteRange({ key: bytes('a') })
        await store.put({ key: bytes('b'), value: bytes('1') })
        await store.compact({ revision: 3, physical: true })
        const watching = new Watching(store)
        watching.stream.create({ ...everything, startRevision: 3 })
        expect(await watching.sees(2)).toEqual(['3: a deleted', '4: b=1'])
        watching.stream.close()
      }))

    test('a compare sees zeros for a missing key, and by value never holds for one', () =>
      withStore(async ({ store }) => {
        const key = bytes('missing')
        const holds = async (compare: Partial<Compare>) =>
          (await store.txn({ compare: [Compare.create({ key, ...compare })] })).succeeded
        const { VERSION, CREATE, MOD, LEASE, VALUE } = CompareTarget
        for (const target of [VERSION, CREATE, MOD, LEASE]) {
          expect(await holds({ target })).toBe(true)
          expect(await holds({ target, result: CompareResult.NOT_EQUAL })).toBe(false)
        }
        for (const result of [...Object.values(CompareResult), 9]) {
          expect(await holds({ target: VALUE, result, value: bytes('') })).toBe(false)
        }
      }))

    test('a compare of a range must hold for every key in it', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a'), value: bytes('1') })
        await store.put({ key: bytes('b'), value: bytes('1') })
        const same = Compare.create({
          ...{ key: bytes('a'), rangeEnd: bytes('z') },
          ...{ target: CompareTarget.VALUE, value: bytes('1') },
        })
        expect((await store.txn({ compare: [same] })).succeeded).toBe(true)
        await store.put({ key: bytes('b'), value: bytes('2') })
        expect((await store.txn({ compare: [same] })).succeeded).toBe(false)
        const rest = { ...same, key: bytes('a'), rangeEnd: bytes('b') }
        expect((await store.txn({ compare: [rest] })).succeeded).toBe(true)
        const allFromB = { ...same, key: bytes('b'), rangeEnd: bytes('\0') }
        expect((await store.txn({ compare: [allFromB] })).succeeded).toBe(false)
      }))

    test('an unknown compare result holds; a value that does not fit its target is zero', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a'), value: bytes('1') })
        const holds = async (compare: Partial<Compare>) =>
          (await store.txn({ compare: [Compare.create({ key: bytes('a'), ...compare })] }))
            .succeeded
        expect(await holds({ result: 9, version: 77 })).toBe(true)
        const { GREATER, EQUAL } = CompareResult
        const unfitting = { target: CompareTarget.MOD, version: 77 }
        expect(await holds({ ...unfitting, result: GREATER })).toBe(true)
        expect(await holds({ ...unfitting, result: EQUAL })).toBe(false)
        const noValue = { target: CompareTarget.VALUE, version: 1 }
        expect(await holds({ ...noValue, result: GREATER })).toBe(true)
      }))
  })
}

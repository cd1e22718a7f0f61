import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/base/error-catalogue.js'
import {
  Compare,
  CompareResult,
  CompareTarget,
  RangeRequest,
  RequestOp,
  SortOrder,
  SortTarget,
} from '../../src/wire/index.js'
import { StoreFixture, storeKinds, Watching } from './store-fixture.js'
import { bytes, deleteOp, putOp, refusal, txnOp } from './store-operations.js'

for (const kind of storeKinds) {
  describe(`R6: the store contract: ${kind}`, () => {
    async function withStore(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
      const fixture = await StoreFixture.create(kind)
      try {
        await work(fixture)
        expect(fixture.troubles).toEqual([])
      } finally {
        await fixture.dispose()
      }
    }

    test('a fresh store is at revision 1 and each mutating request moves it by one', () =>
      withStore(async ({ store }) => {
        expect((await store.range({ key: bytes('a') })).header?.revision).toBe(1)
        expect((await store.put({ key: bytes('a') })).header?.revision).toBe(2)
        const { header } = await store.txn({ success: [putOp('b', '1'), putOp('c', '1')] })
        expect(header?.revision).toBe(3)
        const nothing = await store.deleteRange({ key: bytes('zz') })
        expect([nothing.deleted, nothing.header?.revision]).toEqual([0, 3])
      }))

    test('create_revision and version start again when a deleted key is put again', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a'), value: bytes('1') })
        await store.put({ key: bytes('a'), value: bytes('2') })
        await store.deleteRange({ key: bytes('a') })
        await store.put({ key: bytes('a'), value: bytes('3') })
        const [kv] = (await store.range({ key: bytes('a') })).kvs
        expect([kv?.createRevision, kv?.modRevision, kv?.version]).toEqual([5, 5, 1])
      }))

    test('a count is exact whatever the limit, also of many keys, and after a restart', () =>
      withStore(async (fixture) => {
        const keyOf = (index: number): string => `many/${String(index).padStart(5, '0')}`
        const requests = Array.from({ length: 20 }, (_, request) => {
          const puts = Array.from({ length: 100 }, (_, at) => putOp(keyOf(request * 100 + at), ''))
          return fixture.store.txn({ success: puts })
        })
        await Promise.all(requests)
        const expectCounts = async (from: number, to: number, count: number): Promise<void> => {
          const range = { key: bytes(keyOf(from)), rangeEnd: bytes(keyOf(to)) }
          const counted = await fixture.store.range({ ...range, countOnly: true })
          expect([counted.count, counted.kvs, counted.more]).toEqual([count, [], false])
          const last = { ...range, limit: 2, sortOrder: SortOrder.DESCEND }
          const limited = await fixture.store.range(last)
          expect([limited.count, limited.more]).toEqual([count, count > 2])
          expect(limited.kvs.map(({ key }) => key.toString())).toEqual([
            keyOf(to - 1),
            keyOf(to - 2),
          ])
        }
        await expectCounts(0, 2000, 2000)
        await expectCounts(333, 1777, 1444)
        const gone = { key: bytes(keyOf(400)), rangeEnd: bytes(keyOf(1500)) }
        expect((await fixture.store.deleteRange(gone)).deleted).toBe(1100)
        await expectCounts(333, 1777, 344)
        if (kind === 'volatile memory') return
        await fixture.restart()
        await expectCounts(333, 1777, 344)
      }))

    test('sorting without an order takes limit + 1 keys first, as etcd does', () =>
      withStore(async ({ store }) => {
        for (const [key, value] of [
          ['a', '9'],
          ['b', '8'],
          ['c', '1'],
          ['d', '0'],
        ] as const) {
          await store.put({ key: bytes(key), value: bytes(value) })
        }
        const { kvs, more, count } = await store.range({
          key: bytes('a'),
          rangeEnd: bytes('z'),
          sortTarget: SortTarget.VALUE,
          sortOrder: SortOrder.NONE,
          limit: 2,
        })
        expect(kvs.map(({ key }) => key.toString())).toEqual(['c', 'b'])
        expect([more, count]).toEqual([true, 4])
      }))

    test('a transaction decides every compare before its first write, nested ones too', () =>
      withStore(async ({ store }) => {
        const exists = Compare.create({
          key: bytes('a'),
          target: CompareTarget.VERSION,
          result: CompareResult.GREATER,
          version: 0,
        })
        const nested = {
          compare: [exists],
          success: [putOp('yes', '')],
          failure: [putOp('no', '')],
        }
        const response = await store.txn({ success: [putOp('a', '1'), txnOp(nested)] })
        expect(response.responses[1]?.responseTxn?.succeeded).toBe(false)
        expect(response.responses[1]?.responseTxn?.header).toMatchObject({ revision: 0 })
        expect((await store.range({ key: bytes('no') })).count).toBe(1)
      }))

    test('reads inside a transaction see its own writes', () =>
      withStore(async ({ store }) => {
        const all = RequestOp.create({
          requestRange: RangeRequest.create({ key: bytes('a'), rangeEnd: bytes('z') }),
        })
        const { responses } = await store.txn({
          success: [putOp('a', '1'), putOp('b', '1'), all, deleteOp('a', '\0'), all],
        })
        expect(responses.map((each) => each.responseRange?.count)).toEqual([
          undefined,
          undefined,
          2,
          undefined,
          0,
        ])
      }))

    test('what clients send wrong is refused with its own error and changes nothing', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a') })
        const many = Array.from({ length: 129 }, (_, index) => putOp(`k${index}`, ''))
        const refusals: [() => Promise<unknown>, ErrorCode][] = [
          [() => store.put({}), 'key-not-provided'],
          [() => store.range({}), 'key-not-provided'],
          [() => store.deleteRange({}), 'key-not-provided'],
          [() => store.put({ key: bytes('new'), ignoreValue: true }), 'key-not-found'],
          [
            () => store.put({ key: bytes('a'), ignoreValue: true, value: bytes('1') }),
            'value-provided',
          ],
          [() => store.put({ key: bytes('a'), ignoreLease: true, lease: 1n }), 'lease-provided'],
          [() => store.put({ key: bytes('a'), lease: 99n }), 'lease-not-found'],
          [() => store.range({ key: bytes('a'), sortOrder: 9 }), 'invalid-sort-option'],
          [() => store.range({ key: bytes('a'), revision: 99 }), 'future-revision'],
          [() => store.compact({ revision: 99 }), 'future-revision'],
          [() => store.txn({ success: many }), 'too-many-operations'],
          [() => store.txn({ success: [putOp('x', '1'), putOp('x', '2')] }), 'duplicate-key'],
          [() => store.txn({ success: [putOp('x', '1'), deleteOp('w', 'y')] }), 'duplicate-key'],
          [() => store.txn({ success: [RequestOp.create()] }), 'key-not-found'],
          [
            () => store.put({ key: bytes('a'), value: Buffer.alloc(1_572_864) }),
            'request-too-large',
          ],
          [() => store.leaseRevoke({ id: 99n }), 'lease-not-found'],
          [() => store.leaseGrant({ ttl: 9_000_000_001 }), 'lease-ttl-too-large'],
        ]
        for (const [call, code] of refusals) expect(await refusal(call())).toBe(code)
        expect((await store.range({ key: bytes('a') })).header?.revision).toBe(2)
      }))

    test('what a program hands over that cannot be encoded rejects, and is not thrown at it', () =>
      withStore(async ({ store }) => {
        const lease = 5 as unknown as bigint
        await expect(store.put({ key: bytes('a'), lease })).rejects.toThrow()
      }))

    test('the largest write passes, one byte more does not, where etcd draws the line', () =>
      withStore(async ({ store }) => {
        const key = bytes('k')
        await store.put({ key, value: Buffer.alloc(1_572_840) })
        expect((await store.range({ key })).kvs[0]?.value.length).toBe(1_572_840)
        expect(await refusal(store.put({ key, value: Buffer.alloc(1_572_841) }))).toBe(
          'request-too-large',
        )
      }))

    test('a compacted revision is gone, the compaction itself is readable', () =>
      withStore(async ({ store }) => {
        for (const value of ['1', '2', '3'])
          await store.put({ key: bytes('a'), value: bytes(value) })
        await store.compact({ revision: 3, physical: true })
        expect(await refusal(store.range({ key: bytes('a'), revision: 2 }))).toBe('compacted')
        expect(await refusal(store.compact({ revision: 3 }))).toBe('compacted')
        const at = await store.range({ key: bytes('a'), revision: 3 })
        expect(at.kvs[0]?.value.toString()).toBe('2')
      }))

    test('a watch from the past reads history and goes on live, with no gap and no repeat', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a'), value: bytes('1') })
        await store.put({ key: bytes('a'), value: bytes('2') })
        const watching = new Watching(store)
        watching.stream.create({ key: bytes('a'), startRevision: 2, prevKv: true })
        await store.put({ key: bytes('a'), value: bytes('3') })
        await store.deleteRange({ key: bytes('a') })
        expect(await watching.sees(4)).toEqual([
          '2: a=1',
          '3: a=2 (was 1)',
          '4: a=3 (was 2)',
          '5: a deleted (was 3)',
        ])
        watching.stream.close()
      }))

    test('R14: 100 watchers see each of 1,000 events, in order', () =>
      withStore(async ({ store }) => {
        const watching = Array.from({ length: 100 }, () => new Watching(store))
        for (const { stream } of watching) stream.create({ key: bytes('k') })
        await Promise.all(
          Array.from({ length: 1000 }, (_, index) =>
            store.put({ key: bytes('k'), value: bytes(`${index}`) }),
          ),
        )
        const expected = Array.from({ length: 1000 }, (_, index) => `${index + 2}: k=${index}`)
        for (const each of watching) expect(await each.sees(1000)).toEqual(expected)
        for (const { stream } of watching) stream.close()
      }))

    test('a lease takes its keys with it, in one revision, when it is revoked or runs out', () =>
      withStore(async ({ store }) => {
        const watching = new Watching(store)
        watching.stream.create({ key: bytes('a'), rangeEnd: bytes('z') })
        const revoked = await store.leaseGrant({ ttl: 3600, id: 11n })
        expect([revoked.id, revoked.ttl]).toEqual([11n, 3600])
        const shortest = await store.leaseGrant({ ttl: 0 })
        expect(shortest.ttl).toBe(1)
        await store.put({ key: bytes('c'), lease: 11n })
        await store.put({ key: bytes('b'), lease: 11n })
        await store.put({ key: bytes('d'), lease: shortest.id })
        const alive = await store.leaseTimeToLive({ id: 11n, keys: true })
        expect(alive.keys.map(String)).toEqual(['b', 'c'])
        await store.leaseRevoke({ id: 11n })
        const events = await watching.sees(6)
        expect(events.slice(3)).toEqual(['5: b deleted', '5: c deleted', '6: d deleted'])
        expect((await store.leaseTimeToLive({ id: shortest.id })).ttl).toBe(-1)
        expect((await store.leaseKeepAlive({ id: 11n })).ttl).toBe(0)
        expect((await store.leaseLeases()).leases).toEqual([])
        watching.stream.close()
      }))

    test('a put without a lease detaches the lease the key had', () =>
      withStore(async ({ store }) => {
        await store.leaseGrant({ ttl: 3600, id: 3n })
        await store.put({ key: bytes('a'), lease: 3n })
        await store.put({ key: bytes('a') })
        await store.leaseRevoke({ id: 3n })
        expect((await store.range({ key: bytes('a') })).count).toBe(1)
      }))

    test('R2: the Raft status is the node’s own, and unknown once the store is closed', () =>
      withStore(async ({ store }) => {
        await store.put({ key: bytes('a') })
        const status = store.getRaftStatus()
        expect(status).toMatchObject({ nodeId: 7n, leaderId: 7n, state: 'leader' })
        expect(status.applied).toBe(status.commit)
        await store.close()
        await store.close()
        expect(store.getRaftStatus()).toMatchObject({ state: 'unknown', leaderId: 0n, term: 0 })
        expect(await refusal(store.put({ key: bytes('a') }))).toBe('server-stopped')
      }))

    test('R9: a caller that gives up gets its answer at once', () =>
      withStore(async ({ store }) => {
        const signal = AbortSignal.abort()
        expect(await refusal(store.put({ key: bytes('a') }, { signal }))).toBe('request-canceled')
      }))
  })
}

import { describe, expect, test } from 'vitest'
import {
  Compare,
  PutRequest,
  RangeRequest,
  RequestOp,
  type TxnRequest,
} from '../../src/wire/index.js'
import { StoreFixture, storeKinds } from './store-fixture.js'
import { bytes, deleteOp, putOp, rangeOp, refusal, txnOp } from './store-operations.js'

const compare = Compare.create({ key: bytes('k') })
const repeat = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const nestedPut = (key: string) => txnOp({ success: [putOp(key, '1')] })
const nestedDelete = (key: string, rangeEnd = '') => txnOp({ success: [deleteOp(key, rangeEnd)] })

for (const kind of storeKinds) {
  describe(`what a transaction may hold: ${kind}`, () => {
    async function withStore(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
      const fixture = await StoreFixture.create(kind)
      try {
        await work(fixture)
        expect(fixture.troubles).toEqual([])
      } finally {
        await fixture.dispose()
      }
    }

    async function verdicts(cases: readonly (readonly [Partial<TxnRequest>, string])[]) {
      await withStore(async ({ store }) => {
        await store.put({ key: bytes('k') })
        for (const [txn, verdict] of cases) {
          if (verdict === 'accepted') await store.txn(txn)
          else expect(await refusal(store.txn(txn))).toBe(verdict)
        }
      })
    }

    test('128 operations in each of its lists, and nested ones what is left of them', () => {
      const nested = (count: number) => txnOp({ failure: repeat(count, rangeOp('k')) })
      return verdicts([
        [{ compare: repeat(128, compare), success: repeat(128, rangeOp('k')) }, 'accepted'],
        [{ failure: repeat(128, rangeOp('k')) }, 'accepted'],
        [{ compare: repeat(129, compare) }, 'too-many-operations'],
        [{ success: repeat(129, rangeOp('k')) }, 'too-many-operations'],
        [{ failure: repeat(129, rangeOp('k')) }, 'too-many-operations'],
        [{ success: [nested(127)] }, 'accepted'],
        [{ success: [nested(128)] }, 'too-many-operations'],
        [{ success: [nested(126), nested(126)] }, 'accepted'],
        [{ success: [nested(126), nested(127)] }, 'too-many-operations'],
        [{ compare: repeat(100, compare), success: [nested(28)] }, 'accepted'],
        [{ compare: repeat(100, compare), success: [nested(29)] }, 'too-many-operations'],
        [{ success: repeat(128, txnOp({})) }, 'accepted'],
      ])
    })

    test('no key that is put twice, or put and deleted', () =>
      verdicts([
        [{ success: [putOp('a', '1'), putOp('a', '1')] }, 'duplicate-key'],
        [{ failure: [putOp('a', '1'), putOp('a', '1')] }, 'duplicate-key'],
        [{ success: [putOp('a', '1')], failure: [putOp('a', '1')] }, 'accepted'],
        [{ success: [putOp('a', '1'), deleteOp('a')] }, 'duplicate-key'],
        [{ success: [deleteOp('a'), putOp('a', '1')] }, 'duplicate-key'],
        [{ success: [deleteOp('a', 'c'), putOp('b', '1')] }, 'duplicate-key'],
        [{ success: [deleteOp('a', 'c'), putOp('c', '1')] }, 'accepted'],
        [{ success: [deleteOp('c', 'a'), putOp('b', '1')] }, 'accepted'],
        [{ success: [deleteOp('a', 'c'), deleteOp('b'), deleteOp('b')] }, 'accepted'],
        [{ success: [putOp('b', '1'), deleteOp('a', '\0')] }, 'accepted'],
        [{ success: [putOp('b', '1'), deleteOp('\0', '\0')] }, 'accepted'],
      ]))

    test('the same of nested ones, whose branches exclude each other', () => {
      const bothBranches = txnOp({ success: [putOp('a', '1')], failure: [putOp('a', '1')] })
      const elseBranch = txnOp({ failure: [putOp('a', '1')] })
      return verdicts([
        [{ success: [bothBranches] }, 'accepted'],
        [{ success: [bothBranches, putOp('a', '1')] }, 'duplicate-key'],
        [{ success: [elseBranch, putOp('a', '1')] }, 'duplicate-key'],
        [{ success: [putOp('a', '1'), elseBranch] }, 'duplicate-key'],
        [{ success: [nestedPut('a'), nestedPut('a')] }, 'duplicate-key'],
        [{ success: [nestedPut('a'), elseBranch] }, 'duplicate-key'],
        [{ success: [nestedPut('a'), deleteOp('a')] }, 'duplicate-key'],
        [{ success: [nestedPut('a'), nestedDelete('a')] }, 'accepted'],
        [{ success: [nestedDelete('a'), nestedPut('a')] }, 'duplicate-key'],
        [{ success: [nestedDelete('a'), putOp('a', '1')] }, 'duplicate-key'],
        [{ success: [putOp('a', '1'), nestedDelete('a', '\0')] }, 'accepted'],
        [{ success: [txnOp({ success: [putOp('a', '')], failure: [deleteOp('a')] })] }, 'accepted'],
      ])
    })

    test('operations are checked in their order, before anything is written', () =>
      withStore(async ({ store }) => {
        const noLease = RequestOp.create({
          requestPut: PutRequest.create({ key: bytes('new'), lease: 99n, ignoreValue: true }),
        })
        const noKey = RequestOp.create({
          requestPut: PutRequest.create({ key: bytes('other'), ignoreLease: true }),
        })
        const ahead = RequestOp.create({
          requestRange: RangeRequest.create({ key: bytes('a'), revision: 99 }),
        })
        const first = async (...operations: RequestOp[]) =>
          refusal(store.txn({ success: [putOp('written', ''), ...operations] }))
        expect(await first(noLease, noKey, ahead)).toBe('lease-not-found')
        expect(await first(noKey, noLease, ahead)).toBe('key-not-found')
        expect(await first(ahead, noKey, noLease)).toBe('future-revision')
        expect(await first(txnOp({ success: [ahead] }), noKey)).toBe('future-revision')
        expect(await first(txnOp({ failure: [ahead] }), noKey)).toBe('key-not-found')
        expect((await store.range({ key: bytes('written') })).header?.revision).toBe(1)
      }))

    test('what is wrong inside is refused whichever branch would be taken', () =>
      verdicts([
        [{ failure: [RequestOp.create()] }, 'key-not-found'],
        [{ success: [txnOp({ failure: [RequestOp.create()] })] }, 'key-not-found'],
        [{ failure: [putOp('', '')] }, 'key-not-provided'],
        [{ success: [txnOp({ failure: [deleteOp('')] })] }, 'key-not-provided'],
        [{ compare: [Compare.create()] }, 'key-not-provided'],
        [{ success: [txnOp({ compare: [Compare.create()] })] }, 'key-not-provided'],
        [
          {
            failure: [
              RequestOp.create({
                requestRange: RangeRequest.create({ key: bytes('a'), sortTarget: 77 }),
              }),
            ],
          },
          'invalid-sort-option',
        ],
      ]))
  })
}

import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import type { Store } from '../../src/store/index.js'
import {
  type RangeRequest,
  type RangeResponse,
  SortOrder,
  SortTarget,
} from '../../src/wire/index.js'
import { waitFor } from '../support/wait-for.js'
import { StoreFixture, storeKinds } from './store-fixture.js'
import { bytes, putOp, refusal } from './store-operations.js'

const everything = { key: bytes('\0'), rangeEnd: bytes('\0') }
const keyCount = 2500

const nameOf = (index: number): string => `key-${String(index).padStart(5, '0')}`

/** Puts keys in order, in as few requests as the limit allows. */
async function putMany(store: Store, count: number, value = 'v'): Promise<void> {
  const operations = Array.from({ length: count }, (_, index) => putOp(nameOf(index), value))
  const writes: Promise<unknown>[] = []
  for (let from = 0; from < count; from += 128) {
    writes.push(store.txn({ success: operations.slice(from, from + 128) }))
  }
  await Promise.all(writes)
}

async function collect(pieces: AsyncIterable<RangeResponse>): Promise<RangeResponse[]> {
  const collected: RangeResponse[] = []
  for await (const piece of pieces) collected.push(piece)
  return collected
}

function keysOf(pieces: readonly RangeResponse[]): string[] {
  return pieces.flatMap(({ kvs }) => kvs.map(({ key }) => key.toString('latin1')))
}

/** Waits until nothing reads, nor is about to: the store reads by itself after many writes. */
function quiet(fixture: StoreFixture): Promise<void> {
  let looks = 0
  return waitFor('every view to be closed', () => {
    looks = fixture.openViews === 0 ? looks + 1 : 0
    return looks === 5
  })
}

/** All keys and values, one after the other; much quicker to compare than one by one. */
function encodedOf(responses: readonly RangeResponse[]): string {
  const encoded = responses.flatMap(({ kvs }) => kvs.map((each) => each.encoded))
  return Buffer.concat(encoded).toString('latin1')
}

for (const kind of storeKinds) {
  describe(`RangeStream: ${kind}`, () => {
    async function withStore(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
      const fixture = await StoreFixture.create(kind)
      try {
        await work(fixture)
        await quiet(fixture)
        expect(fixture.troubles).toEqual([])
      } finally {
        await fixture.dispose()
      }
    }

    test('answers what Range answers, in pieces; header, more and count come with the last', () =>
      withStore(async ({ store }) => {
        await putMany(store, keyCount)
        await store.deleteRange({ key: bytes(nameOf(1000)) })
        await store.leaseGrant({ ttl: 3600, id: 5n })
        await store.put({ key: bytes(nameOf(3)), value: bytes('new'), lease: 5n })
        const past = 5
        const options: Partial<RangeRequest>[] = [
          {},
          { limit: 1000 },
          { limit: 1001 },
          { limit: 2499 },
          { limit: 2498 },
          { limit: 9999 },
          { keysOnly: true },
          { keysOnly: true, limit: 1700 },
          { countOnly: true },
          { revision: past },
          { revision: past, limit: 100 },
          { revision: past, limit: 512 },
          { revision: past, keysOnly: true },
          { revision: past, countOnly: true },
          { revision: -1, limit: 2000 },
          { serializable: true },
          { sortOrder: SortOrder.ASCEND, sortTarget: SortTarget.KEY },
          { key: bytes(nameOf(7)), rangeEnd: bytes('') },
          { key: bytes('nothing'), rangeEnd: bytes('') },
          { key: bytes(nameOf(20)), rangeEnd: bytes(nameOf(1500)) },
          { key: bytes('z'), rangeEnd: bytes('a') },
          { key: bytes('zz'), rangeEnd: bytes('\0') },
        ]
        for (const option of options) {
          const request = { ...everything, ...option }
          const whole = await store.range(request)
          const pieces = await collect(store.rangeStream(request))
          const last = pieces.at(-1)
          expect(encodedOf(pieces) === encodedOf([whole])).toBe(true)
          expect([last?.more, last?.count, last?.header]).toEqual([
            whole.more,
            whole.count,
            whole.header,
          ])
          for (const { header, more, count, kvs } of pieces.slice(0, -1)) {
            expect([header, more, count]).toEqual([undefined, false, 0])
            expect(kvs.length).toBeGreaterThan(0)
          }
          expect(Math.max(...pieces.map(({ kvs }) => kvs.length))).toBeLessThanOrEqual(1000)
        }
      }))

    test('bounds a piece by bytes, too, whatever the size of values', () =>
      withStore(async ({ store }) => {
        for (let index = 0; index < 6; index++) {
          const value = Buffer.alloc(index === 3 ? 1_500_000 : 400_000, index)
          await store.put({ key: bytes(nameOf(index)), value })
        }
        const pieces = await collect(store.rangeStream(everything))
        expect(pieces.map(({ kvs }) => kvs.length)).toEqual([2, 1, 1, 2])
        expect(keysOf(pieces)).toEqual([0, 1, 2, 3, 4, 5].map(nameOf))
      }))

    for (const revision of [0, 15]) {
      test(`shows the moment of its start, whatever is written and compacted: revision ${revision}`, () =>
        withStore(async ({ store }) => {
          await putMany(store, keyCount, 'before')
          const request = { ...everything, revision }
          const whole = await store.range(request)
          const stream = store.rangeStream(request)[Symbol.asyncIterator]()
          const seen = [(await stream.next()).value as RangeResponse]
          await store.deleteRange({ key: bytes(nameOf(1500)), rangeEnd: bytes(nameOf(1600)) })
          await store.txn({ success: [putOp(nameOf(1700), 'after'), putOp('key-01700a', '')] })
          const { header } = await store.put({ key: bytes(nameOf(1750)), value: bytes('after') })
          await store.compact({ revision: header?.revision ?? 0, physical: true })
          for (let step = await stream.next(); !step.done; step = await stream.next()) {
            seen.push(step.value)
          }
          expect(encodedOf(seen) === encodedOf([whole])).toBe(true)
          const { count, header: atStart } = whole
          expect(seen.at(-1)).toMatchObject({ count, more: false, header: atStart })
        }))
    }

    test('lets go of what it read from when its reader leaves, or its caller gives up', () =>
      withStore(async (fixture) => {
        const { store } = fixture
        await putMany(store, keyCount)
        await quiet(fixture)
        for await (const piece of store.rangeStream(everything)) {
          expect(piece.kvs).toHaveLength(1000)
          await fixture.hasOpenViews(1)
          break
        }
        await fixture.hasOpenViews(0)
        const controller = new AbortController()
        const reading = async () => {
          for await (const _ of store.rangeStream(everything, { signal: controller.signal })) {
            controller.abort(new MetastoreError('deadline-exceeded'))
          }
        }
        expect(await refusal(reading())).toBe('deadline-exceeded')
        await fixture.hasOpenViews(0)
        const gone = { signal: AbortSignal.abort() }
        const serializable = { ...everything, serializable: true }
        expect(await refusal(collect(store.rangeStream(serializable, gone)))).toBe(
          'context-canceled',
        )
      }))

    test('refuses sorts, revision filters and what Range refuses, and holds nothing then', () =>
      withStore(async ({ store }) => {
        await putMany(store, 3)
        await store.put({ key: bytes('a') })
        await store.compact({ revision: 3 })
        const refusals: [Partial<RangeRequest>, string][] = [
          [{ sortOrder: SortOrder.DESCEND }, 'unimplemented'],
          [{ sortTarget: SortTarget.VALUE }, 'unimplemented'],
          [{ sortTarget: SortTarget.MOD, sortOrder: SortOrder.ASCEND }, 'unimplemented'],
          [{ minModRevision: 1 }, 'unimplemented'],
          [{ maxModRevision: 1 }, 'unimplemented'],
          [{ minCreateRevision: 1 }, 'unimplemented'],
          [{ maxCreateRevision: 1 }, 'unimplemented'],
          [{ sortOrder: 9 }, 'invalid-sort-option'],
          [{ key: bytes('') }, 'key-not-provided'],
          [{ revision: 99 }, 'future-revision'],
          [{ revision: 2 }, 'compacted'],
        ]
        for (const [option, code] of refusals) {
          const request = { ...everything, ...option }
          expect(await refusal(collect(store.rangeStream(request)))).toBe(code)
        }
      }))

    test('as many streams as are open at once are bounded', () =>
      withStore(async (fixture) => {
        const { store } = fixture
        await putMany(store, keyCount)
        await quiet(fixture)
        const streams = Array.from({ length: 100 }, () =>
          store.rangeStream(everything)[Symbol.asyncIterator](),
        )
        await Promise.all(streams.map((stream) => stream.next()))
        await fixture.hasOpenViews(100)
        expect(await refusal(collect(store.rangeStream(everything)))).toBe('too-many-requests')
        await streams.pop()?.return?.()
        expect(keysOf(await collect(store.rangeStream(everything)))).toHaveLength(keyCount)
        await Promise.all(streams.map((stream) => stream.return?.()))
        await quiet(fixture)
      }))

    test('closing the store ends a stream in the middle', () =>
      withStore(async ({ store }) => {
        await putMany(store, keyCount)
        const stream = store.rangeStream(everything)[Symbol.asyncIterator]()
        await stream.next()
        await store.close()
        expect(await refusal(stream.next())).toBe('server-stopped')
      }))
  })
}

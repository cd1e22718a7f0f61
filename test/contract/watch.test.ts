import { describe, expect, test } from 'vitest'
import { FilterType } from '../../src/wire/index.js'
import { waitFor } from '../support/wait-for.js'
import { RecordingSink } from '../watch/recording-sink.js'
import { ask, type WatchAsk } from '../watch/watch-setup.js'
import { StoreFixture, storeKinds } from './store-fixture.js'
import { bytes, deleteOp, putOp } from './store-operations.js'

const none = { streams: 0, watchers: 0, behind: 0 }

/** A stream of watches on a real store; what it is sent reads as one line a response. */
class Client {
  readonly sink = new RecordingSink()
  readonly stream

  constructor(private readonly fixture: StoreFixture) {
    this.stream = fixture.store.watch(this.sink)
  }

  create(request: WatchAsk): void {
    this.stream.create(ask(request))
  }

  /** Waits until there are `count` responses more than were told before. */
  async hears(count: number): Promise<string[]> {
    const { responses } = this.sink
    const before = this.told
    await waitFor(`${count} responses`, () => responses.length >= before + count)
    // A response too many gets a chance to come.
    await this.fixture.store.range({ key: bytes('unrelated') })
    const news = this.sink.news()
    this.told = responses.length
    return news
  }

  private told = 0
}

async function putAll(fixture: StoreFixture, key: string, values: readonly string[]) {
  for (const value of values) await fixture.store.put({ key: bytes(key), value: bytes(value) })
}

for (const kind of storeKinds) {
  describe(`R6: watches on a store: ${kind}`, () => {
    async function withStore(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
      const fixture = await StoreFixture.create(kind)
      try {
        await work(fixture)
        expect(fixture.troubles).toEqual([])
        expect(fixture.openViews).toBe(0)
      } finally {
        await fixture.dispose()
      }
    }

    test('all events of one revision come in one response, live and from history', () =>
      withStore(async (fixture) => {
        const live = new Client(fixture)
        live.create({ rangeEnd: 'z' })
        await fixture.store.txn({ success: [putOp('a', '1'), putOp('b', '1'), putOp('c', '1')] })
        await fixture.store.txn({ success: [putOp('d', '1'), deleteOp('a', 'c')] })
        const past = new Client(fixture)
        past.create({ rangeEnd: 'z', startRevision: 2 })
        expect(await live.hears(3)).toEqual([
          '0 @1 created',
          '0 @2: put a=1 at 2, put b=1 at 2, put c=1 at 2',
          '0 @3: put d=1 at 3, delete a at 3, delete b at 3',
        ])
        expect(await past.hears(2)).toEqual([
          '0 @3 created',
          '0 @3: put a=1 at 2, put b=1 at 2, put c=1 at 2, put d=1 at 3, delete a at 3, delete b at 3',
        ])
      }))

    test('prev_kv is the value one revision before; a create has none', () =>
      withStore(async (fixture) => {
        const live = new Client(fixture)
        live.create({ prevKv: true })
        await putAll(fixture, 'a', ['1', '2'])
        await fixture.store.deleteRange({ key: bytes('a') })
        await putAll(fixture, 'a', ['3'])
        const expected = [
          'put a=1 at 2',
          'put a=2 at 3 (was 1)',
          'delete a at 4 (was 2)',
          'put a=3 at 5',
        ]
        await live.hears(5)
        expect(live.sink.eventsOf(0n)).toEqual(expected)
        const past = new Client(fixture)
        past.create({ prevKv: true, startRevision: 1 })
        await past.hears(2)
        expect(past.sink.eventsOf(0n)).toEqual(expected)
      }))

    test('prev_kv is left out where the revision before is compacted', () =>
      withStore(async (fixture) => {
        await putAll(fixture, 'a', ['1', '2', '3', '4'])
        await fixture.store.compact({ revision: 4, physical: true })
        const past = new Client(fixture)
        past.create({ prevKv: true, startRevision: 4 })
        expect(await past.hears(2)).toEqual([
          '0 @5 created',
          '0 @5: put a=3 at 4, put a=4 at 5 (was 3)',
        ])
      }))

    test('a delete at the compacted revision is still told (etcd #18089, #19179)', () =>
      withStore(async (fixture) => {
        await putAll(fixture, 'a', ['1'])
        await fixture.store.deleteRange({ key: bytes('a') })
        await putAll(fixture, 'b', ['1'])
        await fixture.store.compact({ revision: 3, physical: true })
        const past = new Client(fixture)
        past.create({ rangeEnd: 'z', startRevision: 3 })
        expect(await past.hears(2)).toEqual(['0 @4 created', '0 @4: delete a at 3, put b=1 at 4'])
      }))

    test('a start that is compacted: created, then canceled; the id stays taken', () =>
      withStore(async (fixture) => {
        await putAll(fixture, 'a', ['1', '2', '3'])
        await fixture.store.compact({ revision: 3 })
        const client = new Client(fixture)
        client.create({ startRevision: 2, watchId: 7 })
        expect(await client.hears(2)).toEqual(['7 @4 created', '7 @0 canceled compacted 3'])
        client.create({ watchId: 7 })
        client.stream.cancel(7n)
        client.stream.cancel(7n)
        client.create({ watchId: 7, startRevision: 4 })
        expect(await client.hears(4)).toEqual([
          '-1 @4 created canceled because mvcc: duplicate watch ID provided on the WatchStream',
          '7 @4 canceled',
          '7 @4 created',
          '7 @4: put a=3 at 4',
        ])
      }))

    test('filters leave events out, and no response goes out without any', () =>
      withStore(async (fixture) => {
        const client = new Client(fixture)
        client.create({ filters: [FilterType.NOPUT] })
        client.create({ filters: [FilterType.NODELETE] })
        client.create({ filters: [FilterType.NOPUT, FilterType.NODELETE] })
        await putAll(fixture, 'a', ['1'])
        await fixture.store.deleteRange({ key: bytes('a') })
        expect((await client.hears(5)).slice(3)).toEqual([
          '1 @2: put a=1 at 2',
          '0 @3: delete a at 3',
        ])
      }))

    // Without files nothing is left to go on from.
    if (kind !== 'volatile memory') {
      test('goes on over a restart from the revision after the last one seen', () =>
        withStore(async (fixture) => {
          await putAll(fixture, 'a', ['1', '2'])
          const before = new Client(fixture)
          before.create({ startRevision: 2 })
          await before.hears(2)
          const seen = before.sink.responses.at(-1)?.header?.revision ?? 0
          await putAll(fixture, 'a', ['3'])
          await fixture.restart()
          await putAll(fixture, 'a', ['4'])
          const after = new Client(fixture)
          after.create({ startRevision: seen + 1 })
          await after.hears(2)
          expect(after.sink.eventsOf(0n)).toEqual(['put a=3 at 4', 'put a=4 at 5'])
        }))
    }

    test('a put is answered before ten thousand watchers of its key have their event', () =>
      withStore(async (fixture) => {
        const { store } = fixture
        let events = 0
        const sink = {
          send: (response: { readonly events: readonly unknown[] }) => {
            events += response.events.length
            return true
          },
        }
        const streams = Array.from({ length: 10_000 }, () => store.watch(sink))
        for (const stream of streams) stream.create({ key: bytes('k') })
        await store.put({ key: bytes('k') })
        expect(events).toBeGreaterThan(0)
        expect(events).toBeLessThan(5000)
        await putAll(fixture, 'k', ['2', '3'])
        await waitFor('all events', () => events === 30_000)
        expect(store.watchStatus()).toEqual({ streams: 10_000, watchers: 10_000, behind: 0 })
        for (const stream of streams) stream.close()
        expect(store.watchStatus()).toEqual(none)
      }))

    test('R8: closing the store ends every stream', () =>
      withStore(async (fixture) => {
        await putAll(fixture, 'a', ['1'])
        const { store } = fixture
        for (const startRevision of [0, 1, 100]) new Client(fixture).create({ startRevision })
        expect(store.watchStatus().watchers).toBe(3)
        await store.close()
        expect(store.watchStatus()).toEqual(none)
      }))
  })
}

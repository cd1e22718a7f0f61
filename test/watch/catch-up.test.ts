import { describe, expect, test } from 'vitest'
import { settled } from './fake-clock.js'
import { ask, WatchSetup } from './watch-setup.js'

describe('a watch from an old revision', () => {
  test('reads history and joins the live ones without a gap or a repeat', async () => {
    const setup = new WatchSetup()
    for (const value of ['1', '2']) setup.put('a', value)
    const { sink } = setup.watch({ startRevision: 2, prevKv: true })
    setup.put('a', '3')
    await settled()
    setup.put('a', '4')
    expect(sink.news()).toEqual([
      '0 @3 created',
      '0 @4: put a=1 at 2, put a=2 at 3 (was 1), put a=3 at 4 (was 2)',
      '0 @5: put a=4 at 5 (was 3)',
    ])
    expect(setup.hub.behindCount).toBe(0)
  })

  test('misses nothing that is published while history is being read', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.hold()
    const { sink } = setup.watch({ startRevision: 2 })
    await settled()
    for (const value of ['2', '3']) setup.put('a', value)
    expect(sink.news()).toEqual(['0 @2 created'])
    setup.history.release()
    await settled()
    expect(sink.news()).toEqual(['0 @4: put a=1 at 2, put a=2 at 3, put a=3 at 4'])
    expect(setup.history.reads.length).toBe(1)
  })

  test('reads history again when more was published meanwhile than the hub keeps', async () => {
    const setup = new WatchSetup()
    setup.put('a', 'first')
    setup.history.hold()
    const { sink } = setup.watch({ startRevision: 2 })
    await settled()
    for (let value = 0; value < 2000; value++) setup.put('a', `${value}`)
    setup.history.release()
    await settled()
    expect(setup.history.reads.length).toBeGreaterThan(1)
    expect(sink.eventsOf(0n).length).toBe(2001)
    expect(setup.hub.behindCount).toBe(0)
  })

  test('reads a long history in chunks of bounded size', async () => {
    const setup = new WatchSetup()
    for (let value = 0; value < 3000; value++) setup.put('a', `${value}`)
    const { sink } = setup.watch({ startRevision: 1 })
    await settled()
    expect(sink.eventsOf(0n)).toEqual(
      Array.from({ length: 3000 }, (_, value) => `put a=${value} at ${value + 2}`),
    )
    expect(Math.max(...setup.history.reads.map(({ maxRows }) => maxRows))).toBeLessThanOrEqual(512)
  })

  test('reads fewer rows at a time where they are large', async () => {
    const setup = new WatchSetup()
    const value = 'x'.repeat(100_000)
    for (let count = 0; count < 400; count++) setup.put('a', value)
    const { sink } = setup.watch({ startRevision: 1 })
    await settled()
    expect(sink.eventsOf(0n).length).toBe(400)
    expect(setup.history.reads.at(-1)?.maxRows).toBeLessThan(128)
  })

  test('gets responses of bounded size, cut between revisions', async () => {
    const setup = new WatchSetup({ fragmentBytes: 1000 })
    for (const key of ['a', 'b', 'c']) setup.put(key, 'x'.repeat(400))
    setup.change(...['a', 'b', 'c'].map((put) => ({ put, value: 'y'.repeat(400) })))
    const { sink } = setup.watch({ rangeEnd: 'z', startRevision: 1 })
    await settled()
    expect(sink.responses.map(({ events }) => events.map(({ kv }) => kv.modRevision))).toEqual([
      [],
      [2, 3],
      [4],
      [5, 5, 5],
    ])
  })

  test('hears in the header no revision beyond what it has been sent', async () => {
    const setup = new WatchSetup({ fragmentBytes: 1000 })
    for (let count = 0; count < 3; count++) setup.put('a', 'x'.repeat(900))
    setup.put('b', '1')
    const { sink } = setup.watch({ startRevision: 1 })
    await settled()
    expect(sink.news()).toEqual([
      '0 @5 created',
      '0 @2: put a=900 bytes at 2',
      '0 @3: put a=900 bytes at 3',
      '0 @5: put a=900 bytes at 4',
    ])
  })

  test('joins without a word when nothing of the past is its', async () => {
    const setup = new WatchSetup()
    setup.put('b', '1')
    const { sink } = setup.watch({ startRevision: 1 })
    await settled()
    setup.put('a', '1')
    expect(sink.news()).toEqual(['0 @2 created', '0 @3: put a=1 at 3'])
  })

  test('is tried again when history cannot be read', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.failReads(new Error('disk on holiday'))
    const { sink } = setup.watch({ startRevision: 1 })
    await settled()
    expect(setup.readErrors).toEqual([new Error('disk on holiday')])
    setup.history.failReads(undefined)
    await setup.clock.advance(1000)
    expect(sink.eventsOf(0n)).toEqual(['put a=1 at 2'])
  })
})

describe('many watches from old revisions', () => {
  test('share what is read', async () => {
    const setup = new WatchSetup()
    for (let value = 0; value < 100; value++) setup.put('a', `${value}`)
    const { sink, stream } = setup.open()
    for (let startRevision = 1; startRevision <= 100; startRevision++) {
      stream.create(ask({ startRevision }))
    }
    await settled()
    expect(setup.history.reads.length).toBeLessThanOrEqual(2)
    for (let id = 0; id < 100; id++) {
      expect(sink.eventsOf(BigInt(id)).length).toBe(Math.min(100, 101 - id))
    }
  })

  test('meet, so that what they need in common is read once', async () => {
    const setup = new WatchSetup()
    for (let value = 0; value < 10_000; value++) setup.put('a', `${value}`)
    const { sink, stream } = setup.open()
    for (let count = 0; count < 10; count++) stream.create(ask({ startRevision: 1 + 700 * count }))
    await settled()
    await setup.clock.advance(1000)
    for (let id = 0; id < 10; id++) {
      const missed = Math.max(0, 700 * id - 1)
      expect(sink.eventsOf(BigInt(id)).length).toBe(10_000 - missed)
    }
    const rows = setup.history.reads.reduce((sum, read) => sum + read.rows, 0)
    expect(rows).toBeLessThan(25_000)
  })

  test('who is almost there does not wait for who reads everything', async () => {
    const setup = new WatchSetup()
    for (let value = 0; value < 20_000; value++) setup.put('a', `${value}`)
    const all = setup.watch({ startRevision: 1 }).sink
    const last = setup.watch({ startRevision: 20_000 }).sink
    let readBefore = 0
    setup.history.read = new Proxy(setup.history.read, {
      apply(read, history, args) {
        if (last.responses.length === 1) readBefore++
        return Reflect.apply(read, history, args)
      },
    })
    await settled()
    expect(last.eventsOf(0n).length).toBe(2)
    expect(readBefore).toBeLessThanOrEqual(2)
    await setup.clock.advance(1000)
    expect(all.eventsOf(0n).length).toBe(20_000)
  })

  test('previous values are read only where somebody wants them', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    for (const prevKv of [false, true]) {
      setup.watch({ startRevision: 1, prevKv })
      await settled()
    }
    expect(setup.history.reads.map(({ withPrevious }) => withPrevious)).toEqual([false, true])
  })

  test('one that wants previous values and comes later still gets them', async () => {
    const setup = new WatchSetup()
    for (const value of ['1', '2']) setup.put('a', value)
    const { sink, stream } = setup.open()
    stream.create(ask({ startRevision: 2 }))
    setup.history.hold()
    await settled()
    stream.create(ask({ startRevision: 2, prevKv: true }))
    setup.history.release()
    await settled()
    expect(sink.eventsOf(0n)).toEqual(['put a=1 at 2', 'put a=2 at 3'])
    expect(sink.eventsOf(1n)).toEqual(['put a=1 at 2', 'put a=2 at 3 (was 1)'])
  })
})

describe('compaction', () => {
  const compacted = '0 @0 canceled compacted 4'

  function setupWithHistory(): WatchSetup {
    const setup = new WatchSetup()
    for (let revision = 2; revision <= 6; revision++) setup.put('a', `${revision}`)
    return setup
  }

  test('a start before the compacted revision is created, then canceled with that revision', async () => {
    const setup = setupWithHistory()
    setup.history.compact(4)
    const { sink, stream } = setup.watch({ startRevision: 3 })
    await settled()
    setup.put('a', '7')
    stream.create(ask({ watchId: 0 }))
    expect(sink.news()).toEqual(['0 @6 created', compacted, '1 @7 created'])
  })

  test('its id stays taken until it is cancelled, which is answered canceled again', async () => {
    const setup = setupWithHistory()
    setup.history.compact(4)
    const { sink, stream } = setup.watch({ startRevision: 3, watchId: 5 })
    await settled()
    sink.news()
    stream.create(ask({ watchId: 5 }))
    stream.cancel(5n)
    stream.cancel(5n)
    stream.create(ask({ watchId: 5 }))
    expect(sink.news()).toEqual([
      '-1 @6 created canceled because mvcc: duplicate watch ID provided on the WatchStream',
      '5 @6 canceled',
      '5 @6 created',
    ])
  })

  test('a start equal to the compacted revision is allowed', async () => {
    const setup = setupWithHistory()
    setup.history.compact(4)
    const { sink } = setup.watch({ startRevision: 4, prevKv: true })
    await settled()
    expect(sink.news()).toEqual([
      '0 @6 created',
      '0 @6: put a=4 at 4, put a=5 at 5 (was 4), put a=6 at 6 (was 5)',
    ])
  })

  test('cancels a watch that it overtakes while history is being read', async () => {
    const setup = setupWithHistory()
    setup.history.hold()
    const { sink } = setup.watch({ startRevision: 2 })
    const { sink: unharmed } = setup.watch({ startRevision: 5 })
    await settled()
    setup.history.compact(4)
    setup.history.release()
    await settled()
    expect(sink.news()).toEqual(['0 @6 created', compacted])
    expect(unharmed.eventsOf(0n)).toEqual(['put a=5 at 5', 'put a=6 at 6'])
    expect(setup.readErrors).toEqual([])
  })

  test('cancels a watch that it overtakes behind a slow reader, once that reads on', async () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch()
    sink.makeRoom(1)
    for (let revision = 2; revision <= 6; revision++) setup.put('a', `${revision}`)
    setup.history.compact(4)
    expect(sink.news()).toEqual(['0 @1 created', '0 @2: put a=2 at 2'])
    sink.makeRoom(10)
    stream.drained()
    await settled()
    expect(sink.news()).toEqual([compacted])
  })

  test('leaves watches alone that are up to date', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch()
    for (let revision = 2; revision <= 6; revision++) setup.put('b', `${revision}`)
    setup.history.compact(6)
    await settled()
    setup.put('a', '7')
    expect(sink.news()).toEqual(['0 @1 created', '0 @7: put a=7 at 7'])
  })
})

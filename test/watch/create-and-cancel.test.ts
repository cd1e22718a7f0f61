import { describe, expect, test } from 'vitest'
import { settled } from './fake-clock.js'
import { reachableFrom } from './reachable.js'
import { ask, WatchSetup } from './watch-setup.js'

describe('creating a watch', () => {
  test('answers created with the current revision before any of its events', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    const { sink } = setup.watch({ startRevision: 2 })
    expect(sink.news()).toEqual(['0 @2 created'])
    await settled()
    expect(sink.news()).toEqual(['0 @2: put a=1 at 2'])
  })

  test('the header is the member’s own, but for the revision', () => {
    const { sink } = new WatchSetup().watch()
    expect(sink.responses[0]?.header).toEqual({
      clusterId: 7n,
      memberId: 8n,
      revision: 1,
      raftTerm: 2,
    })
  })

  test('start revision 0 means from now on', () => {
    const setup = new WatchSetup()
    setup.put('a', 'old')
    const { sink } = setup.watch()
    setup.put('a', 'new')
    expect(sink.news()).toEqual(['0 @2 created', '0 @3: put a=new at 3'])
  })

  test('ids count up from 0 and skip those in use', () => {
    const { sink, stream } = new WatchSetup().open()
    for (const watchId of [0, 2, 0, 0, -7, 0]) stream.create(ask({ watchId }))
    expect(sink.news().map((line) => line.split(' ')[0])).toEqual(['0', '2', '1', '3', '-7', '4'])
  })

  test('ids of one stream mean nothing to another', () => {
    const setup = new WatchSetup()
    expect(setup.watch({ watchId: 5 }).sink.news()).toEqual(['5 @1 created'])
    expect(setup.watch({ watchId: 5 }).sink.news()).toEqual(['5 @1 created'])
  })

  test('a duplicate id is refused and the first watch goes on', () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch({ watchId: 5 })
    stream.create(ask({ watchId: 5, key: 'b' }))
    setup.put('a', '1')
    setup.put('b', '1')
    expect(sink.news()).toEqual([
      '5 @1 created',
      '-1 @1 created canceled because mvcc: duplicate watch ID provided on the WatchStream',
      '5 @2: put a=1 at 2',
    ])
  })

  test.each([
    ['b', 'a'],
    ['b', 'b'],
    ['b\0', 'b'],
  ])('a range from %j to %j is empty and refused', (key, rangeEnd) => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ key, rangeEnd, watchId: 9 })
    expect(sink.news()).toEqual(['-1 @1 created canceled because mvcc: watcher range is empty'])
    expect(setup.hub.watcherCount).toBe(0)
  })

  test('a negative start revision is refused as compacted', () => {
    const { sink } = new WatchSetup().watch({ startRevision: -5 })
    expect(sink.news()).toEqual([
      '-1 @1 created canceled because etcdserver: mvcc: required revision has been compacted',
    ])
  })

  test('an empty key is one zero byte', () => {
    const setup = new WatchSetup()
    const one = setup.watch({ key: '' }).sink
    const upToB = setup.watch({ key: '', rangeEnd: 'b' }).sink
    setup.put('\0', 'zero')
    setup.put('a', '1')
    setup.put('b', '1')
    expect(one.eventsOf(0n)).toEqual(['put \0=zero at 2'])
    expect(upToB.eventsOf(0n)).toEqual(['put \0=zero at 2', 'put a=1 at 3'])
  })

  test('a range end of one zero byte means every key from the key on', () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ key: 'b', rangeEnd: '\0' })
    for (const key of ['a', 'b', 'c', '\xff\xff\xff']) setup.put(key, '1')
    expect(sink.eventsOf(0n)).toEqual(['put b=1 at 3', 'put c=1 at 4', 'put \xff\xff\xff=1 at 5'])
  })
})

describe('a watch that starts in the future', () => {
  test('gets nothing older than its start (etcd #20221)', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ startRevision: 4 })
    for (const value of ['2', '3', '4', '5']) setup.put('a', value)
    await settled()
    expect(sink.news()).toEqual(['0 @1 created', '0 @4: put a=4 at 4', '0 @5: put a=5 at 5'])
  })

  test('gets nothing older than its start through a snapshot either', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ startRevision: 4 })
    for (const value of ['2', '3', '4', '5']) setup.history.change({ put: 'a', value })
    setup.hub.restored()
    await settled()
    expect(sink.eventsOf(0n)).toEqual(['put a=4 at 4', 'put a=5 at 5'])
  })
})

describe('cancelling', () => {
  test('is answered canceled, and no event follows', () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch()
    stream.cancel(0n)
    setup.put('a', '1')
    expect(sink.news()).toEqual(['0 @1 created', '0 @1 canceled'])
  })

  test('an unknown id is answered by silence', () => {
    const { sink, stream } = new WatchSetup().watch()
    stream.cancel(0n)
    stream.cancel(0n)
    stream.cancel(77n)
    expect(sink.news()).toEqual(['0 @1 created', '0 @1 canceled'])
  })

  test('frees the id', () => {
    const { sink, stream } = new WatchSetup().watch({ watchId: 3 })
    stream.cancel(3n)
    stream.create(ask({ watchId: 3 }))
    expect(sink.news().at(-1)).toBe('3 @1 created')
  })

  test('stops a watch that is still catching up', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.hold()
    const { sink, stream } = setup.watch({ startRevision: 1 })
    await settled()
    stream.cancel(0n)
    setup.history.release()
    await settled()
    expect(sink.news()).toEqual(['0 @2 created', '0 @2 canceled'])
    expect(setup.hub.behindCount).toBe(0)
  })
})

describe('R8: closing', () => {
  test('R8: a stream that closes releases all its watches, whatever they were doing', async () => {
    const setup = new WatchSetup()
    for (const value of ['1', '2', '3']) setup.put('a', value)
    setup.history.compact(3)
    const { sink, stream } = setup.watch({ progressNotify: true })
    stream.create(ask({ startRevision: 2 }))
    await settled()
    sink.makeRoom(0)
    stream.create(ask({ startRevision: 3 }))
    await settled()
    expect([setup.hub.watcherCount, setup.hub.streamCount, setup.hub.behindCount]).toEqual([
      3, 1, 1,
    ])
    sink.news()

    stream.close()
    expect(reachableFrom(setup.hub, new Set([stream]))).toBe(false)
    stream.close()
    setup.put('a', '4')
    stream.drained()
    stream.create(ask({}))
    stream.cancel(0n)
    stream.requestProgress()
    await settled()
    expect([setup.hub.watcherCount, setup.hub.streamCount, setup.hub.behindCount]).toEqual([
      0, 0, 0,
    ])
    expect(setup.clock.timerCount).toBe(0)
    expect(sink.news()).toEqual([])
  })

  test('R8: a sink that closes its stream while it is being sent to leaves nothing behind', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    const streams = new Set<unknown>()
    for (const startRevision of [0, 1]) {
      const stream = setup.hub.open({
        send: ({ events }) => {
          if (events.length > 0) stream.close()
          return true
        },
      })
      streams.add(stream)
      for (let count = 0; count < 3; count++) stream.create(ask({ startRevision }))
      setup.put('a', '2')
      await settled()
    }
    expect([setup.hub.watcherCount, setup.hub.streamCount, setup.hub.behindCount]).toEqual([
      0, 0, 0,
    ])
    expect(reachableFrom(setup.hub, streams)).toBe(false)
  })

  test('R8: closing the hub ends what waits to be tried again', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.failReads(new Error('disk on holiday'))
    setup.watch({ startRevision: 1 })
    await settled()
    expect(setup.clock.timerCount).toBe(1)
    setup.hub.close()
    expect(setup.clock.timerCount).toBe(0)
  })

  test('R8: closing the hub closes every stream, twice is safe, and no stream opens any more', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.hold()
    const { sink } = setup.watch({ startRevision: 1 })
    await settled()
    setup.hub.close()
    setup.hub.close()
    setup.history.release()
    setup.put('a', '2')
    await settled()
    expect(sink.news()).toEqual(['0 @2 created'])
    expect([setup.hub.watcherCount, setup.hub.streamCount]).toEqual([0, 0])
    expect(() => setup.open()).toThrow(expect.objectContaining({ code: 'server-stopped' }))
  })
})

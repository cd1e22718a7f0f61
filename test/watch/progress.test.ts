import { describe, expect, test } from 'vitest'
import { settled } from './fake-clock.js'
import { ask, progressIntervalMs, WatchSetup } from './watch-setup.js'

describe('manual progress', () => {
  test('is answered once, with id -1 and the current revision', () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch()
    stream.create(ask({ key: 'c' }))
    setup.put('b', '1')
    sink.news()
    stream.requestProgress()
    expect(sink.news()).toEqual(['-1 @2 progress'])
  })

  test('is dropped on a stream without watches', () => {
    const { sink, stream } = new WatchSetup().open()
    stream.requestProgress()
    stream.create(ask({}))
    stream.cancel(0n)
    stream.requestProgress()
    expect(sink.news()).toEqual(['0 @1 created', '0 @1 canceled'])
  })

  test('is dropped, not queued, while any watch is catching up', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    const { sink, stream } = setup.watch({ key: 'b' })
    stream.create(ask({ startRevision: 1 }))
    stream.requestProgress()
    await settled()
    expect(sink.news()).toEqual(['0 @2 created', '1 @2 created', '1 @2: put a=1 at 2'])
    stream.requestProgress()
    expect(sink.news()).toEqual(['-1 @2 progress'])
  })

  test('is dropped while a watch of the stream starts in the future', () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch({ key: 'b', startRevision: 3 })
    setup.put('a', '1')
    stream.requestProgress()
    expect(sink.news()).toEqual(['0 @1 created'])
    setup.put('a', '2')
    stream.requestProgress()
    expect(sink.news()).toEqual(['-1 @3 progress'])
  })

  test('is dropped while a compacted watch has not been cancelled', async () => {
    const setup = new WatchSetup()
    for (const value of ['1', '2', '3']) setup.put('a', value)
    setup.history.compact(4)
    const { sink, stream } = setup.watch({ startRevision: 2 })
    stream.create(ask({}))
    await settled()
    sink.news()
    stream.requestProgress()
    expect(sink.news()).toEqual([])
    stream.cancel(0n)
    stream.requestProgress()
    expect(sink.news()).toEqual(['0 @4 canceled', '-1 @4 progress'])
  })

  test('never runs ahead of what was sent on the stream (etcd #15220)', async () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch()
    sink.makeRoom(1)
    for (const value of ['1', '2', '3']) {
      setup.put('a', value)
      stream.requestProgress()
    }
    expect(sink.news()).toEqual(['0 @1 created', '0 @2: put a=1 at 2'])
    sink.makeRoom(10)
    stream.drained()
    stream.requestProgress()
    expect(sink.news()).toEqual([])
    await settled()
    stream.requestProgress()
    expect(sink.news()).toEqual(['0 @4: put a=2 at 3, put a=3 at 4', '-1 @4 progress'])
  })

  test('asked for between two watches of one event, it does not run ahead of the second', () => {
    const setup = new WatchSetup()
    const sent: string[] = []
    const stream = setup.hub.open({
      send: ({ watchId, header, events }) => {
        sent.push(`${watchId} @${header?.revision}`)
        if (events.length > 0) stream.requestProgress()
        return true
      },
    })
    for (let count = 0; count < 2; count++) stream.create(ask({}))
    setup.put('a', '1')
    expect(sent).toEqual(['0 @1', '1 @1', '0 @2', '1 @2'])
  })
})

describe('periodic progress', () => {
  test('tells a quiet watch that asked for it the current revision, each interval', async () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch({ progressNotify: true })
    stream.create(ask({ key: 'c' }))
    setup.put('b', '1')
    sink.news()
    await setup.clock.advance(progressIntervalMs - 1)
    expect(sink.news()).toEqual([])
    await setup.clock.advance(1)
    expect(sink.news()).toEqual(['0 @2 progress'])
    await setup.clock.advance(progressIntervalMs)
    expect(sink.news()).toEqual(['0 @2 progress'])
  })

  test('is left out where events came since the last', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ progressNotify: true })
    await setup.clock.advance(progressIntervalMs / 2)
    setup.put('a', '1')
    sink.news()
    await setup.clock.advance(progressIntervalMs / 2)
    expect(sink.news()).toEqual([])
    await setup.clock.advance(progressIntervalMs)
    expect(sink.news()).toEqual(['0 @2 progress'])
  })

  test('is left out for a watch that is catching up or whose reader is behind', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.hold()
    const past = setup.watch({ startRevision: 1, progressNotify: true }).sink
    const slow = setup.watch({ progressNotify: true }).sink
    slow.makeRoom(1)
    setup.put('a', '2')
    past.news()
    slow.news()
    await setup.clock.advance(3 * progressIntervalMs)
    expect([past.news(), slow.news()]).toEqual([[], []])
  })

  test('R8: stops when the last watch that asked for it is cancelled', async () => {
    const setup = new WatchSetup()
    const { stream } = setup.watch({ progressNotify: true })
    expect(setup.clock.timerCount).toBe(1)
    stream.cancel(0n)
    await setup.clock.advance(progressIntervalMs)
    expect(setup.clock.timerCount).toBe(0)
  })
})

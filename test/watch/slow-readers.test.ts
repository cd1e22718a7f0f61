import { describe, expect, test } from 'vitest'
import { Event } from '../../src/wire/index.js'
import { settled } from './fake-clock.js'
import { reachableFrom } from './reachable.js'
import { ask, WatchSetup } from './watch-setup.js'

describe('a reader that is behind', () => {
  test('is sent no more events until it has caught up, then each of them once', async () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch({ prevKv: true })
    sink.makeRoom(2)
    for (let value = 1; value <= 50; value++) setup.put('a', `${value}`)
    await settled()
    expect(sink.news()).toEqual([
      '0 @1 created',
      '0 @2: put a=1 at 2',
      '0 @3: put a=2 at 3 (was 1)',
    ])

    sink.makeRoom(10)
    stream.drained()
    await settled()
    setup.put('a', '51')
    expect(sink.eventsOf(0n).slice(1)).toEqual(
      Array.from({ length: 50 }, (_, i) => `put a=${i + 2} at ${i + 3} (was ${i + 1})`),
    )
  })

  test('keeps no event in the hub', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch()
    sink.makeRoom(1)
    setup.put('a', 'taken')
    const { type, kv } = firstEvent(setup)
    const events = Array.from({ length: 20 }, () => new Event(type, kv))
    for (const event of events) {
      setup.hub.publish({ revision: ++setup.history.revision, events: [event] })
    }
    await settled()
    expect(sink.responses.length).toBe(2)
    expect(setup.hub.behindCount).toBe(1)
    expect(reachableFrom(setup.hub, new Set(events))).toBe(false)
  })

  test('does not hold up other streams', async () => {
    const setup = new WatchSetup()
    const slow = setup.watch()
    const quick = setup.watch()
    const past = setup.watch({ startRevision: 1 })
    await settled()
    slow.sink.makeRoom(0)
    for (let value = 1; value <= 5; value++) {
      setup.put('a', `${value}`)
      await settled()
      expect(quick.sink.eventsOf(0n).length).toBe(value)
      expect(past.sink.eventsOf(0n).length).toBe(value)
    }
    expect(setup.history.reads.length).toBe(1)
  })

  test('holds back all watches of its stream, and none whose key nobody touched', async () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.open()
    for (const key of ['a', 'b', 'c']) stream.create(ask({ key }))
    sink.makeRoom(1)
    setup.change({ put: 'a', value: '1' }, { put: 'b', value: '1' })
    setup.put('b', '2')
    expect(setup.hub.behindCount).toBe(1)
    sink.makeRoom(10)
    stream.drained()
    await settled()
    expect(setup.hub.behindCount).toBe(0)
    expect(sink.eventsOf(1n)).toEqual(['put b=1 at 2', 'put b=2 at 3'])
    expect(setup.history.reads.length).toBe(1)
  })

  test('that takes one response at a time gets everything in order', async () => {
    const setup = new WatchSetup({ fragmentBytes: 200 })
    const { sink, stream } = setup.open()
    for (let id = 0; id < 5; id++) stream.create(ask({ startRevision: 2 }))
    for (let value = 0; value < 40; value++) setup.put('a', `${value}`)
    const expected = Array.from({ length: 40 }, (_, value) => `put a=${value} at ${value + 2}`)
    for (let turn = 0; turn < 1000 && setup.hub.behindCount > 0; turn++) {
      sink.makeRoom(1)
      stream.drained()
      await settled()
    }
    for (let id = 0n; id < 5n; id++) expect(sink.eventsOf(id)).toEqual(expected)
  })

  test('that pauses in the middle of the past goes on at the very revision', async () => {
    const setup = new WatchSetup({ fragmentBytes: 1000 })
    for (let count = 0; count < 4; count++) setup.put('a', 'x'.repeat(900))
    const { sink, stream } = setup.watch({ startRevision: 1 })
    sink.makeRoom(2)
    await settled()
    expect(sink.eventsOf(0n).length).toBe(2)
    expect(sink.news().at(-1)).toBe('0 @3: put a=900 bytes at 3')
    sink.makeRoom(10)
    stream.drained()
    await settled()
    expect(sink.news()).toEqual(['0 @4: put a=900 bytes at 4', '0 @5: put a=900 bytes at 5'])
  })

  test('with many watches shares one reading of history among them, turn after turn', async () => {
    const setup = new WatchSetup({ fragmentBytes: 1000 })
    const { sink, stream } = setup.open()
    for (let id = 0; id < 50; id++) stream.create(ask({}))
    sink.makeRoom(1)
    setup.put('a', '1')
    for (let turn = 0; turn < 100; turn++) {
      sink.makeRoom(1)
      stream.drained()
      await settled()
    }
    expect(setup.hub.behindCount).toBe(0)
    for (let id = 0n; id < 50n; id++) expect(sink.eventsOf(id)).toEqual(['put a=1 at 2'])
    expect(setup.history.reads.length).toBeLessThan(3)
  })

  test('is still told that a watch was created or cancelled', () => {
    const { sink, stream } = new WatchSetup().watch()
    sink.makeRoom(0)
    stream.create(ask({}))
    stream.cancel(0n)
    expect(sink.news()).toEqual(['0 @1 created', '1 @1 created', '0 @1 canceled'])
  })
})

function firstEvent(setup: WatchSetup): Event {
  const event = setup.history.batches[0]?.events[0]
  if (event === undefined) throw new Error('the history is empty')
  return event
}

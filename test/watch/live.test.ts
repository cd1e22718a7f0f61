import { describe, expect, test } from 'vitest'
import { FilterType, WatchResponse } from '../../src/wire/index.js'
import { settled } from './fake-clock.js'
import { ask, WatchSetup } from './watch-setup.js'

describe('a watch that is up to date', () => {
  test('gets each event at once, with the revision it happened at in the header', () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch()
    setup.put('a', '1')
    setup.put('b', '1')
    setup.delete('a')
    expect(sink.news()).toEqual(['0 @1 created', '0 @2: put a=1 at 2', '0 @4: delete a at 4'])
    expect(setup.history.reads).toEqual([])
  })

  test('gets all events of one revision in one response, in their order', () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ key: 'a', rangeEnd: 'z' })
    setup.put('c', '0')
    setup.change(
      { put: 'b', value: '1' },
      { put: 'zz', value: '1' },
      { delete: 'c' },
      { put: 'a', value: '1' },
    )
    expect(sink.news().slice(2)).toEqual(['0 @3: put b=1 at 3, delete c at 3, put a=1 at 3'])
  })

  test('gets previous values only where it asked for them', () => {
    const setup = new WatchSetup()
    const { sink, stream } = setup.watch({ prevKv: true })
    stream.create(ask({}))
    setup.put('a', '1')
    setup.put('a', '2')
    setup.delete('a')
    expect(sink.eventsOf(0n)).toEqual([
      'put a=1 at 2',
      'put a=2 at 3 (was 1)',
      'delete a at 4 (was 2)',
    ])
    expect(sink.eventsOf(1n)).toEqual(['put a=1 at 2', 'put a=2 at 3', 'delete a at 4'])
  })

  test('is not told of events it filters, nor sent a response without events', () => {
    const setup = new WatchSetup()
    const { NOPUT, NODELETE } = FilterType
    const noPut = setup.watch({ rangeEnd: 'z', filters: [NOPUT], prevKv: true }).sink
    const noDelete = setup.watch({ rangeEnd: 'z', filters: [NODELETE, 99] }).sink
    const neither = setup.watch({ rangeEnd: 'z', filters: [NOPUT, NODELETE] }).sink
    setup.put('a', '1')
    setup.change({ put: 'b', value: '1' }, { delete: 'a' })
    setup.delete('b')
    const created = '0 @1 created'
    expect(noPut.news()).toEqual([
      created,
      '0 @3: delete a at 3 (was 1)',
      '0 @4: delete b at 4 (was 1)',
    ])
    expect(noDelete.news()).toEqual([created, '0 @2: put a=1 at 2', '0 @3: put b=1 at 3'])
    expect(neither.news()).toEqual([created])
  })

  test('shares the encoded event with all others', () => {
    const setup = new WatchSetup()
    const first = setup.watch().sink
    const second = setup.watch({ rangeEnd: 'b' }).sink
    setup.put('a', '1')
    setup.put('a', '2')
    for (const index of [1, 2]) {
      const event = first.responses[index]?.events[0]
      expect(event).toBeDefined()
      expect(second.responses[index]?.events[0]).toBe(event)
    }
  })

  test('gets responses that can be encoded', () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch()
    setup.put('a', '1')
    const decoded = sink.responses.map((response) =>
      WatchResponse.decode(WatchResponse.encode(response)),
    )
    expect(decoded.map(({ events }) => events.map(({ kv }) => kv.value.toString()))).toEqual([
      [],
      ['1'],
    ])
  })
})

describe('the hub', () => {
  test('takes revisions only in order and without a gap', () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    for (const revision of [2, 4]) {
      expect(() => setup.hub.publish({ revision, events: [] })).toThrow(
        `revision ${revision} was published after 2`,
      )
    }
  })

  test('goes on after a snapshot with every event that was not published', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch({ prevKv: true })
    setup.put('a', '1')
    setup.history.change({ put: 'a', value: '2' })
    setup.history.change({ delete: 'a' })
    setup.hub.restored()
    await settled()
    setup.put('a', '3')
    expect(sink.eventsOf(0n)).toEqual([
      'put a=1 at 2',
      'put a=2 at 3 (was 1)',
      'delete a at 4 (was 2)',
      'put a=3 at 5',
    ])
  })

  test('a snapshot does not cancel a watch that lacks nothing of what was compacted', async () => {
    const setup = new WatchSetup()
    const { sink } = setup.watch()
    for (const value of ['1', '2', '3']) setup.put('b', value)
    setup.history.compact(4)
    setup.history.change({ put: 'a', value: '1' })
    setup.hub.restored()
    await settled()
    expect(sink.news()).toEqual(['0 @1 created', '0 @5: put a=1 at 5'])
  })

  test('does not repeat or lose events when a snapshot comes in the middle of catching up', async () => {
    const setup = new WatchSetup()
    setup.put('a', '1')
    setup.history.hold()
    const { sink } = setup.watch({ startRevision: 2 })
    await settled()
    setup.put('a', '2')
    setup.history.change({ put: 'a', value: '3' })
    setup.hub.restored()
    setup.history.release()
    await settled()
    setup.put('a', '4')
    expect(sink.eventsOf(0n)).toEqual([1, 2, 3, 4].map((value) => `put a=${value} at ${value + 1}`))
  })
})

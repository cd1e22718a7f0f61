import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { Event, type KeyValue } from '../../src/wire/index.js'
import { settled } from './fake-clock.js'
import type { RecordingSink } from './recording-sink.js'
import { ask, WatchSetup } from './watch-setup.js'

/** Turns of the process that come only when the test says so. */
class Turns {
  private waiting: (() => void)[] = []

  readonly next = (): Promise<void> => new Promise((resolve) => this.waiting.push(resolve))

  async take(count = 1): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      const due = this.waiting
      this.waiting = []
      for (const resolve of due) resolve()
      await settled()
    }
  }
}

interface Crowd {
  readonly setup: WatchSetup
  readonly turns: Turns
  readonly sinks: readonly RecordingSink[]
}

/** Watchers of the key `a`, each on its own stream, of whom `costPerTurn` are served in a turn. */
function crowd(size: number, costPerTurn: number): Crowd {
  const turns = new Turns()
  const setup = new WatchSetup({ costPerTurn, nextTurn: turns.next })
  const sinks = Array.from({ length: size }, () => setup.watch().sink)
  for (const sink of sinks) sink.news()
  return { setup, turns, sinks }
}

function served(sinks: readonly RecordingSink[]): number {
  return sinks.filter((sink) => sink.eventsOf(0n).length > 0).length
}

/** The put of `a` at `revision`; what `a` held before cannot be read. */
function unreadable(kv: KeyValue): Event {
  return Event.putOver(kv, () => {
    throw new MetastoreError('disk-failed', 'a read failed')
  })
}

describe('what was there before and cannot be read', () => {
  test('has those who asked for it read the event from history, now or in a later turn', async () => {
    const turns = new Turns()
    const setup = new WatchSetup({ costPerTurn: 2, nextTurn: turns.next })
    const sinks = [false, false, false, true, true].map((prevKv) => setup.watch({ prevKv }).sink)
    for (const sink of sinks) sink.news()
    setup.put('a', '1')
    await turns.take(10)
    for (const sink of sinks) sink.news()
    const batch = setup.history.change({ put: 'a', value: '2' })
    const [event] = batch?.events ?? []
    if (event === undefined) expect.unreachable()
    setup.hub.publish({ revision: setup.history.revision, events: [unreadable(event.kv)] })
    await turns.take(20)
    expect(sinks.map((sink) => sink.news().length)).toEqual([1, 1, 1, 1, 1])
    expect(setup.readErrors).toMatchObject([{ code: 'disk-failed' }])
  })
})

describe('events for many watchers', () => {
  test('go out a turn’s worth at a time, so that nothing else waits longer', async () => {
    const { setup, turns, sinks } = crowd(1000, 100)
    setup.put('a', '1')
    expect(served(sinks)).toBe(100)
    await turns.take()
    expect(served(sinks)).toBe(200)
    await turns.take(8)
    expect(served(sinks)).toBe(1000)
  })

  test('are handed out at once to few, also when others wait for their turn', async () => {
    const { setup, turns, sinks } = crowd(10, 100)
    setup.put('a', '1')
    expect(served(sinks)).toBe(10)
    await turns.take()
    setup.put('a', '2')
    expect(sinks[0]?.news()).toEqual(['0 @2: put a=1 at 2', '0 @3: put a=2 at 3'])
  })

  test('count for more where they are large', () => {
    const { setup, sinks } = crowd(100, 100)
    setup.put('a', 'x'.repeat(40 * 1024))
    expect(served(sinks)).toBeLessThan(12)
  })

  test('that come meanwhile follow together, in order, each once', async () => {
    const { setup, turns, sinks } = crowd(4, 2)
    for (const value of ['1', '2', '3']) setup.put('a', value)
    await turns.take(10)
    for (const sink of sinks) {
      expect(sink.news()).toEqual(['0 @2: put a=1 at 2', '0 @4: put a=2 at 3, put a=3 at 4'])
    }
  })

  test('leave a busy key no more turns than a quiet one', async () => {
    const { setup, turns } = crowd(10, 2)
    const quiet = setup.watch({ key: 'b' }).sink
    setup.put('a', '1')
    setup.put('b', '1')
    for (let turn = 0; turn < 10; turn++) {
      setup.put('a', 'more')
      await turns.take()
    }
    expect(quiet.eventsOf(0n)).toEqual(['put b=1 at 3'])
  })

  test('are read from history where more came than is kept', async () => {
    const { setup, turns, sinks } = crowd(6, 2)
    for (let value = 0; value < 5000; value++) setup.put('a', `${value}`)
    for (let turn = 0; turn < 200; turn++) await turns.take()
    const expected = Array.from({ length: 5000 }, (_, value) => `put a=${value} at ${value + 2}`)
    for (const sink of sinks) expect(sink.eventsOf(0n)).toEqual(expected)
    expect(setup.history.reads.length).toBeGreaterThan(0)
    setup.put('a', 'live again')
    await turns.take(10)
    for (const sink of sinks) expect(sink.eventsOf(0n).length).toBe(5001)
  })

  test('do not reach a watch that is cancelled, or created, while they are on their way', async () => {
    const { setup, turns } = crowd(4, 2)
    const { sink, stream } = setup.watch()
    setup.put('a', '1')
    stream.cancel(0n)
    const late = setup.watch().sink
    await turns.take(10)
    expect(sink.news()).toEqual(['0 @1 created', '0 @2 canceled'])
    expect(late.news()).toEqual(['0 @2 created'])
  })

  test('reach a watch of the future from its start on only (etcd #20221)', async () => {
    const { setup, turns } = crowd(4, 2)
    const { sink } = setup.watch({ startRevision: 4 })
    for (const value of ['1', '2', '3', '4']) setup.put('a', value)
    await turns.take(10)
    expect(sink.eventsOf(0n)).toEqual(['put a=3 at 4', 'put a=4 at 5'])
  })

  test('are not announced by progress before they have come (etcd #15220)', async () => {
    const { setup, turns } = crowd(4, 2)
    const { sink, stream } = setup.watch()
    stream.create(ask({ key: 'b' }))
    sink.news()
    setup.put('a', '1')
    stream.requestProgress()
    expect(sink.news()).toEqual([])
    await turns.take(10)
    stream.requestProgress()
    expect(sink.news()).toEqual(['0 @2: put a=1 at 2', '-1 @2 progress'])
  })

  test('a snapshot in between neither loses nor repeats any', async () => {
    const { setup, turns, sinks } = crowd(6, 2)
    for (const value of ['1', '2', '3']) setup.put('a', value)
    await turns.take(1)
    setup.history.change({ put: 'a', value: '4' })
    setup.hub.restored()
    setup.put('a', '5')
    await turns.take(50)
    const expected = ['1', '2', '3', '4', '5'].map((value, at) => `put a=${value} at ${at + 2}`)
    for (const sink of sinks) expect(sink.eventsOf(0n)).toEqual(expected)
  })

  test('R8: closing the hub while they are on their way leaves nothing behind', async () => {
    const { setup, turns, sinks } = crowd(10, 2)
    setup.put('a', '1')
    setup.hub.close()
    await turns.take(10)
    expect(served(sinks)).toBe(2)
    expect([setup.hub.watcherCount, setup.hub.streamCount, setup.hub.behindCount]).toEqual([
      0, 0, 0,
    ])
  })
})

describe('events of the past for many watchers', () => {
  test('go out a turn’s worth at a time too, read once for all', async () => {
    const turns = new Turns()
    const setup = new WatchSetup({ costPerTurn: 100, nextTurn: turns.next })
    setup.put('a', '1')
    const sinks = Array.from({ length: 1000 }, () => setup.watch({ startRevision: 2 }).sink)
    await settled()
    expect(served(sinks)).toBe(100)
    await turns.take(9)
    expect(served(sinks)).toBe(1000)
    expect(setup.history.reads.length).toBe(1)
  })
})

import { describe, expect, test } from 'vitest'
import { WatchHub } from '../../src/watch/watch-hub.js'
import type { WatchSink } from '../../src/watch/watch-stream.js'
import type { WatchResponse } from '../../src/wire/index.js'
import { FakeClock, settled } from './fake-clock.js'
import { ModelHistory } from './model-history.js'
import { ask, WatchSetup } from './watch-setup.js'

describe('R14: many watchers', () => {
  test.each([
    ['live', undefined],
    ['from the past', 2],
  ])('R14: 100 watchers x 1,000 events, every event in order (%s)', async (_, startRevision) => {
    const setup = new WatchSetup()
    const values = Array.from({ length: 1000 }, (_, value) => `${value}`)
    const open = () =>
      Array.from({ length: 100 }, () => setup.watch({ startRevision: startRevision ?? 0 }).sink)
    const early = startRevision === undefined ? open() : []
    for (const value of values) setup.put('a', value)
    const sinks = startRevision === undefined ? early : open()
    await settled()
    const expected = values.map((value, index) => `put a=${value} at ${index + 2}`)
    for (const sink of sinks) expect(sink.eventsOf(0n)).toEqual(expected)
  })

  test('10,000 single keys and 2,000 ranges: a put reaches exactly its own', async () => {
    const setup = new WatchSetup()
    const counts = new Map<string, number>()
    const counting = (name: string): WatchSink => ({
      send: ({ events }) => {
        if (events.length > 0) counts.set(name, (counts.get(name) ?? 0) + events.length)
        return true
      },
    })
    for (let count = 0; count < 10_000; count++) {
      setup.hub.open(counting(`key ${count}`)).create(ask({ key: `k${count}` }))
    }
    for (let count = 0; count < 2000; count++) {
      const key = `k${count}`
      setup.hub.open(counting(`range ${count}`)).create(ask({ key, rangeEnd: `${key}\0` }))
    }
    for (let count = 0; count < 10_000; count += 10) setup.put(`k${count}`, 'value')
    await settled()
    expect(counts.size).toBe(1000 + 200)
    expect(new Set(counts.values())).toEqual(new Set([1]))
  })
})

/** A sink that only counts, so that what is measured is the hub. */
class CountingSink implements WatchSink {
  static events = 0

  send(response: WatchResponse): boolean {
    CountingSink.events += response.events.length
    return true
  }
}

test('an event for 1,000 watchers is encoded once and costs each of them little', async () => {
  const history = new ModelHistory()
  const header = { clusterId: 1n, memberId: 1n, revision: 0, raftTerm: 1 }
  const hub = new WatchHub({
    history,
    clock: new FakeClock(),
    header: () => header,
    progressIntervalMs: 600_000,
    nextTurn: settled,
  })
  for (let count = 0; count < 1000; count++) hub.open(new CountingSink()).create(ask({}))
  const batches = Array.from({ length: 500 }, (_, value) =>
    history.change({ put: 'a', value: `${value}` }),
  )
  const startMs = performance.now()
  for (const batch of batches) if (batch !== undefined) hub.publish(batch)
  while (CountingSink.events < 500_000) await settled()
  const eachUs = ((performance.now() - startMs) * 1000) / CountingSink.events
  expect(CountingSink.events).toBe(500_000)
  // About 0.1 us on an idle machine; the bound leaves room for a busy one.
  expect(eachUs).toBeLessThan(2)
})

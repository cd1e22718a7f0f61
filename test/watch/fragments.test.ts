import { describe, expect, test } from 'vitest'
import { WatchResponse } from '../../src/wire/index.js'
import { settled } from './fake-clock.js'
import { ask, WatchSetup } from './watch-setup.js'

const fragmentBytes = 1000
const large = 'x'.repeat(400)

function putAll(setup: WatchSetup, ...keys: readonly string[]): void {
  setup.change(...keys.map((put) => ({ put, value: large })))
}

describe('a watch that asked for fragments', () => {
  test('gets a large revision in several responses, all but the last marked', () => {
    const setup = new WatchSetup({ fragmentBytes })
    const { sink } = setup.watch({ rangeEnd: 'z', fragment: true })
    putAll(setup, 'a', 'b', 'c', 'd', 'e')
    expect(sink.news()).toEqual([
      '0 @1 created',
      '0 @2 fragment: put a=400 bytes at 2, put b=400 bytes at 2',
      '0 @2 fragment: put c=400 bytes at 2, put d=400 bytes at 2',
      '0 @2: put e=400 bytes at 2',
    ])
    const sizes = sink.responses.map((response) => WatchResponse.encode(response).length)
    expect(Math.max(...sizes)).toBeLessThan(fragmentBytes)
  })

  test('gets an event that is too large by itself in a response of its own', () => {
    const setup = new WatchSetup({ fragmentBytes })
    const { sink } = setup.watch({ rangeEnd: 'z', fragment: true })
    setup.change({ put: 'a', value: 'x'.repeat(2000) }, { put: 'b', value: '1' })
    setup.put('a', 'x'.repeat(3000))
    expect(sink.news().slice(1)).toEqual([
      '0 @2 fragment: put a=2000 bytes at 2',
      '0 @2: put b=1 at 2',
      '0 @3: put a=3000 bytes at 3',
    ])
  })

  test('counts previous values where they are sent', () => {
    const setup = new WatchSetup({ fragmentBytes })
    putAll(setup, 'a', 'b', 'c')
    const { sink, stream } = setup.watch({ rangeEnd: 'z', fragment: true, prevKv: true })
    stream.create(ask({ rangeEnd: 'z', fragment: true }))
    setup.change({ delete: 'a' }, { delete: 'b' }, { delete: 'c' })
    expect(sink.responses.map(({ watchId, events }) => [watchId, events.length])).toEqual([
      [0n, 0],
      [1n, 0],
      [0n, 2],
      [0n, 1],
      [1n, 3],
    ])
  })

  test('gets them in the past as well, none of another watch between', async () => {
    const setup = new WatchSetup({ fragmentBytes })
    putAll(setup, 'a', 'b', 'c')
    const { sink, stream } = setup.open()
    for (let count = 0; count < 2; count++) {
      stream.create(ask({ rangeEnd: 'z', startRevision: 2, fragment: true }))
    }
    sink.makeRoom(1)
    await settled()
    expect(sink.responses.map(({ watchId, fragment }) => [watchId, fragment]).slice(2)).toEqual([
      [0n, true],
      [0n, false],
    ])
    sink.makeRoom(10)
    stream.drained()
    await settled()
    expect(sink.eventsOf(1n)).toEqual(['a', 'b', 'c'].map((key) => `put ${key}=400 bytes at 2`))
  })
})

test('a watch that did not ask gets a large revision whole', () => {
  const setup = new WatchSetup({ fragmentBytes })
  const { sink } = setup.watch({ rangeEnd: 'z' })
  putAll(setup, 'a', 'b', 'c', 'd', 'e')
  expect(sink.responses.map(({ events }) => events.length)).toEqual([0, 5])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Event,
  EventType,
  KeyValue,
  SharedEvents,
  SharedWatchResponse,
  SharingWatchResponse,
  WatchResponse,
} from '../../src/wire/index.js'

const header = { clusterId: 7n, memberId: 2n ** 63n, revision: 12, raftTerm: 3 }

function put(valueBytes: number): Event {
  const kv = KeyValue.of({
    key: Buffer.from('key'),
    value: Buffer.alloc(valueBytes, 'v'),
    createRevision: 2,
    modRevision: 12,
    version: 4,
    lease: 9n,
  })
  return new Event(EventType.PUT, kv, kv)
}

describe('a response that is shared', () => {
  test('is, byte for byte, what each watch would have been sent alone', () => {
    const ids = fc.array(fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }), { minLength: 1 })
    const sizes = fc.array(fc.constantFrom(0, 10, 5000, 20_000), { maxLength: 4 })
    fc.assert(
      fc.property(ids, sizes, fc.boolean(), (watchIds, valueSizes, fragment) => {
        const events = valueSizes.map(put)
        const shared = new SharedEvents(header, events, fragment)
        for (const watchId of watchIds) {
          const alone = WatchResponse.create({ header, watchId, events, fragment })
          const bytes = SharingWatchResponse.encode(new SharedWatchResponse(shared, watchId))
          expect(bytes.equals(WatchResponse.encode(alone))).toBe(true)
        }
      }),
    )
  })

  test('takes memory once for all watches with the same id', () => {
    const shared = new SharedEvents(header, [put(100)], false)
    const [first, second] = [0, 1].map(() =>
      SharingWatchResponse.encode(new SharedWatchResponse(shared, 5n)),
    )
    expect(second).toBe(first)
  })

  test('leaves other responses as they are', () => {
    const created = WatchResponse.create({ header, watchId: 3n, created: true })
    expect(SharingWatchResponse.encode(created)).toEqual(WatchResponse.encode(created))
    expect(SharingWatchResponse.decode(WatchResponse.encode(created))).toEqual(created)
  })
})

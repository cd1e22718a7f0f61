import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { systemClock } from '../../src/base/system-clock.js'
import { MemoryEngine } from '../../src/engine/index.js'
import { openStore } from '../../src/store/index.js'
import { Compare, RangeRequest, RequestOp } from '../../src/wire/index.js'
import { bytes, refusal, txnOp } from '../contract/store-operations.js'

const key = bytes('k')
const reading = (serializable: boolean) =>
  RequestOp.create({ requestRange: RangeRequest.create({ key, serializable }) })

/** A member of two whose other one is not there. */
function openWithoutLeader() {
  return openStore({
    engine: new MemoryEngine(),
    clusterId: 5n,
    limits: { maxTxnOperations: 128, maxRequestBytes: 1.5 * 1024 * 1024 },
    clock: systemClock,
    random: seededRandom(1),
    electionTimeoutMs: 100,
    progressIntervalMs: 600_000,
    node: { memberId: 7n, initialVoters: [7n, 8n], tickMs: 10, requestTimeoutMs: 200 },
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    onTrouble: (what) => expect.unreachable(what),
  })
}

test('without a leader, what is serializable or reads nothing is answered, and nothing else', async () => {
  const store = await openWithoutLeader()
  try {
    expect((await store.range({ key, serializable: true })).header?.revision).toBe(1)
    for await (const { count } of store.rangeStream({ key, serializable: true })) {
      expect(count).toBe(0)
    }
    expect((await store.txn({})).header?.revision).toBe(1)
    expect((await store.txn({ compare: [Compare.create({ key })] })).succeeded).toBe(true)
    const local = await store.txn({ success: [reading(true)], failure: [reading(true)] })
    expect(local.responses[0]?.responseRange?.count).toBe(0)

    expect(await refusal(store.range({ key }))).toBe('request-timed-out')
    expect(await refusal(store.txn({ success: [reading(false)] }))).toBe('request-timed-out')
    const mixed = store.txn({ success: [reading(true)], failure: [reading(false)] })
    expect(await refusal(mixed)).toBe('request-timed-out')
    expect(await refusal(store.txn({ success: [txnOp({ success: [reading(true)] })] }))).toBe(
      'no-leader',
    )
    expect(await refusal(store.put({ key }))).toBe('no-leader')
  } finally {
    await store.close()
  }
})

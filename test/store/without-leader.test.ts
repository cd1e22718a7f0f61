import { expect, test } from 'vitest'
import { Compare, RangeRequest, RequestOp } from '../../src/wire/index.js'
import { bytes, refusal, txnOp } from '../contract/store-operations.js'
import { openMemberStore } from '../support/member-store.js'

const key = bytes('k')
const reading = (serializable: boolean) =>
  RequestOp.create({ requestRange: RangeRequest.create({ key, serializable }) })

/** A member of two whose other one is not there. */
function openWithoutLeader() {
  return openMemberStore(
    { onTrouble: (what) => expect.unreachable(what) },
    { initialVoters: [7n, 8n], requestTimeoutMs: 200 },
  )
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

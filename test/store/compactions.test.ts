import { afterEach, beforeEach, expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import type { Store } from '../../src/store/index.js'
import { bytes, refusal } from '../contract/store-operations.js'
import { openMemberStore } from '../support/member-store.js'
import { waitFor } from '../support/wait-for.js'

let store: Store
let troubles: unknown[]
/** Sweeping waits for it. */
let pause: Promise<void>
let goOn: () => void

beforeEach(async () => {
  troubles = []
  pause = new Promise((resolve) => {
    goOn = resolve
  })
  store = await openMemberStore(
    { nextTurn: () => pause, onTrouble: (_what, error) => troubles.push(error) },
    { onFatal: (error) => troubles.push(error) },
  )
  for (const value of ['1', '2', '3']) await store.put({ key: bytes('a'), value: bytes(value) })
})

afterEach(async () => {
  goOn()
  await store.close()
  expect(troubles).toEqual([])
})

async function isCompacted(): Promise<boolean> {
  return (await refusal(store.range({ key: bytes('a'), revision: 2 }))) === 'compacted'
}

test('a compaction is answered before the rows are gone, a physical one after', async () => {
  await store.compact({ revision: 3 })
  let answered = false
  const physical = store.compact({ revision: 4, physical: true }).then(() => {
    answered = true
  })
  await waitFor('the compaction is applied', async () => {
    return (await refusal(store.compact({ revision: 4 }))) === 'compacted'
  })
  expect(answered).toBe(false)
  goOn()
  await physical
})

test('R9: who cancels a physical compaction is answered at once; the sweep goes on', async () => {
  const signal = new CancelSource()
  const physical = store.compact({ revision: 3, physical: true }, { signal })
  await waitFor('the compaction is applied', isCompacted)
  signal.abort(undefined)
  expect(await refusal(physical)).toBe('request-canceled')
  goOn()
  await store.compact({ revision: 4, physical: true })
})

test('a physical compaction that the end of the store cuts short is not answered as done', async () => {
  const physical = refusal(store.compact({ revision: 3, physical: true }))
  await waitFor('the compaction is applied', isCompacted)
  const closing = store.close()
  goOn()
  expect(await physical).toBe('server-stopped')
  await closing
})

test('defragmenting answers, to each who asks', async () => {
  await Promise.all([store.defragment(), store.defragment()])
  await store.defragment()
})

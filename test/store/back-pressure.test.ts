import { afterAll, expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { ReplaceableLevelEngine } from '../../src/engine/index.js'
import { refusal } from '../contract/store-operations.js'
import { databaseWith, Folders, Gate } from '../engine/level-harness.js'
import { openMemberStore } from '../support/member-store.js'

const folders = new Folders()
afterAll(() => folders.removeAll())

const maxOverlayBytes = 256 * 1024
const valueBytes = 10_000

/** A store whose LevelDB writes nothing until the gate is opened. */
async function openGated() {
  const gate = new Gate()
  const folder = await folders.make()
  const createDatabase = databaseWith(gate.write)
  const engine = await ReplaceableLevelEngine.open({ folder, maxOverlayBytes, createDatabase })
  const store = await openMemberStore({ engine, onTrouble: (what) => expect.unreachable(what) })
  await store.range({ key: Buffer.from('ready') })
  return { gate, engine, store }
}

test('writes wait while the engine is behind, reads do not, and all goes on after it', async () => {
  const { gate, engine, store } = await openGated()
  try {
    gate.open = false
    const put = (index: number) =>
      store.put({ key: Buffer.from(`key ${index}`), value: Buffer.alloc(valueBytes, index) })
    let accepted = 0
    while (!engine.congested) await put(accepted++)
    expect(accepted).toBeLessThanOrEqual(maxOverlayBytes / valueBytes + 1)
    const answered: string[] = []
    const writes = {
      put: store.put({ key: Buffer.from('another') }),
      deleteRange: store.deleteRange({ key: Buffer.from('key 0') }),
      compact: store.compact({ revision: 2 }),
      leaseGrant: store.leaseGrant({ ttl: 60 }),
    }
    for (const [name, write] of Object.entries(writes)) write.then(() => answered.push(name))
    const source = new CancelSource()
    const givenUp = refusal(store.put({ key: Buffer.from('key given up') }, { signal: source }))
    const all = { key: Buffer.from('key'), rangeEnd: Buffer.from('kez') }
    expect((await store.range(all)).count).toBe(accepted)
    source.abort(undefined)
    expect(await givenUp).toBe('request-canceled')
    expect(answered).toEqual([])
    gate.letAllThrough()
    await Promise.all(Object.values(writes))
    expect(answered.sort()).toEqual(Object.keys(writes).sort())
    expect((await store.range(all)).count).toBe(accepted - 1)
  } finally {
    gate.letAllThrough()
    await store.close()
  }
})

test('what still waits when the store is closed is refused', async () => {
  const { gate, engine, store } = await openGated()
  gate.open = false
  for (let index = 0; !engine.congested; index++) {
    await store.put({ key: Buffer.from(`key ${index}`), value: Buffer.alloc(valueBytes) })
  }
  const waiting = refusal(store.put({ key: Buffer.from('late') }))
  const closed = store.close()
  expect(await waiting).toBe('server-stopped')
  gate.letAllThrough()
  await closed
})

import { afterAll, expect, test } from 'vitest'
import { ReplaceableLevelEngine } from '../../src/engine/index.js'
import { refusal } from '../contract/store-operations.js'
import { databaseWith, Folders, Gate } from '../engine/level-harness.js'
import { openMemberStore } from '../support/member-store.js'
import { waitFor } from '../support/wait-for.js'

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

test('writes are refused while the engine is behind, reads are not, and all goes on after it', async () => {
  const { gate, engine, store } = await openGated()
  try {
    gate.open = false
    const put = (index: number) =>
      store.put({ key: Buffer.from(`key ${index}`), value: Buffer.alloc(valueBytes, index) })
    let accepted = 0
    while (!engine.congested) await put(accepted++)
    expect(accepted).toBeLessThanOrEqual(maxOverlayBytes / valueBytes + 1)
    const writes = [
      () => put(0),
      () => store.deleteRange({ key: Buffer.from('key 0') }),
      () => store.compact({ revision: 2 }),
      () => store.leaseGrant({ ttl: 60 }),
      () => store.leaseRevoke({ id: 5n }),
    ]
    for (const write of writes) expect(await refusal(write())).toBe('too-many-requests')
    const all = { key: Buffer.from('key'), rangeEnd: Buffer.from('kez') }
    expect((await store.range(all)).count).toBe(accepted)
    gate.letAllThrough()
    await waitFor('the engine to catch up', () => !engine.congested)
    await put(accepted)
    expect((await store.range(all)).count).toBe(accepted + 1)
  } finally {
    gate.letAllThrough()
    await store.close()
  }
})

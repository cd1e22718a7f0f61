import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemFileSystem } from '../../src/base/system-file-system.js'
import { ReplaceableLevelEngine } from '../../src/engine/index.js'
import type { OpenStoreOptions, ReplicatedStore } from '../../src/store/index.js'
import { openMemberStore } from '../support/member-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const founder = { id: 7n, name: 'one', peerUrls: ['http://a:2380'] }
const self = { ...founder, clientUrls: ['http://a:2379'] }
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let troubles: unknown[]

beforeEach(async () => {
  troubles = []
  folder = await temporaryFolder('members')
})

afterEach(async () => {
  await folder.remove()
  expect(troubles).toEqual([])
})

async function open(
  options: Partial<OpenStoreOptions>,
  node: Partial<OpenStoreOptions['node']> = {},
): Promise<ReplicatedStore> {
  return openMemberStore(
    {
      engine: await ReplaceableLevelEngine.open({ folder: `${folder.path}/level` }),
      onTrouble: (_what, error) => troubles.push(error),
      ...options,
    },
    {
      storage: { fileSystem: systemFileSystem, directory: folder.path },
      onFatal: (error) => troubles.push(error),
      ...node,
    },
  )
}

test('a member publishes itself once, and what it said outlives a restart', async () => {
  let store = await open({ staticMembers: [founder] })
  await store.publish(self)
  expect(await store.members({ linearizable: true })).toEqual([{ ...self, isLearner: false }])
  const { hash } = await store.hashKv({})
  await store.close()

  store = await open({})
  expect(await store.members()).toEqual([{ ...self, isLearner: false }])
  await store.range({ key: Buffer.of(0) })
  const before = store.getRaftStatus().applied
  await store.close()

  store = await open({})
  await store.publish(self)
  await store.put({ key: Buffer.from('k') })
  // The empty entry of the new term and the put.
  expect(store.getRaftStatus().applied).toBe(before + 2)
  await store.deleteRange({ key: Buffer.from('k') })
  expect((await store.hashKv({ revision: 1 })).hash).toBe(hash)
  await store.close()
})

test('new URLs take the place of the old ones', async () => {
  let store = await open({})
  await store.publish(self)
  await store.close()
  const moved = { ...self, clientUrls: ['http://b:2379', 'http://c:2379'] }
  store = await open({})
  await store.publish(moved)
  expect(await store.members()).toEqual([{ ...moved, isLearner: false }])
  await store.close()
})

test('whoever has not published yet is shown as it was founded, or without a name', async () => {
  const store = await open({ staticMembers: [founder] }, { initialVoters: [9n, 8n, 7n] })
  const unknown = { name: '', peerUrls: [], clientUrls: [], isLearner: false }
  expect(await store.members()).toEqual([
    { ...founder, clientUrls: [], isLearner: false },
    { id: 8n, ...unknown },
    { id: 9n, ...unknown },
  ])
  await store.close()
})

test('without a leader the list is answered from here, a linearizable one in bounded time not', async () => {
  const node = { initialVoters: [7n, 8n], requestTimeoutMs: 200 }
  const store = await open({ staticMembers: [founder] }, node)
  const publishing = store.publish(self)
  expect(await store.members()).toHaveLength(2)
  await expect(store.members({ linearizable: true })).rejects.toMatchObject({
    code: 'request-timed-out',
  })
  await store.close()
  await store.close()
  await publishing
})

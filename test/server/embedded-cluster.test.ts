import { Etcd3 } from 'etcd3'
import { expect, test } from 'vitest'
import { createMetastore } from '../support/embedded-server.js'
import { freePorts } from '../support/free-ports.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

const names = ['a', 'b', 'c'] as const

async function foundingMembers(): Promise<Record<string, string>> {
  const ports = await freePorts(names.length)
  return Object.fromEntries(names.map((name, at) => [name, `http://127.0.0.1:${ports[at]}`]))
}

test('three servers in this process are one cluster, in memory', async () => {
  const initialCluster = await foundingMembers()
  const servers = await Promise.all(names.map((name) => createMetastore({ name, initialCluster })))
  const [first, , third] = servers
  const client = new Etcd3({ hosts: [...(first?.endpoints ?? [])] })
  await client.put('key').value('value')
  client.close()
  const { kvs } = (await third?.store.range({ key: Buffer.from('key') })) ?? { kvs: [] }
  expect(kvs[0]?.value.toString()).toBe('value')
  const members = (await third?.store.members({ linearizable: true })) ?? []
  expect(members.map(({ name, peerUrls }) => [name, peerUrls]).sort()).toEqual(
    names.map((name) => [name, [initialCluster[name]]]),
  )
  const endpoints = servers.flatMap((server) => server.endpoints).sort()
  const known = members.flatMap(({ clientUrls }) => clientUrls).sort()
  expect(known).toEqual(endpoints.map((endpoint) => `http://${endpoint}`))
  await Promise.all(servers.map((server) => server.close()))
})

test('R12: a leader that closes hands over, and comes back from its data', async () => {
  await using folder = await temporaryFolder('embedded')
  const initialCluster = await foundingMembers()
  const start = (name: string) =>
    createMetastore({ name, initialCluster, dataDirectory: `${folder.path}/${name}` })
  const servers = await Promise.all(names.map(start))
  const leader = servers.find(({ store }) => store.getRaftStatus().state === 'leader')
  const others = servers.filter((server) => server !== leader)
  const [other] = others
  if (leader === undefined || other === undefined) throw new Error('no leader')
  const { term } = leader.store.getRaftStatus()
  await leader.close()
  const status = other.store.getRaftStatus()
  expect(others.map(({ store }) => store.getRaftStatus().nodeId)).toContain(status.leaderId)
  expect(status.term).toBe(term + 1)
  await other.store.put({ key: Buffer.from('key'), value: Buffer.from('later') })

  const again = await start(names[servers.indexOf(leader)] ?? '')
  await waitFor('the member has caught up', async () => {
    const { kvs } = await again.store.range({ key: Buffer.from('key'), serializable: true })
    return kvs[0]?.value.toString() === 'later'
  })
  await Promise.all([again, ...others].map((server) => server.close()))
})

test('a founder may come later than the others, but in memory it never comes back', async () => {
  const initialCluster = await foundingMembers()
  const start = (name: string) => createMetastore({ name, initialCluster })
  const founders = await Promise.all(['a', 'b'].map(start))
  await founders[0]?.store.put({ key: Buffer.from('key'), value: Buffer.from('value') })

  const late = await start('c')
  const { kvs } = await late.store.range({ key: Buffer.from('key') })
  expect(kvs[0]?.value.toString()).toBe('value')
  await late.close()
  await expect(start('c')).rejects.toMatchObject({
    code: 'data-directory-unusable',
    message: expect.stringMatching(/^member [0-9a-f]{16} has already been bootstrapped, as /),
  })
  await Promise.all(founders.map((server) => server.close()))
})

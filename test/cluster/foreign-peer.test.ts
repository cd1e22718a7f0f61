import { expect, test } from 'vitest'
import { ClusterClients } from '../support/cluster-clients.js'
import { ClusterProcesses } from '../support/cluster-processes.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

test('a member of another cluster is refused, and disturbs nobody', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder('foreign')
  await using cluster = await ClusterProcesses.start({ engine: 'memory', folder: folder.path })
  using clients = new ClusterClients(cluster.seats)
  const leader = await clients.agreedLeader(cluster.seats)
  const { term } = await clients.leadership(leader)
  const stranger = cluster.seats.find((seat) => seat !== leader)
  const others = cluster.seats.filter((seat) => seat !== stranger)
  if (stranger === undefined) throw new Error('no follower')
  await cluster.stop(stranger)

  const member = await cluster.start(stranger, {
    dataDirectory: `${folder.path}/stranger`,
    flags: [
      ...['--listen-peer-urls', stranger.peerUrl],
      ...['--initial-advertise-peer-urls', stranger.peerUrl],
      ...['--initial-cluster', cluster.initialCluster, '--initial-cluster-token', 'another'],
      ...['--wait-cluster-ready-timeout', '500ms'],
    ],
  })
  await waitFor('the refusal in the log', () =>
    member.process.output.includes('cluster ID mismatch'),
  )
  expect(await clients.read(stranger, 'key', { serializable: true })).toBeUndefined()
  expect((await clients.leadership(stranger)).leaderId).toBe(0n)

  const [one] = others
  if (one === undefined) throw new Error('no member')
  expect(await clients.put(one, 'key', 'value')).toHaveProperty('response')
  expect(await clients.agreedLeader(others)).toBe(leader)
  expect((await clients.leadership(leader)).term).toBe(term)
})

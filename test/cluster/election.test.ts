import { expect, test } from 'vitest'
import { ClusterClients } from '../support/cluster-clients.js'
import { ClusterProcesses } from '../support/cluster-processes.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const electionTimeoutMs = 1000

test('R4: exactly one of three leads, all agree on it, and another when it is gone', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder('election')
  const flags = ['--wait-cluster-ready-timeout', '1s']
  const options = { engine: 'memory', folder: folder.path, flags } as const
  await using cluster = await ClusterProcesses.start(options)
  using clients = new ClusterClients(cluster.seats)
  const leader = await clients.agreedLeader(cluster.seats, electionTimeoutMs)
  const { term } = await clients.leadership(leader)
  await cluster.kill(leader)
  // The old leader is missed after one to two election timeouts, and then elected is within one more.
  const successor = await clients.agreedLeader(cluster.running, 3 * electionTimeoutMs)
  expect(successor).not.toBe(leader)
  expect((await clients.leadership(successor)).term).toBeGreaterThan(term)
})

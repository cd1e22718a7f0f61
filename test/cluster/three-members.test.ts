import { describe, expect, test } from 'vitest'
import { foundingMemberId } from '../../src/base/ids.js'
import { ClusterClients } from '../support/cluster-clients.js'
import { ClusterProcesses } from '../support/cluster-processes.js'
import { engineNames } from '../support/member-process.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe.each(engineNames)('three members with engine %s', (engine) => {
  test('serve within 3 s, and what one takes all can read', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder('three')
    const startedMs = performance.now()
    await using cluster = await ClusterProcesses.start({ engine, folder: folder.path })
    expect(performance.now() - startedMs).toBeLessThan(3000)
    using clients = new ClusterClients(cluster.seats)
    await clients.agreedLeader(cluster.seats, 1000)
    for (const writer of cluster.seats) {
      expect(await clients.put(writer, writer.name, 'written')).toHaveProperty('response')
      for (const reader of cluster.seats) {
        expect(await clients.read(reader, writer.name)).toBe('written')
      }
    }
    await clients.agreedHash(cluster.seats)
  })

  test('are who etcd would say they are', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder('three')
    const flags = ['--initial-cluster-token', 'the token']
    await using cluster = await ClusterProcesses.start({ engine, folder: folder.path, flags })
    using clients = new ClusterClients(cluster.seats)
    const ids = await Promise.all(cluster.seats.map((seat) => clients.memberId(seat)))
    expect(ids).toEqual(
      cluster.seats.map(({ peerUrl }) => foundingMemberId([peerUrl], 'the token')),
    )
  })

  test('come back without being told who they are', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder('three')
    await using cluster = await ClusterProcesses.start({ engine, folder: folder.path })
    using clients = new ClusterClients(cluster.seats)
    const [first] = cluster.seats
    if (first === undefined) throw new Error('no member')
    expect(await clients.put(first, 'key', 'value')).toHaveProperty('response')
    const ids = await Promise.all(cluster.seats.map((seat) => clients.memberId(seat)))
    for (const seat of cluster.seats) expect(await cluster.stop(seat)).toBe(0)

    const restart = cluster.seats.map((seat) =>
      cluster.start(seat, { flags: ['--listen-peer-urls', seat.peerUrl] }),
    )
    await Promise.all(restart)
    expect(await clients.read(first, 'key')).toBe('value')
    expect(await Promise.all(cluster.seats.map((seat) => clients.memberId(seat)))).toEqual(ids)
  })
})

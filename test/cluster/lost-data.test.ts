import { access, rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { ClusterService } from '../../src/api/generated/services.js'
import { foundingMemberId, toHexId } from '../../src/base/ids.js'
import { ClusterClients } from '../support/cluster-clients.js'
import { ClusterProcesses, type Seat } from '../support/cluster-processes.js'
import { engineNames } from '../support/member-process.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

const impatient = ['--wait-cluster-ready-timeout', '500ms']

async function loseData(cluster: ClusterProcesses, seat: Seat): Promise<void> {
  await cluster.kill(seat)
  await rm(seat.dataDirectory, { recursive: true })
}

/** What the member ends with; fails when it starts. */
async function refusalOf(cluster: ClusterProcesses, seat: Seat): Promise<string> {
  const outcome = await cluster.start(seat).catch((error: unknown) => error)
  const output = outcome instanceof Error ? outcome.message : 'it started'
  return output.split('\n').find((line) => line.startsWith('metastore: ')) ?? output
}

function idOf({ peerUrl }: Seat): string {
  return toHexId(foundingMemberId([peerUrl], 'etcd-cluster'))
}

describe.each(engineNames)('a member with engine %s that has lost its data', (engine) => {
  test('is not started again, however often, and the others go on', {
    timeout: 60_000,
  }, async () => {
    await using folder = await temporaryFolder('lost-data')
    await using cluster = await ClusterProcesses.start({ engine, folder: folder.path })
    using clients = new ClusterClients(cluster.seats)
    const leader = await clients.agreedLeader(cluster.seats)
    expect(await clients.put(leader, 'key', 'value')).toHaveProperty('response')
    const others = cluster.seats.filter((seat) => seat !== leader)
    const [one] = others
    if (one === undefined) throw new Error('no follower')

    await loseData(cluster, leader)
    for (let round = 0; round < 2; round++) {
      const startedMs = performance.now()
      const refusal = await refusalOf(cluster, leader)
      expect(performance.now() - startedMs).toBeLessThan(5000)
      expect(refusal).toContain(
        `${leader.dataDirectory}: member ${idOf(leader)} has already been bootstrapped, as member `,
      )
      expect(others.some((seat) => refusal.includes(`${idOf(seat)} remembers`))).toBe(true)
      await expect(access(leader.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' })
    }
    await clients.agreedLeader(others)
    expect(await clients.read(one, 'key')).toBe('value')
  })

  test('is remembered by one that has come back itself and has no quorum', {
    timeout: 60_000,
  }, async () => {
    await using folder = await temporaryFolder('lost-data')
    await using cluster = await ClusterProcesses.start({
      ...{ engine, folder: folder.path, flags: impatient },
    })
    using clients = new ClusterClients(cluster.seats)
    const [lost, witness, absent] = cluster.seats
    if (lost === undefined || witness === undefined || absent === undefined) throw new Error()
    await waitFor('the witness knows of all', async () => {
      const { members } = await clients.of(witness).call(ClusterService.memberList, {
        linearizable: false,
      })
      return members.every(({ clientUrls }) => clientUrls.length > 0)
    })
    await loseData(cluster, lost)
    await cluster.kill(absent)
    await cluster.kill(witness)

    await cluster.start(witness)
    expect(await refusalOf(cluster, lost)).toContain(`as member ${idOf(witness)} remembers`)
  })
})

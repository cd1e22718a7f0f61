import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { AdminService, KvService } from '../../src/api/generated/services.js'
import { PutRequest } from '../../src/wire/index.js'
import { ClusterClients } from '../support/cluster-clients.js'
import { ClusterProcesses, type Seat } from '../support/cluster-processes.js'
import { type EngineName, engineNames } from '../support/member-process.js'
import { RawClient } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

const defaultCatchUpEntries = 10_000
/** What the member misses; the long form is METASTORE_MISSED_ENTRIES=100000. */
const missedEntries = Number(process.env.METASTORE_MISSED_ENTRIES ?? '10000')
const catchUpEntries = Math.min(missedEntries / 20, defaultCatchUpEntries)
const valueBytes = 256
const connections = 4
const putsUnderWay = 500
const longestReturnMs = 10_000

describe.each(engineNames)('a member with engine %s', (engine) => {
  test(`that missed ${missedEntries} entries comes back by a snapshot within 10 s`, {
    timeout: 60_000 + missedEntries * 3,
  }, async () => {
    await using folder = await temporaryFolder('absence')
    const flags = ['--snapshot-catchup-entries', `${catchUpEntries}`]
    await using cluster = await ClusterProcesses.start({ engine, folder: folder.path, flags })
    using clients = new ClusterClients(cluster.seats)
    const leader = await clients.agreedLeader(cluster.seats)
    const absent = cluster.seats.find((seat) => seat !== leader)
    if (absent === undefined) throw new Error('no follower')
    expect(await clients.put(absent, 'before', 'value')).toHaveProperty('response')
    await cluster.kill(absent)
    await putAll(leader)
    expect(await snapshotsTakenIn(absent, engine)).toEqual([])

    const startedMs = performance.now()
    await cluster.start(absent)
    const { commit } = await clients.of(leader).call(AdminService.getRaftStatus, {})
    await waitFor('the member has caught up', async () => {
      const { applied } = await clients.of(absent).call(AdminService.getRaftStatus, {})
      return applied >= commit
    })
    const returnMs = performance.now() - startedMs
    expect(returnMs).toBeLessThan(longestReturnMs)
    expect(await snapshotsTakenIn(absent, engine)).toHaveLength(1)
    await clients.agreedHash(cluster.seats)
    process.stdout.write(
      `from the start to caught up after ${missedEntries} missed entries of ${valueBytes} bytes ` +
        `(${engine}): ${Math.round(returnMs)} ms\n`,
    )
  })
})

async function putAll(seat: Seat): Promise<void> {
  const value = Buffer.alloc(valueBytes, 'value ')
  const clients = Array.from({ length: connections }, () => new RawClient(seat.endpoint))
  let next = 0
  const writers = Array.from({ length: putsUnderWay }, async (_, writer) => {
    const client = clients[writer % connections]
    while (next < missedEntries) {
      const request = PutRequest.create({ key: Buffer.from(`key ${next++}`), value })
      await client?.call(KvService.put, request)
    }
  })
  await Promise.all(writers)
  for (const client of clients) client.close()
}

/** What a member's directory holds only once a snapshot of another member was put into it. */
async function snapshotsTakenIn(
  { dataDirectory }: Seat,
  engine: EngineName,
): Promise<readonly string[]> {
  if (engine === 'memory') return readdir(`${dataDirectory}/snapshots`)
  const names = await readdir(`${dataDirectory}/level`)
  return names.filter((name) => name.startsWith('state-'))
}

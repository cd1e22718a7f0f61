import { expect, test } from 'vitest'
import { StoreCluster } from './store-cluster.js'

/** What the log would hold, of a member's first proposal in its run 1. */
function enveloped(origin: bigint, counter: number, payload: Buffer): Buffer {
  const lead = Buffer.alloc(16)
  lead.writeBigUInt64LE(origin, 0)
  lead.writeUInt32LE(1, 8)
  lead.writeUInt32LE(counter, 12)
  return Buffer.concat([lead, payload])
}

test('what no member could apply does not get into the log of a leader', async () => {
  await using cluster = await StoreCluster.start()
  const leader = await cluster.leader()
  const { nodeId: to, term } = leader.getRaftStatus()
  const from = [1n, 2n, 3n].find((id) => id !== to) ?? 0n
  const garbage = Buffer.alloc(40, 0xff)
  const payloads = [enveloped(from, 1, garbage)]
  cluster.network.transport(99n).send([{ type: 'proposals', from, to, term, payloads }])
  await cluster.clock.advance(1000)
  expect(cluster.fatal).toEqual([])
  await cluster.wait(leader.put({ key: Buffer.from('a'), value: Buffer.from('b') }))
  expect(leader.getRaftStatus()).toMatchObject({ nodeId: to, state: 'leader' })
})

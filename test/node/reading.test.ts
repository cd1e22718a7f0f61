import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import type { PeerMessage } from '../../src/node/index.js'
import { Group } from './group.js'
import { codeOf } from './node-fixture.js'
import { startRepeating } from './repeating-transport.js'
import { spying } from './spying-transport.js'

const electionTimeoutMs = 1000

test('a read on any member sees all that was acknowledged before it, on whichever member', async () => {
  const group = await Group.start()
  await group.leader()
  for (let count = 1; count <= 30; count++) {
    const writer = group.member(BigInt((count % 3) + 1))
    const reader = group.member(BigInt(((count >> 1) % 3) + 1))
    await group.clock.complete(writer.node.propose(Buffer.from(`${count}`), undefined))
    await group.clock.complete(reader.node.readIndex(), 50)
    expect(reader.machine.texts.at(-1)).toBe(`${count}`)
  }
  await group.close()
})

test('reads of a follower that come together share a question to the leader', async () => {
  const group = await Group.start()
  const { id } = await group.leader()
  const [follower] = group.followers()
  const sent: PeerMessage[] = []
  await group.kill(follower?.id ?? 0n)
  const transport = spying(group.network.transport(follower?.id ?? 0n), sent)
  const { node } = await group.open(follower?.id ?? 0n, { transport })
  await group.leader()
  const reads = Array.from({ length: 100 }, () => node.readIndex())
  await group.clock.complete(Promise.all(reads), 50)
  const asked = sent.filter(({ type }) => type === 'read-index-request')
  expect(asked.map(({ to }) => to)).toEqual([id])
  await group.close()
})

test('a read waits for the next leader, and asks it anew', async () => {
  const group = await Group.start()
  const first = await group.leader()
  const [reader] = group.followers()
  await group.clock.complete(first.node.propose(Buffer.from('x'), undefined))
  group.network.isolate(first.id)
  const reads = [reader?.node.readIndex(), first.node.readIndex({ timeoutMs: 3000 })]
  await group.clock.complete(reads[0] ?? Promise.resolve(), 4 * electionTimeoutMs)
  expect(reader?.machine.texts).toEqual(['x'])
  expect(await codeOf(group.clock, reads[1] ?? Promise.resolve())).toBe('request-timed-out')
  await group.close()
})

test('a question that was lost is asked again within an election timeout', async () => {
  const group = await Group.start()
  const { id } = await group.leader()
  const [reader] = group.followers()
  group.network.cut(reader?.id ?? 0n, id)
  const read = reader?.node.readIndex() ?? Promise.resolve()
  await group.clock.advance(50)
  group.network.heal()
  await group.clock.complete(read, electionTimeoutMs + 200)
  await group.close()
})

test('an answer to an earlier question confirms no later read', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  const [reader] = group.followers()
  const at = reader?.id ?? 0n
  const sent: PeerMessage[] = []
  await group.kill(id)
  const leader = await group.leader()
  await group.open(id, { transport: spying(group.network.transport(id), sent) })
  await group.clock.complete(leader.node.transferLeadership(id))
  await group.leader()
  await group.clock.complete(group.member(at).node.readIndex())
  const old = sent.filter(({ type, to }) => type === 'read-index-response' && to === at)
  expect(old.length).toBe(1)
  group.network.isolate(at)
  await group.clock.complete(group.member(id).node.propose(Buffer.from('new'), undefined))
  const stray = group.network.transport(99n)
  const read = codeOf(group.clock, group.member(at).node.readIndex({ timeoutMs: 500 }))
  await group.clock.advance(50)
  stray.send(old)
  expect(await read).toBe('request-timed-out')
  expect(node.pendingCount).toBe(0)
  await group.close()
})

test('without a quorum reads fail on every member within their time', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  const [survivor, other] = group.followers()
  await group.kill(other?.id ?? 0n)
  group.network.isolate(id)
  const began = group.clock.nowMs()
  const reads = [node, survivor?.node].map((each) => {
    return codeOf(group.clock, each?.readIndex({ timeoutMs: 4000 }) ?? Promise.resolve())
  })
  expect(await Promise.all(reads)).toEqual(['request-timed-out', 'request-timed-out'])
  expect(group.clock.nowMs() - began).toBeLessThanOrEqual(4100)
  for (const { node } of group.members.values()) expect(node.pendingCount).toBe(0)
  await group.close()
})

test('whatever happens, a read never misses what was acknowledged before it began', async () => {
  let reads = 0
  for (let seed = 1; seed <= 8; seed++) {
    const random = seededRandom(seed)
    const group = await startRepeating(seed, random)
    const acknowledged: string[] = []
    const pending: Promise<unknown>[] = []
    for (let step = 0; step < 120; step++) {
      const { node } = group.member(BigInt(random.below(3) + 1))
      const reader = group.member(BigInt(random.below(3) + 1))
      const writing = node.propose(Buffer.from(`${step}`), undefined, { timeoutMs: 2000 })
      const mustSee = [...acknowledged]
      const check = () => {
        reads++
        for (const text of mustSee) expect(reader.machine.texts, `seed ${seed}`).toContain(text)
      }
      const reading = reader.node.readIndex({ timeoutMs: 2000 }).then(check, (error) => {
        if (error.code !== 'request-timed-out') throw error
      })
      pending.push(
        writing.then(
          () => acknowledged.push(`${step}`),
          () => {},
        ),
        reading,
      )
      const event = random.below(40)
      if (event < 3) group.network.isolate(BigInt(random.below(3) + 1))
      if (event > 30) group.network.heal()
      if (event === 3) node.transferLeadership(reader.id).catch(() => {})
      await group.clock.advance(random.below(80))
    }
    group.network.heal()
    await group.clock.complete(Promise.all(pending))
    expect(group.fatal).toEqual([])
    await group.close()
  }
  expect(reads).toBeGreaterThan(300)
})

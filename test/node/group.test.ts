import { expect, test } from 'vitest'
import { configurationOf } from '../../src/raft/index.js'
import { Group } from './group.js'
import { codeOf } from './node-fixture.js'

const electionTimeoutMs = 1000

test('R4: of three exactly one leads; all agree on term and leader within an election timeout', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const group = await Group.start({}, seed)
    const states = () => [...group.members.values()].map(({ node }) => node.status().state)
    await group.clock.until(() => states().includes('leader'))
    const elected = group.clock.nowMs()
    const { id, node } = await group.leader()
    expect(group.clock.nowMs() - elected).toBeLessThanOrEqual(electionTimeoutMs)
    expect(states().sort()).toEqual(['follower', 'follower', 'leader'])
    const { term } = node.status()
    await group.clock.advance(5 * electionTimeoutMs)
    for (const { node } of group.members.values()) {
      expect(node.status()).toMatchObject({ term, leaderId: id })
    }
    await group.close()
  }
})

test('R2: the status of each member is its own, before, during and after', async () => {
  const group = await Group.start({ initialElectionTickAdvance: false })
  for (const { id, node } of group.members.values()) {
    expect(node.status()).toMatchObject({ nodeId: id, leaderId: 0n, state: 'follower', applied: 0 })
  }
  const leader = await group.leader()
  await group.clock.complete(leader.node.propose(Buffer.from('x'), undefined))
  await group.settled()
  for (const { id, node } of group.members.values()) {
    const state = id === leader.id ? 'leader' : 'follower'
    expect(node.status()).toEqual({
      ...{ nodeId: id, leaderId: leader.id, state },
      ...{ term: leader.node.status().term, applied: 2, commit: 2 },
    })
  }
  const [lonely] = group.followers()
  group.network.isolate(lonely?.id ?? 0n)
  await group.clock.until(() => lonely?.node.status().leaderId === 0n)
  expect(lonely?.node.status()).toMatchObject({ state: 'pre-candidate', applied: 2 })
  await group.close()
  expect(leader.node.status()).toMatchObject({ term: 0, leaderId: 0n, state: 'unknown' })
})

test('what is written on the leader reaches all, in one order', async () => {
  const group = await Group.start()
  const { node } = await group.leader()
  const texts = Array.from({ length: 200 }, (_, at) => `text ${at}`)
  const answers = await group.clock.complete(
    Promise.all(texts.map((text) => node.propose(Buffer.from(text), undefined))),
  )
  expect(answers).toEqual(texts)
  expect(await group.settled()).toEqual(texts)
  await group.close()
})

test('a dead leader is replaced; when it comes back it follows, and has all that was written', async () => {
  const group = await Group.start()
  const first = await group.leader()
  await group.clock.complete(first.node.propose(Buffer.from('before'), undefined))
  const { term } = first.node.status()
  await group.kill(first.id)
  const second = await group.leader()
  expect(second.id).not.toBe(first.id)
  expect(second.node.status().term).toBeGreaterThan(term)
  await group.clock.complete(second.node.propose(Buffer.from('after'), undefined))
  const back = await group.open(first.id)
  expect((await group.leader()).id).toBe(second.id)
  expect(await group.settled()).toEqual(['before', 'after'])
  expect(back.node.status()).toMatchObject({ state: 'follower', leaderId: second.id })
  expect(group.fatal).toEqual([])
  await group.close()
})

test('a leader cut off steps down by itself; the others go on, and later it follows them', async () => {
  const group = await Group.start()
  const first = await group.leader()
  group.network.isolate(first.id)
  const others = group.followers().map(({ id }) => id)
  await group.clock.until(() => first.node.status().state !== 'leader', 2 * electionTimeoutMs)
  expect(first.node.status().leaderId).toBe(0n)
  const second = await group.leader(others)
  const { term } = second.node.status()
  await group.clock.complete(second.node.propose(Buffer.from('x'), undefined))
  await group.clock.advance(10 * electionTimeoutMs)
  group.network.heal()
  expect((await group.leader()).id).toBe(second.id)
  expect(second.node.status().term).toBe(term)
  expect(await group.settled()).toEqual(['x'])
  await group.close()
})

test('a leader whose disk is full makes way; the others go on, and it reads what it had', async () => {
  const group = await Group.start()
  const first = await group.leader()
  const disk = group.disks.get(first.id)
  if (disk !== undefined) disk.capacityBytes = disk.usedBytes
  const fill = () => first.node.propose(Buffer.alloc(5000, 1), undefined)
  const written = Buffer.alloc(5000, 1).toString()
  let answer: unknown = written
  for (let count = 0; count < 30 && answer === written; count++) {
    answer = await codeOf(group.clock, fill())
  }
  // The others have it, and it will take place: nothing may say that it does not.
  expect(answer).toBe('leader-failed')
  expect(await codeOf(group.clock, fill())).toBe('no-space')
  const others = [...group.members.keys()].filter((id) => id !== first.id)
  await group.clock.until(() => group.member(others[0] ?? 0n).node.status().leaderId !== first.id)
  const second = await group.leader(others)
  await group.clock.complete(second.node.propose(Buffer.from('x'), undefined))
  await group.clock.complete(second.node.readIndex())
  expect(group.fatal).toEqual([])
  await group.close()
})

test('a follower whose disk is full or fails answers for nothing that it could not store', async () => {
  for (const fault of ['full', 'failing']) {
    const group = await Group.start()
    const { node } = await group.leader()
    const [broken, away] = group.followers()
    group.network.isolate(away?.id ?? 0n)
    const disk = group.disks.get(broken?.id ?? 0n)
    if (disk === undefined) throw new Error('there is no follower')
    if (fault === 'full') disk.capacityBytes = disk.usedBytes
    else disk.failure = (operation) => (operation === 'sync' ? new Error('EIO') : undefined)
    const payload = Buffer.alloc(100_000, 1)
    const answers = [payload, payload].map((data) =>
      codeOf(group.clock, node.propose(data, undefined)),
    )
    for (const answer of await Promise.all(answers))
      expect(answer).toMatch(/failed|timed-out|changed/)
    expect(node.status().applied).toBeLessThan(3)
    expect(group.fatal.map((error) => 'code' in error && error.code)).toEqual(
      fault === 'full' ? [] : ['disk-failed'],
    )
    await group.close()
  }
})

test('nonsense from outside is dropped and told of; the member goes on', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  const [other, third] = group.followers()
  const { term } = node.status()
  const stray = group.network.transport(99n)
  const from = third?.id ?? 0n
  const to = other?.id ?? 0n
  stray.send([
    { type: 'heartbeat-request', from: id, to, term, commit: 1_000_000, readRound: 0 },
    { type: 'heartbeat-request', from, to, term, commit: 0, readRound: 0 },
    { type: 'heartbeat-response', from, to: id, term, readRound: 1_000_000 },
    { type: 'vote-response', from: 99n, to: id, term, reject: false },
    {
      ...{ type: 'snapshot-request', from: id, to, term },
      snapshot: { index: 9, term, configuration: configurationOf([1n]) },
    },
  ])
  await group.clock.advance(5 * electionTimeoutMs)
  expect(group.dropped.sort()).toEqual([
    'a snapshot travels with its rows',
    'another member leads its term',
    'it answers what was never sent',
    'it commits what this member has never had',
    'its sender is no member',
  ])
  expect(node.status()).toMatchObject({ term, state: 'leader' })
  expect(group.fatal).toEqual([])
  await group.close()
})

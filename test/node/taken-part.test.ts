import { expect, test } from 'vitest'
import { Group } from './group.js'

test('a leader knows who holds entries of its log, and nobody knows a stranger', async () => {
  const group = await Group.start()
  const leader = await group.leader()
  await group.clock.complete(leader.node.propose(Buffer.from('entry'), undefined))
  await group.settled()
  const known = (id: bigint) => leader.node.hasTakenPart(id)
  expect(group.followers().map(({ id }) => known(id))).toEqual([true, true])
  expect(known(9n)).toBe(false)
  await group.close()
})

test('a member that comes back alone knows who proposed what its log holds beyond the commit', async () => {
  const group = await Group.start()
  const leader = await group.leader()
  await group.clock.complete(leader.node.propose(Buffer.from('first'), undefined))
  await group.settled()
  const [proposer, other] = group.followers()
  if (proposer === undefined || other === undefined) throw new Error('no followers')
  // Nobody gets a vote; what the proposer sends reaches the leader, which can do nothing with it.
  group.network.isolate(other.id)
  group.network.cut(leader.id, proposer.id)
  const proposed = proposer.node.propose(Buffer.from('entry'), undefined).catch(() => {})
  await group.clock.until(() => leader.node.status().state !== 'leader')
  for (const { id } of [leader, proposer, other]) await group.kill(id)
  await proposed

  const { node } = await group.open(leader.id)
  expect([proposer.id, other.id].map((id) => node.hasTakenPart(id))).toEqual([true, false])
  await group.close()
})

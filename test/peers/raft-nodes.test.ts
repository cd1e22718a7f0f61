import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { systemClock } from '../../src/base/system-clock.js'
import { RaftNode } from '../../src/node/index.js'
import { EchoMachine } from '../node/node-fixture.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import { introduce, Process } from './fixture.js'

interface Member {
  readonly process: Process
  readonly node: RaftNode
  readonly machine: EchoMachine
}

describe.each(hostKinds)('three nodes over %s hosts', (kind) => {
  const members: Member[] = []

  afterEach(async () => {
    for (const { node } of members) await node.close()
    for (const { process } of members) await process.close()
    members.length = 0
  })

  test('elect a leader, replicate, and go on when it is lost', async () => {
    const ids = [1n, 2n, 3n]
    const processes = await Promise.all(ids.map((id) => Process.start({ kind, id })))
    introduce(...processes)
    for (const process of processes) members.push(await open(process, ids))
    const first = await leaderOf(members)
    const texts = Array.from({ length: 200 }, (_, at) => `text ${at}`)
    await Promise.all(texts.map((text) => first.node.propose(Buffer.from(text), undefined)))
    await everywhere(members, 200)
    for (const { machine } of members) expect(machine.texts).toEqual(texts)

    members.splice(members.indexOf(first), 1)
    await first.process.close()
    await first.node.close()
    const second = await leaderOf(members)
    expect(await second.node.propose(Buffer.from('one more'), undefined)).toBe('one more')
    await everywhere(members, 201)
    for (const { machine } of members) expect(machine.texts).toEqual([...texts, 'one more'])
  })
})

async function open(process: Process, ids: readonly bigint[]): Promise<Member> {
  const machine = new EchoMachine()
  const node = await RaftNode.open({
    memberId: process.id,
    groupId: 5n,
    initialVoters: ids,
    stateMachine: machine,
    transport: process.network.transport(5n),
    clock: systemClock,
    random: seededRandom(Number(process.id)),
    tickMs: 20,
  })
  return { process, node, machine }
}

async function leaderOf(members: readonly Member[]): Promise<Member> {
  let leader: Member | undefined
  await waitFor('all follow one leader', () => {
    const statuses = members.map(({ node }) => node.status())
    leader = members.find(({ node }) => node.status().state === 'leader')
    const { leaderId, term } = statuses[0] ?? { leaderId: 0n, term: 0 }
    return leader !== undefined && statuses.every((s) => s.leaderId === leaderId && s.term === term)
  })
  if (leader === undefined) throw new Error('nobody leads')
  return leader
}

async function everywhere(members: readonly Member[], count: number): Promise<void> {
  await waitFor('all have applied all', () =>
    members.every(({ machine }) => machine.texts.length === count),
  )
}

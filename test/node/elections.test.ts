import { expect, test } from 'vitest'
import { Elections } from '../../src/node/elections.js'
import { LeaderWaits } from '../../src/node/leader-waits.js'
import { configurationOf, Raft } from '../../src/raft/index.js'
import { raftOptions } from '../raft/raft-options.js'
import { FakeClock } from '../watch/fake-clock.js'

const voters = [1n, 2n, 3n]

function startOf(memberId: bigint) {
  const raft = new Raft(
    raftOptions({ id: memberId, configuration: configurationOf(voters), preVote: true }),
  )
  const clock = new FakeClock()
  const elections = new Elections({
    memberId,
    raft,
    clock,
    waits: new LeaderWaits(raft, clock),
    tickMs: 100,
    electionTicks: 10,
    heartbeatTicks: 1,
    initialElectionTickAdvance: true,
    timeoutMs: 1000,
    onWork: () => {},
  })
  /** Those who are asked for their vote, or whether they would give it. */
  const asked = () => {
    if (!raft.hasReady()) return []
    const { messages, messagesAfterPersist } = raft.ready()
    const all = [...messages, ...messagesAfterPersist]
    return all.filter(({ type }) => type === 'pre-vote-request').map(({ to }) => to)
  }
  const tick = () => {
    raft.tick()
    elections.tick()
  }
  return { raft, elections, asked, tick }
}

test('the first voter of a new cluster asks again with every tick until it is answered', () => {
  const { raft, elections, asked, tick } = startOf(1n)
  elections.connected(2n)
  expect(asked()).toEqual([2n, 3n])
  for (let time = 0; time < 5; time++) {
    tick()
    expect(asked()).toEqual([2n, 3n])
  }
  expect(raft.status()).toMatchObject({ term: 0, role: 'pre-candidate' })
  raft.step({ type: 'pre-vote-response', from: 2n, to: 1n, term: 0, reject: false })
  expect(raft.status()).toMatchObject({ term: 1, role: 'candidate' })
  for (let time = 0; time < 5; time++) tick()
  expect(asked()).toEqual([])
  expect(raft.status().term).toBe(1)
})

test('another voter asks when chance tells it to', () => {
  const { raft, elections, asked, tick } = startOf(2n)
  elections.connected(1n)
  for (let time = 0; time < 20 && raft.status().role === 'follower'; time++) tick()
  expect(asked()).toEqual([1n, 3n])
  tick()
  expect(asked()).toEqual([])
})

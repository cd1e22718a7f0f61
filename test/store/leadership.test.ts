import { expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import type { RaftNode } from '../../src/node/index.js'
import { followLeadership } from '../../src/store/leadership.js'
import { FakeClock, settled } from '../watch/fake-clock.js'

type Role = Parameters<Parameters<RaftNode['onRoleChange']>[0]>[0]

/** A node whose rounds fail until the test lets them pass. */
function setUp() {
  const clock = new FakeClock()
  const told: string[] = []
  const failing = { rounds: true, count: 0 }
  let listener = (_role: Role, _term: number): void => {}
  const node = {
    onRoleChange: (listen: typeof listener) => {
      listener = listen
      return () => {}
    },
    readIndex: async () => {
      failing.count++
      if (failing.rounds) throw new MetastoreError('too-many-requests')
    },
  }
  const release = followLeadership(node, clock, {
    promote: (term) => told.push(`promoted in ${term}`),
    demote: () => told.push('demoted'),
  })
  const become = async (role: Role, term: number) => {
    listener(role, term)
    await settled()
  }
  return { clock, told, failing, release, become }
}

test('a leader whose first round fails is promoted all the same', async () => {
  const { clock, told, failing, become } = setUp()
  await become('leader', 3)
  expect(told).toEqual(['demoted'])
  await clock.advance(60_000)
  expect(failing.count).toBeLessThan(1000)
  failing.rounds = false
  await clock.advance(1000)
  expect(told).toEqual(['demoted', 'promoted in 3'])
})

test('who leads no longer, or has ended, is not promoted late and leaves no timer', async () => {
  const { clock, told, failing, release, become } = setUp()
  await become('leader', 3)
  await become('follower', 4)
  failing.rounds = false
  await clock.advance(60_000)
  expect(told).toEqual(['demoted', 'demoted'])
  failing.rounds = true
  await become('leader', 5)
  release()
  failing.rounds = false
  await clock.advance(60_000)
  expect(told).toEqual(['demoted', 'demoted', 'demoted'])
  expect(clock.timerCount).toBe(0)
})

import { expect, test, vi } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { MetastoreError } from '../../src/base/errors.js'
import { Envelopes } from '../../src/node/proposals/envelope.js'
import { Ticker } from '../../src/node/ticker.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { Group } from './group.js'
import { codeOf } from './node-fixture.js'

const electionTimeoutMs = 1000
const question = Buffer.from('who are you?')

/** Every member answers with its own id. */
function answerAll(group: Group): void {
  for (const { id, node } of group.members.values()) {
    node.onQuestion(async (asked) => Buffer.from(`${asked} ${id}`))
  }
}

test('members that start together elect the first of them as soon as they reach each other', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const group = await Group.start({}, seed)
    const { id } = await group.leader()
    expect(id).toBe(1n)
    expect(group.clock.nowMs()).toBeLessThan(electionTimeoutMs / 5)
    await group.close()
  }
})

test('members that start together without the first elect within an election timeout', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const group = await Group.start({}, seed, 3, [2n, 3n])
    await group.leader()
    expect(group.clock.nowMs()).toBeLessThan(electionTimeoutMs + 200)
    await group.open(1n)
    const { node } = await group.leader([2n, 3n])
    const { term } = node.status()
    await group.clock.advance(3 * electionTimeoutMs)
    expect(group.member(1n).node.status()).toMatchObject({ term, leaderId: node.status().nodeId })
    await group.close()
  }
  const slow = await Group.start({ initialElectionTickAdvance: false })
  await slow.leader()
  expect(slow.clock.nowMs()).toBeGreaterThan(electionTimeoutMs)
  await slow.close()
})

test('members that start again together elect soon; one that comes back alone disturbs nobody', async () => {
  const group = await Group.start()
  await group.leader()
  for (const id of [1n, 2n, 3n]) await group.kill(id)
  for (const id of [1n, 2n, 3n]) await group.open(id)
  const began = group.clock.nowMs()
  const { id, node } = await group.leader()
  expect(group.clock.nowMs() - began).toBeLessThan(electionTimeoutMs + 300)
  const { term } = node.status()
  const [other] = group.followers()
  await group.kill(other?.id ?? 0n)
  await group.open(other?.id ?? 0n)
  await group.clock.advance(3 * electionTimeoutMs)
  expect(node.status()).toMatchObject({ term, leaderId: id })
  await group.close()
})

test('a process that stood still gets one tick, not all that it missed', () => {
  let now = 0
  let due = () => {}
  let ticks = 0
  const clock = {
    nowMs: () => now,
    schedule: (_delayMs: number, callback: () => void) => {
      due = callback
      return { cancel: () => {} }
    },
  }
  new Ticker(clock, 100, () => ticks++).start()
  now = 100
  due()
  now = 60_000
  due()
  expect(ticks).toBe(2)
})

test('leadership goes where it is sent, and writes go on there', async () => {
  const group = await Group.start()
  const { node } = await group.leader()
  const [target] = group.followers()
  const to = target?.id ?? 0n
  await group.clock.complete(node.propose(Buffer.from('before'), undefined))
  await group.clock.complete(node.transferLeadership(to), 500)
  expect(node.status().leaderId).toBe(to)
  const leader = await group.leader()
  expect(leader.id).toBe(to)
  await group.clock.complete(leader.node.propose(Buffer.from('after'), undefined))
  expect(await group.settled()).toEqual(['before', 'after'])
  await group.clock.complete(leader.node.transferLeadership(to))
  await group.close()
})

test('a transfer that cannot be is refused, and one that gets nowhere ends in bounded time', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  const [target, other] = group.followers()
  const to = target?.id ?? 0n
  const refused = target?.node.transferLeadership(id) ?? Promise.resolve()
  expect(await codeOf(group.clock, refused)).toBe('not-leader')
  expect(await codeOf(group.clock, node.transferLeadership(99n))).toBe('bad-leader-transferee')
  const signal = new CancelSource()
  group.network.isolate(to)
  const canceled = codeOf(group.clock, node.transferLeadership(to, { signal }))
  signal.abort(new MetastoreError('context-canceled'))
  expect(await canceled).toBe('context-canceled')
  const began = group.clock.nowMs()
  expect(await codeOf(group.clock, node.transferLeadership(to))).toBe('request-timed-out')
  expect(group.clock.nowMs() - began).toBeLessThanOrEqual(electionTimeoutMs)
  await group.clock.complete(node.propose(Buffer.from('still here'), undefined))
  await group.clock.complete(node.transferLeadership(other?.id ?? 0n))
  await group.close()
})

test('R12: a leader that closes hands over first, so that the others need no election timeout', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  await group.settled()
  const pending = Array.from({ length: 20 }, (_, at) =>
    node.propose(Buffer.from(`${at}`), undefined),
  )
  await group.clock.advance(1)
  const began = group.clock.nowMs()
  const closing = Promise.all([node.close(), node.close()])
  const late = codeOf(group.clock, node.propose(Buffer.from('late'), undefined))
  await group.clock.complete(closing)
  expect(await late).toBe('server-stopped')
  await group.clock.complete(Promise.all(pending))
  group.members.delete(id)
  await group.leader()
  expect(group.clock.nowMs() - began).toBeLessThan(electionTimeoutMs / 5)
  expect((await group.settled()).length).toBe(20)
  await group.close()
})

test('a leader that reaches nobody closes within an election timeout', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  group.network.isolate(id)
  const began = group.clock.nowMs()
  await group.clock.complete(node.close())
  expect(group.clock.nowMs() - began).toBeLessThanOrEqual(electionTimeoutMs + 100)
  group.members.delete(id)
  await group.close()
})

test('a question reaches the leader from every member, and waits for one to be elected', async () => {
  const group = await Group.start()
  answerAll(group)
  const early = group.member(1n).node.askLeader(question)
  const { id } = await group.leader()
  expect(`${await group.clock.complete(early)}`).toBe(`who are you? ${id}`)
  for (const { node } of group.members.values()) {
    expect(`${await group.clock.complete(node.askLeader(question))}`).toBe(`who are you? ${id}`)
  }
  await group.close()
})

test('a question finds the next leader when the one asked leads no longer', async () => {
  const group = await Group.start()
  const first = await group.leader()
  answerAll(group)
  const [asker] = group.followers()
  group.network.isolate(first.id)
  const asked = asker?.node.askLeader(question) ?? Promise.resolve(Buffer.alloc(0))
  expect(`${await group.clock.complete(asked)}`).not.toBe(`who are you? ${first.id}`)
  await group.close()
})

test('what the leader throws reaches the asker; silence, a signal and no leader each end a question', async () => {
  const group = await Group.start()
  const { id, node } = await group.leader()
  const [asker] = group.followers()
  const ask = (options = {}) =>
    codeOf(group.clock, asker?.node.askLeader(question, options) ?? Promise.resolve())
  node.onQuestion(() => Promise.reject(new MetastoreError('lease-not-found')))
  expect(await ask()).toBe('lease-not-found')
  node.onQuestion(() => new Promise(() => {}))
  expect(await ask({ timeoutMs: 300 })).toBe('request-timed-out')
  const signal = new CancelSource()
  const canceled = ask({ signal })
  await group.clock.advance(10)
  signal.abort(new MetastoreError('deadline-exceeded'))
  expect(await canceled).toBe('deadline-exceeded')
  await group.kill(id)
  await group.kill(group.followers().find((each) => each !== asker)?.id ?? 0n)
  const began = group.clock.nowMs()
  expect(await ask({ timeoutMs: 3000 })).toBe('no-leader')
  expect(group.clock.nowMs() - began).toBeLessThanOrEqual(3100)
  const closing = ask()
  await group.close()
  expect(await closing).toBe('server-stopped')
})

test('a single member asks itself', async () => {
  const group = await Group.start({}, 1, 1)
  const { node } = group.member(1n)
  node.onQuestion(async () => Buffer.from('me'))
  expect(`${await group.clock.complete(node.askLeader(question))}`).toBe('me')
  await group.close()
  expect(await codeOf(new SimulatedClock(), node.askLeader(question))).toBe('server-stopped')
})

test('what waits while leadership is handed over is made ready for the log once', async () => {
  const group = await Group.start()
  const { node } = await group.leader()
  const [target] = group.followers()
  group.network.isolate(target?.id ?? 0n)
  const transferred = codeOf(group.clock, node.transferLeadership(target?.id ?? 0n))
  const wrap = vi.spyOn(Envelopes.prototype, 'wrap')
  const answers = Array.from({ length: 10 }, () => node.propose(Buffer.from('x'), undefined))
  await group.clock.complete(Promise.all(answers))
  expect(wrap).toHaveBeenCalledTimes(10)
  wrap.mockRestore()
  await transferred
  await group.close()
})

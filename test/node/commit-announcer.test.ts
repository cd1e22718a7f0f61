import { expect, test } from 'vitest'
import { CommitAnnouncer } from '../../src/node/commit-announcer.js'
import type { PeerMessage } from '../../src/node/index.js'
import { FakeClock } from '../watch/fake-clock.js'
import { Group } from './group.js'
import { spying } from './spying-transport.js'

/** An append without entries. */
function isNews(message: PeerMessage): boolean {
  return message.type === 'append-request' && message.entries.length === 0
}

/** Three members; `news` answers how many appends without entries they have sent. */
async function startCounting(): Promise<{ group: Group; news: () => number }> {
  const group = await Group.start({}, 1, 3, [])
  const sent: PeerMessage[] = []
  for (const id of [1n, 2n, 3n]) {
    await group.open(id, { transport: spying(group.network.transport(id), sent) })
  }
  await group.leader()
  await group.settled()
  return { group, news: () => sent.filter(isNews).length }
}

test('a lone write is committed on the others at once', async () => {
  const { group } = await startCounting()
  const { node } = await group.leader()
  for (let write = 0; write < 3; write++) {
    await group.clock.advance(1000)
    await group.clock.complete(node.propose(Buffer.from(`${write}`), undefined))
    const answeredMs = group.clock.nowMs()
    await group.settled()
    // Held, it would take two milliseconds more.
    expect(group.clock.nowMs() - answeredMs).toBeLessThan(2)
  }
  await group.close()
})

test('of writes one after another each brings the others the commit of the one before', async () => {
  const { group, news } = await startCounting()
  const { node } = await group.leader()
  await group.clock.complete(node.propose(Buffer.from('first'), undefined))
  await group.settled()
  const before = news()
  for (let write = 0; write < 50; write++) {
    await group.clock.complete(node.propose(Buffer.from(`${write}`), undefined))
  }
  // What a heartbeat finds unanswered is sent again.
  expect(news() - before).toBeLessThan(10)
  const answeredMs = group.clock.nowMs()
  await group.settled()
  expect(group.clock.nowMs() - answeredMs).toBeLessThan(10)
  await group.close()
})

test('a write through another member is answered there at once', async () => {
  const { group } = await startCounting()
  const { node } = await group.leader()
  const [follower] = group.followers()
  for (let write = 0; write < 20; write++) {
    await group.clock.complete(node.propose(Buffer.from(`${write}`), undefined))
    const fromMs = group.clock.nowMs()
    await group.clock.complete(
      follower?.node.propose(Buffer.from('x'), undefined) ?? Promise.reject(),
    )
    expect(group.clock.nowMs() - fromMs).toBeLessThan(5)
  }
  await group.close()
})

test('once it has stopped it waits for nothing', () => {
  const clock = new FakeClock()
  const raft = { holdsCommit: true, announceCommit: () => {} }
  const announcer = new CommitAnnouncer(raft, clock, () => {})
  announcer.carriedOut(true)
  announcer.carriedOut(true)
  expect(clock.timerCount).toBe(1)
  announcer.stop()
  announcer.carriedOut(true)
  expect(clock.timerCount).toBe(0)
})

import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { codeOf, never, startLeader, startNode, TestTransport } from './node-fixture.js'

const payload = Buffer.from('a payload')

test('R7: a proposal is answered with what the state machine responded', async () => {
  const { node, clock, machine } = await startLeader()
  const attachment = { known: true }
  const seen: unknown[] = []
  machine.onEntry = (entry) => {
    seen.push(entry.attachment, entry.index, entry.term)
    entry.respond('done')
  }
  expect(await clock.complete(node.propose(payload, attachment))).toBe('done')
  expect(seen).toEqual([attachment, 2, 1])
  expect(node.pendingCount).toBe(0)
})

test('R7: a refusal of the state machine reaches the proposer', async () => {
  const { node, clock, machine } = await startLeader()
  machine.onEntry = (entry) => entry.refuse(new Error('not so'))
  await expect(clock.complete(node.propose(payload, undefined))).rejects.toThrow('not so')
  expect(node.pendingCount).toBe(0)
})

test('a proposal is answered only after its entry is on the disk', async () => {
  const { node, clock, disk } = await startLeader({}, true)
  await clock.advance(50)
  disk.trace.length = 0
  await clock.complete(node.propose(payload, undefined))
  expect(disk.trace.map((step) => step.split(' ')[0])).toEqual(['write', 'sync'])
})

test('all proposals of a turn share one write and one call of the state machine', async () => {
  const { node, clock, disk, machine } = await startLeader({}, true)
  await clock.advance(50)
  disk.trace.length = 0
  machine.calls = []
  const texts = Array.from({ length: 50 }, (_, at) => `payload ${at}`)
  const answers = texts.map((text) => node.propose(Buffer.from(text), undefined))
  expect(await clock.complete(Promise.all(answers))).toEqual(texts)
  expect(disk.trace.length).toBe(2)
  expect(machine.calls).toEqual([50])
  expect(machine.texts).toEqual(texts)
})

test('R7: without a leader a proposal ends in bounded time and leaves nothing behind', async () => {
  const { node, clock } = await startNode({ initialVoters: [7n, 8n] })
  const begin = clock.nowMs()
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('no-leader')
  expect(clock.nowMs() - begin).toBeLessThanOrEqual(5200)
  expect(node.pendingCount).toBe(0)
})

test('R7: a proposal waits for the leader that comes in time', async () => {
  const { node, clock } = await startNode({}, true)
  expect(node.status().state).not.toBe('leader')
  expect(await clock.complete(node.propose(payload, undefined))).toBe('a payload')
})

test('a proposal for one term is refused by any other leader, and waits for none', async () => {
  const { node, clock } = await startLeader()
  const { term } = node.status()
  expect(await clock.complete(node.propose(payload, undefined, { term }))).toBe('a payload')
  for (const other of [term - 1, term + 1]) {
    const answer = codeOf(clock, node.propose(payload, undefined, { term: other }))
    expect(await answer).toBe('not-leader')
  }
  const lonely = await startNode({ initialVoters: [7n, 8n] })
  const begin = lonely.clock.nowMs()
  const inVain = lonely.node.propose(payload, undefined, { term: lonely.node.status().term })
  expect(await codeOf(lonely.clock, inVain)).toBe('not-leader')
  expect(lonely.clock.nowMs()).toBe(begin)
})

test('R7: an accepted proposal that is not applied ends in bounded time', async () => {
  const { node, clock, machine } = await startLeader()
  machine.held = never
  const begin = clock.nowMs()
  const byDefault = codeOf(clock, node.propose(payload, undefined))
  const sooner = node.propose(payload, undefined, { timeoutMs: 500 })
  expect(await codeOf(clock, sooner)).toBe('request-timed-out')
  expect(clock.nowMs() - begin).toBeLessThanOrEqual(700)
  expect(await byDefault).toBe('request-timed-out')
  expect(clock.nowMs() - begin).toBeLessThanOrEqual(7200)
  expect(node.pendingCount).toBe(0)
})

test('R7: aborting answers at once and leaves no listener on the signal', async () => {
  const { node, clock, machine } = await startLeader()
  const controller = new AbortController()
  const { signal } = controller
  await clock.complete(node.propose(payload, undefined, { signal }))
  expect(getEventListeners(signal, 'abort')).toEqual([])
  machine.held = never
  const pending = node.propose(payload, undefined, { signal })
  await clock.advance(10)
  controller.abort()
  expect(await codeOf(clock, pending)).toBe('request-canceled')
  expect(node.pendingCount).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  expect(await codeOf(clock, node.propose(payload, undefined, { signal }))).toBe('request-canceled')
})

test('an aborted proposal that was not handed over never takes place', async () => {
  const { node, clock, machine } = await startLeader()
  const controller = new AbortController()
  const pending = node.propose(payload, undefined, { signal: controller.signal })
  controller.abort()
  expect(await codeOf(clock, pending)).toBe('request-canceled')
  await clock.advance(200)
  expect(machine.texts).toEqual([])
})

test('R7: more proposals, or larger ones, than the bound are refused, until there is room', async () => {
  const proposalLimits = { count: 3, bytes: 4000 }
  const { node, clock } = await startLeader({ proposalLimits })
  const small = [1, 2, 3].map(() => node.propose(payload, undefined))
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('too-many-requests')
  await clock.complete(Promise.all(small))
  const large = node.propose(Buffer.alloc(3900, 1), undefined)
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('too-many-requests')
  await clock.complete(large)
  expect(await clock.complete(node.propose(payload, undefined))).toBe('a payload')
})

test('R7: closing answers everything that is pending', async () => {
  const { node, clock, machine } = await startLeader()
  machine.held = never
  const answers = Promise.allSettled([node.propose(payload, undefined), node.readIndex()])
  const closing = node.close()
  const stopped = { status: 'rejected', reason: { code: 'server-stopped' } }
  expect(await clock.complete(answers)).toMatchObject([stopped, stopped])
  await clock.complete(closing)
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('server-stopped')
  expect(node.pendingCount).toBe(0)
})

test('R7: what a leader had accepted when it lost its place is answered in bounded time', async () => {
  const transport = new TestTransport()
  const { node, clock, machine } = await startLeader({ transport })
  machine.held = never
  const pending = node.propose(payload, undefined)
  await clock.advance(10)
  transport.deliver({
    type: 'heartbeat-request',
    from: 8n,
    to: 7n,
    term: 9,
    commit: 0,
    readRound: 0,
  })
  await clock.until(() => node.status().state === 'follower')
  expect(node.status()).toMatchObject({ term: 9, leaderId: 8n })
  expect(await codeOf(clock, pending)).toBe('leader-failed')
  expect(clock.nowMs()).toBeLessThanOrEqual(7200)
  expect(node.pendingCount).toBe(0)
})

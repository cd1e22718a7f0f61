import { expect, test } from 'vitest'
import { RaftNode } from '../../src/node/index.js'
import { failed } from '../sim/simulated-disk.js'
import { codeOf, EchoMachine, startLeader, startNode, TestTransport } from './node-fixture.js'

const payload = Buffer.from('a payload')
const unknown = { nodeId: 7n, term: 0, leaderId: 0n, state: 'unknown', applied: 0, commit: 0 }

test('R2: a single voter leads at once, and the status never makes anything up', async () => {
  const { node, clock } = await startNode({}, true)
  expect(node.status()).toMatchObject({ leaderId: 0n, state: 'candidate' })
  await clock.until(() => node.status().state === 'leader', 50)
  await clock.until(() => node.status().applied === 1, 50)
  expect(node.status()).toEqual({
    nodeId: 7n,
    term: 1,
    leaderId: 7n,
    state: 'leader',
    applied: 1,
    commit: 1,
  })
  await clock.complete(node.close())
  expect(node.status()).toEqual(unknown)
})

test('a listener hears the present role and every new one, until it is taken off', async () => {
  const transport = new TestTransport()
  const { node, clock } = await startLeader({ transport })
  const heard: string[] = []
  const off = node.onRoleChange((role, term) => heard.push(`${role} ${term}`))
  transport.deliver({
    type: 'heartbeat-request',
    from: 8n,
    to: 7n,
    term: 9,
    commit: 0,
    readRound: 0,
  })
  await clock.advance(1)
  off()
  await clock.until(() => node.status().state === 'leader')
  expect(heard).toEqual(['leader 1', 'follower 9'])
})

test('ReadIndex: reads that come together share a round and see what was acknowledged', async () => {
  const { node, clock, machine } = await startLeader({}, true)
  const proposal = node.propose(payload, undefined)
  const reads = Array.from({ length: 100 }, () => node.readIndex())
  await clock.complete(proposal)
  await clock.complete(Promise.all(reads))
  expect(machine.texts).toEqual(['a payload'])
  expect(node.pendingCount).toBe(0)
})

test('ReadIndex waits until the state machine has applied what was committed', async () => {
  const { node, clock, machine } = await startLeader()
  let letGo = () => {}
  machine.held = new Promise((resolve) => {
    letGo = resolve
  })
  const proposal = node.propose(payload, undefined)
  await clock.until(() => node.status().commit === 2)
  let read = false
  const reading = node.readIndex().then(() => {
    read = true
  })
  await clock.advance(300)
  expect(read).toBe(false)
  letGo()
  await clock.complete(Promise.all([proposal, reading]))
})

test('ReadIndex: deadline, signal and a missing leader each end a read', async () => {
  const { node, clock } = await startNode({ initialVoters: [7n, 8n] })
  const controller = new AbortController()
  const aborted = codeOf(clock, node.readIndex({ signal: controller.signal }))
  controller.abort()
  expect(await aborted).toBe('context-canceled')
  expect(await codeOf(clock, node.readIndex({ timeoutMs: 300 }))).toBe('request-timed-out')
  expect(node.pendingCount).toBe(0)
})

test('a failed sync stops the node: one report, no answer, no second try', async () => {
  const { node, clock, disk, fatal } = await startLeader({}, true)
  disk.failure = (operation, path) => (operation === 'sync' ? failed('EIO', path) : undefined)
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('server-stopped')
  expect(fatal).toMatchObject([{ code: 'disk-failed' }])
  expect(node.status()).toEqual(unknown)
  await clock.complete(node.close())
  expect(fatal.length).toBe(1)
})

test('a full disk: writes are refused, reads go on, a restart with room finds what was acknowledged', async () => {
  const { node, clock, disk, machine, fatal, options } = await startLeader({}, true)
  disk.capacityBytes = disk.usedBytes
  let refusal: unknown
  for (let count = 0; count < 100 && refusal === undefined; count++) {
    const answer = await codeOf(clock, node.propose(Buffer.alloc(1000, 1), undefined))
    if (answer === 'no-space') refusal = answer
  }
  expect(refusal).toBe('no-space')
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('no-space')
  await clock.complete(node.readIndex())
  expect(node.status().state).toBe('leader')
  expect(fatal).toEqual([])
  await clock.complete(node.close())
  disk.capacityBytes = Number.POSITIVE_INFINITY
  const stateMachine = new EchoMachine()
  const again = await clock.complete(RaftNode.open({ ...options, stateMachine }))
  await clock.complete(again.readIndex())
  expect(stateMachine.texts).toEqual(machine.texts)
  expect(await clock.complete(again.propose(payload, undefined))).toBe('a payload')
})

test('an apply that throws stops the node with a line that says where', async () => {
  const { node, clock, machine, fatal } = await startLeader()
  machine.onEntry = () => {
    throw new Error('two and two are five')
  }
  const first = codeOf(clock, node.propose(payload, undefined))
  expect(await first).toBe('server-stopped')
  expect(fatal.map(({ message }) => message)).toEqual([
    'applying entries 2 to 2 failed: two and two are five',
  ])
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('server-stopped')
  expect(machine.texts.length).toBe(1)
})

test('a state machine that forgets to respond leaves nobody waiting', async () => {
  const { node, clock, machine } = await startLeader()
  machine.onEntry = () => {}
  expect(await codeOf(clock, node.propose(payload, undefined))).toBe('invariant-violated')
})

test('R12: closing twice is safe, also while the log is being written', async () => {
  const transport = new TestTransport()
  const { node, clock } = await startLeader({ transport }, true)
  node.propose(payload, undefined).catch(() => {})
  await clock.advance(0.01)
  const closing = Promise.all([node.close(), node.close()])
  await clock.complete(closing)
  await node.close()
  expect(transport.closed).toBe(true)
})

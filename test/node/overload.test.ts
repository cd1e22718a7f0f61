import { expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { MetastoreError } from '../../src/base/errors.js'
import { reachableFrom } from '../watch/reachable.js'
import { Group } from './group.js'
import { codeOf, never, startLeader } from './node-fixture.js'

const payload = Buffer.from('a payload')

test('more than 5,000 entries committed and not applied refuse new ones, until they are', async () => {
  const { node, clock, machine } = await startLeader()
  let letGo = () => {}
  machine.held = new Promise((resolve) => {
    letGo = resolve
  })
  const { commit } = node.status()
  const propose = () => node.propose(payload, undefined)
  const waiting = Array.from({ length: 5000 }, propose)
  await clock.until(() => node.status().commit === commit + 5000)
  waiting.push(propose())
  await clock.until(() => node.status().commit === commit + 5001)
  expect(await codeOf(clock, propose())).toBe('too-many-requests')
  machine.held = undefined
  letGo()
  await clock.complete(Promise.all(waiting))
  expect(await clock.complete(propose())).toBe('a payload')
})

test('a follower that applies nothing holds a bounded part of what the others write, and then gets the rest', async () => {
  const proposalLimits = { count: 1000, bytes: 256 * 1024 }
  const group = await Group.start({ proposalLimits })
  const { node } = await group.leader()
  const slow = group.followers()[0]
  if (slow === undefined) throw new Error('there is no follower')
  let letGo = () => {}
  slow.machine.held = new Promise((resolve) => {
    letGo = resolve
  })
  for (let count = 0; count < 400; count++) {
    await group.clock.complete(node.propose(Buffer.alloc(10_000, `${count}.`), undefined))
  }
  await group.clock.advance(1000)
  const { commit, applied, leaderId } = slow.node.status()
  expect(commit - applied).toBeGreaterThan(10)
  expect(commit - applied).toBeLessThan(150)
  expect(leaderId).toBe(node.status().nodeId)
  slow.machine.held = undefined
  letGo()
  expect(await group.settled()).toHaveLength(400)
  await group.close()
})

test('large entries committed and not applied refuse new ones, however few they are', async () => {
  const proposalLimits = { count: 1000, bytes: 256 * 1024 }
  const { node, clock, machine } = await startLeader({ proposalLimits })
  let letGo = () => {}
  machine.held = new Promise((resolve) => {
    letGo = resolve
  })
  const leave = () =>
    codeOf(clock, node.propose(Buffer.alloc(100_000, 1), undefined, { timeoutMs: 300 }))
  for (let count = 0; count < 3; count++) expect(await leave()).toBe('request-timed-out')
  expect(await leave()).toBe('too-many-requests')
  letGo()
})

test('on a disk that hangs, proposals whose callers have left count as long as they are in the log', async () => {
  const proposalLimits = { count: 10, bytes: 1024 * 1024 }
  const { node, clock, disk } = await startLeader({ proposalLimits }, true)
  let letGo = () => {}
  disk.hung = new Promise((resolve) => {
    letGo = resolve
  })
  const leave = async () => {
    const pending = node.propose(payload, undefined, { timeoutMs: 300 })
    return codeOf(clock, pending)
  }
  for (let round = 0; round < 10; round++) expect(await leave()).toBe('request-timed-out')
  expect(node.pendingCount).toBe(0)
  expect(await leave()).toBe('too-many-requests')
  disk.hung = undefined
  const { commit } = node.status()
  letGo()
  await clock.until(() => node.status().commit === commit + 10)
  expect(await clock.complete(node.propose(payload, undefined))).toBe('a payload')
})

test('reads whose callers have left are not held while nothing is applied', async () => {
  const { node, clock, machine } = await startLeader()
  machine.held = never
  const { commit } = node.status()
  const stuck = codeOf(clock, node.propose(payload, undefined))
  await clock.until(() => node.status().commit > commit)
  const signals = Array.from({ length: 20 }, () => new CancelSource())
  const reads = signals.map((signal) => codeOf(clock, node.readIndex({ signal })))
  await clock.advance(50)
  expect(reachableFrom(node, new Set(signals))).toBe(true)
  for (const signal of signals) signal.abort(new MetastoreError('context-canceled'))
  expect(new Set(await Promise.all(reads))).toEqual(new Set(['context-canceled']))
  await clock.advance(150)
  expect(reachableFrom(node, new Set(signals))).toBe(false)
  expect(await stuck).toBe('request-timed-out')
})

test('a write past its caller’s deadline may still happen and timed out; a read says what ended it', async () => {
  const { node, clock, machine } = await startLeader()
  machine.held = never
  const { commit } = node.status()
  const stuck = codeOf(clock, node.propose(payload, undefined))
  await clock.until(() => node.status().commit > commit)
  const outcomes = async (reason: unknown) => {
    const signal = new CancelSource()
    const calls = () =>
      [node.propose(payload, undefined, { signal }), node.readIndex({ signal })].map((call) =>
        codeOf(clock, call),
      )
    const codes = calls()
    await clock.advance(10)
    signal.abort(reason)
    return Promise.all([...codes, ...calls()])
  }
  expect(await outcomes(new MetastoreError('deadline-exceeded'))).toEqual([
    ...['request-timed-out', 'deadline-exceeded'],
    ...['request-timed-out', 'deadline-exceeded'],
  ])
  expect(await outcomes(new MetastoreError('context-canceled'))).toEqual([
    ...['request-canceled', 'context-canceled'],
    ...['request-canceled', 'context-canceled'],
  ])
  expect(await outcomes(new Error('anything'))).toEqual([
    ...['request-canceled', 'context-canceled'],
    ...['request-canceled', 'context-canceled'],
  ])
  expect(await stuck).toBe('request-timed-out')
})

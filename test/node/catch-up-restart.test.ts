import { describe, expect, test } from 'vitest'
import type { SnapshotRequest } from '../../src/node/transport.js'
import { type Keeping, SnapshotGroup } from './snapshot-group.js'

const entryBytes = 400
/** Longer than a state takes to reach the disk. */
const flushMs = 100

function groupOf(keeping: Keeping, catchUpEntries: number) {
  const group = new SnapshotGroup(keeping)
  const seen: SnapshotRequest[] = []
  group.options = { catchUpEntries }
  group.receiver = (_id, receiver) => ({
    receive: (message) => receiver.receive(message),
    connected: (peer) => receiver.connected(peer),
    answer: (from, question, signal) => receiver.answer(from, question, signal),
    receiveSnapshot: (request, pieces) => {
      seen.push(request)
      return receiver.receiveSnapshot(request, pieces)
    },
  })
  return { group, seen }
}

describe.each(['own', 'snapshots'] as const)('members that keep %s', (keeping) => {
  test('give one that lacks a few entries just these after all of them were started again', async () => {
    const { group, seen } = groupOf(keeping, 100)
    await group.start()
    await group.write(150, entryBytes)
    const late = await group.follower()
    await group.settled()
    group.network.isolate(late)
    await group.write(60, entryBytes)
    await group.clock.advance(flushMs)
    const lacking = group.life(late).machine.appliedIndex
    await group.restart()
    const applied = [...group.lives.values()].map(({ machine }) => machine.appliedIndex)
    expect(Math.max(...applied)).toBeGreaterThan(lacking)
    await group.write(1)
    await group.settled()
    expect(seen).toEqual([])
    await group.close()
  })

  test('send a snapshot to one that lacks more than they keep, also when they were started again', async () => {
    const { group, seen } = groupOf(keeping, 16)
    await group.start()
    const late = await group.follower()
    group.network.isolate(late)
    await group.write(300, entryBytes)
    await group.clock.advance(flushMs)
    await group.restart()
    await group.settled()
    expect(seen.map(({ to }) => to)).toEqual([late])
    await group.close()
  })
})

test('members keep no more on the disk than others may need, also over restarts', async () => {
  const { group } = groupOf('own', 50)
  await group.start()
  const counts: number[] = []
  for (let life = 0; life < 3; life++) {
    await group.write(600, entryBytes)
    await group.clock.advance(flushMs)
    for (const disk of group.disks.values()) {
      counts.push((await group.clock.complete(disk.list('/data/member/log'))).length)
    }
    await group.restart()
  }
  await group.settled()
  expect(Math.max(...counts)).toBeLessThanOrEqual(5)
  await group.close()
})

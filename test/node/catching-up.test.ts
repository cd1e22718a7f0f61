import { expect, test } from 'vitest'
import type { PeerReceiver } from '../../src/node/index.js'
import { SnapshotGroup } from './snapshot-group.js'

/** Holds back the last piece of each snapshot until `end` resolves. */
async function* heldBack(pieces: AsyncIterable<Buffer>, end: Promise<void>) {
  let held: Buffer | undefined
  for await (const piece of pieces) {
    if (held !== undefined) yield held
    held = piece
  }
  await end
  if (held !== undefined) yield held
}

test('whoever has a snapshot gets what was written since, however much, and needs no other one', async () => {
  const group = new SnapshotGroup('own')
  let snapshots = 0
  let release = () => {}
  const end = new Promise<void>((resolve) => {
    release = resolve
  })
  group.receiver = (_id, receiver): PeerReceiver => ({
    receive: (message) => receiver.receive(message),
    connected: (peer) => receiver.connected(peer),
    answer: (from, question, signal) => receiver.answer(from, question, signal),
    receiveSnapshot: (request, pieces) => {
      snapshots++
      return receiver.receiveSnapshot(request, heldBack(pieces, end))
    },
  })
  await group.start()
  const late = await group.follower()
  group.network.isolate(late)
  await group.write(100)
  group.network.heal()
  await group.clock.until(() => snapshots === 1)
  await group.write(400, 64 * 1024)
  release()
  for (let round = 0; round < 40; round++) {
    await group.write(5, 64 * 1024)
    await group.clock.advance(3)
  }
  await group.settled()
  expect(snapshots).toBe(1)
  await group.close()
})

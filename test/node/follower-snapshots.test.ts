import { describe, expect, test } from 'vitest'
import type { PeerReceiver } from '../../src/node/index.js'
import { openPieces, sealPieces } from '../../src/node/snapshots/snapshot-stream.js'
import type { SnapshotRequest } from '../../src/node/transport.js'
import { configurationOf } from '../../src/raft/index.js'
import { type Keeping, SnapshotGroup } from './snapshot-group.js'

const kinds: readonly Keeping[] = ['own', 'snapshots', 'nothing']

/** Notes the snapshots that come to members, and lets a test tamper with them. */
function watched(group: SnapshotGroup) {
  const seen: SnapshotRequest[] = []
  const tampering: { with: (pieces: AsyncIterable<Buffer>) => AsyncIterable<Buffer> } = {
    with: (pieces) => pieces,
  }
  group.receiver = (_id, receiver): PeerReceiver => ({
    receive: (message) => receiver.receive(message),
    connected: (peer) => receiver.connected(peer),
    answer: (from, question, signal) => receiver.answer(from, question, signal),
    receiveSnapshot: (request, pieces) => {
      seen.push(request)
      return receiver.receiveSnapshot(request, tampering.with(pieces))
    },
  })
  return { seen, tampering }
}

describe.each(kinds)('a follower that keeps %s', (keeping) => {
  test('comes back by a snapshot when it missed more than the leader keeps, and goes on', async () => {
    const group = new SnapshotGroup(keeping)
    const { seen } = watched(group)
    await group.start()
    await group.write(10)
    const late = await group.follower()
    group.network.isolate(late)
    await group.write(100)
    expect(seen).toEqual([])
    group.network.heal()
    await group.settled()
    expect(seen.map(({ to }) => to)).toEqual([late])
    await group.write(30)
    await group.settled()
    expect(seen).toHaveLength(1)
    expect(group.troubles).toEqual([])
    await group.close()
  })

  test('that missed less than the leader keeps gets the entries', async () => {
    const group = new SnapshotGroup(keeping)
    const { seen } = watched(group)
    await group.start()
    await group.settled()
    await group.write(50)
    const late = await group.follower()
    group.network.isolate(late)
    await group.write(14)
    group.network.heal()
    await group.settled()
    expect(seen).toEqual([])
    await group.close()
  })

  test('takes it in while writes go on', async () => {
    const group = new SnapshotGroup(keeping)
    const { seen } = watched(group)
    await group.start()
    const late = await group.follower()
    group.network.isolate(late)
    await group.write(100)
    group.network.heal()
    for (let round = 0; round < 20; round++) {
      await group.write(10)
      await group.clock.advance(7)
    }
    await group.settled()
    expect(seen.length).toBeGreaterThan(0)
    await group.close()
  })

  test('two in quick succession (#18055)', async () => {
    const group = new SnapshotGroup(keeping)
    const { seen } = watched(group)
    await group.start()
    const late = await group.follower()
    for (let round = 0; round < 3; round++) {
      group.network.isolate(late)
      await group.write(60)
      group.network.heal()
      await group.clock.until(() => seen.length > round)
      await group.clock.advance(round)
    }
    await group.settled()
    await group.close()
  })

  test('a log that differs from the snapshot makes way for it', async () => {
    const group = new SnapshotGroup(keeping)
    watched(group)
    const deposed = await group.start()
    await group.write(10)
    group.network.isolate(deposed.id)
    const lost = Array.from({ length: 40 }, (_, at) =>
      deposed.node.propose(Buffer.from(`lost ${at}`), undefined).catch(() => 'lost'),
    )
    await group.clock.until(() => deposed.node.status().state !== 'leader')
    await group.clock.complete(Promise.all(lost))
    group.lives.delete(deposed.id)
    await group.write(100)
    group.lives.set(deposed.id, deposed)
    group.network.heal()
    await group.settled()
    expect(deposed.machine.rows.some(({ text }) => text.startsWith('lost'))).toBe(false)
    await group.close()
  })

  test('a snapshot of the past changes nothing, and is answered', async () => {
    const group = new SnapshotGroup(keeping)
    const receivers = new Map<bigint, PeerReceiver>()
    group.receiver = (id, receiver) => {
      receivers.set(id, receiver)
      return receiver
    }
    const leader = await group.start()
    await group.write(30)
    await group.settled()
    const to = await group.follower()
    const rows = [...group.life(to).machine.rows]
    const request: SnapshotRequest = {
      ...{ type: 'snapshot-request', from: leader.id, to, term: leader.node.status().term },
      snapshot: { index: 5, term: 1, configuration: leader.node.configuration },
    }
    async function* nothing(): AsyncGenerator<Buffer> {}
    await group.clock.complete(
      (receivers.get(to) as PeerReceiver).receiveSnapshot(request, nothing()),
    )
    expect(group.life(to).machine.rows).toEqual(rows)
    await group.write(3)
    await group.settled()
    await group.close()
  })

  test('that a snapshot shows to be no member any more tells so, and takes part no more', async () => {
    const group = new SnapshotGroup(keeping)
    const receivers = new Map<bigint, PeerReceiver>()
    const removed: bigint[] = []
    group.receiver = (id, receiver) => {
      receivers.set(id, receiver)
      return receiver
    }
    await group.start()
    await group.write(10)
    await group.settled()
    const to = await group.follower()
    const others = [...group.lives.keys()].filter((id) => id !== to)
    await group.crash(to)
    const { node, machine } = await group.open(to, { onRemoved: () => removed.push(to) })
    const leader = await group.leader()
    group.network.isolate(to)
    const snapshot = { index: 1000, term: 1, configuration: configurationOf(others) }
    const { term } = leader.node.status()
    const rows = JSON.stringify([{ index: 999, text: 'of the others' }])
    async function* chunks(): AsyncGenerator<Buffer> {
      yield Buffer.from(rows)
    }
    const taken = (receivers.get(to) as PeerReceiver).receiveSnapshot(
      { type: 'snapshot-request', from: leader.id, to, term, snapshot },
      sealPieces(snapshot, chunks()),
    )
    await group.clock.complete(taken)
    await group.clock.until(() => removed.length > 0)
    expect(JSON.stringify(machine.rows)).toBe(rows)
    expect(node.status().state).toBe('unknown')
    await group.clock.advance(5000)
    expect(removed).toEqual([to])
    group.network.heal()
    await group.close()
  })

  const damages: [string, (pieces: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>][] = [
    ['cut off before its end', upTo((at, count) => at < count - 1)],
    ['without its first piece', upTo((at) => at > 0)],
    ['empty', upTo(() => false)],
    ['with a bit turned over', changed((bytes) => bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20))],
    ['with a length changed', changed((bytes) => bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0))],
    ['broken off with an error', brokenOff],
  ]
  test.each(damages)('a snapshot %s changes nothing, and another one comes', async (_, damage) => {
    const group = new SnapshotGroup(keeping)
    const { seen, tampering } = watched(group)
    await group.start()
    await group.write(5)
    const late = await group.follower()
    await group.settled()
    group.network.isolate(late)
    await group.write(100)
    const rows = [...group.life(late).machine.rows]
    tampering.with = damage
    group.network.heal()
    await group.clock.until(() => seen.length >= 2)
    expect(group.life(late).machine.rows).toEqual(rows)
    expect(group.troubles.length).toBeGreaterThan(0)
    tampering.with = (pieces) => pieces
    await group.settled()
    await group.close()
  })
})

describe.each(['own', 'snapshots'] as const)('a follower that keeps %s', (keeping) => {
  test('starts again wherever its machine stopped while it took a snapshot in', async () => {
    const states = new Set<string>()
    for (let crashAtMs = 0; crashAtMs < 60; crashAtMs++) {
      const group = new SnapshotGroup(keeping, crashAtMs + 1)
      const { seen } = watched(group)
      await group.start()
      await group.write(10)
      const late = await group.follower()
      group.network.isolate(late)
      await group.write(60, 200)
      group.network.heal()
      await group.clock.until(() => seen.length > 0)
      await group.clock.advance(crashAtMs / 2)
      await group.crash(late)
      const { node } = await group.open(late)
      states.add(node.status().applied > 20 ? 'new' : 'old')
      await group.write(5)
      await group.settled()
      await group.close()
    }
    expect([...states].sort()).toEqual(['new', 'old'])
  })
})

test('a snapshot is the same however its bytes are cut on the way, and damaged in any of them it is refused', async () => {
  const metadata = { index: 7, term: 2, configuration: configurationOf([1n, 2n]) }
  async function* partsOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
    const found: Buffer[] = []
    for await (const piece of pieces) found.push(piece)
    return found
  }
  const chunks = ['a', 'bcd'.repeat(9), 'e'.repeat(40)].map((text) => Buffer.from(text))
  const sealed = Buffer.concat(await all(sealPieces(metadata, partsOf(Buffer.concat(chunks), 34))))
  const whole = Buffer.concat(chunks)
  for (let size = 1; size <= sealed.length; size++) {
    const opened = await all(openPieces(metadata, partsOf(sealed, size)))
    expect(Buffer.concat(opened).equals(whole)).toBe(true)
  }
  for (let at = 0; at < sealed.length; at++) {
    const flipped = Buffer.from(sealed)
    flipped.writeUInt8(flipped.readUInt8(at) ^ 4, at)
    for (const bytes of [flipped, sealed.subarray(0, at)]) {
      await expect(all(openPieces(metadata, partsOf(bytes, 10)))).rejects.toMatchObject({
        code: 'data-corrupt',
      })
    }
  }
  const other = openPieces({ ...metadata, index: 8 }, partsOf(sealed, 10))
  await expect(all(other)).rejects.toThrow('checksum')
})

function upTo(keep: (at: number, count: number) => boolean) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const all: Buffer[] = []
    for await (const piece of pieces) all.push(piece)
    yield* all.filter((_, at) => keep(at, all.length))
  }
}

function changed(change: (bytes: Buffer) => void) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      const copy = Buffer.from(piece)
      change(copy)
      yield copy
    }
  }
}

async function* brokenOff(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    yield piece
    throw new Error('the connection is gone')
  }
}

import { describe, expect, test } from 'vitest'
import type { PeerReceiver } from '../../src/node/index.js'
import type { SnapshotRequest } from '../../src/node/transport.js'
import { configurationOf } from '../../src/raft/index.js'
import { type SendSnapshot, SnapshotGroup } from './snapshot-group.js'

const tickMs = 100
/** More than a leader of these groups keeps for others. */
const manyEntries = 100

/** A leader, and as many members as said who lack more than it keeps; the way to them is open. */
async function groupWithLate(count: number, lateCount: number, send: SendSnapshot) {
  const group = new SnapshotGroup('nothing', 1, count)
  const leader = await group.start()
  const late = [...group.lives.keys()].filter((id) => id !== leader.id).slice(0, lateCount)
  const captures = { made: 0, open: 0 }
  const capture = leader.machine.capture.bind(leader.machine)
  leader.machine.capture = () => {
    captures.made++
    captures.open++
    return { ...capture(), close: () => void captures.open-- }
  }
  for (const id of late) group.network.isolate(id)
  await group.write(manyEntries)
  group.send = send
  group.network.heal()
  return { group, leader, late, captures }
}

/** Ends when the sender gives up. */
const silent: SendSnapshot = (_request, _pieces, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

describe('a leader', () => {
  test('sends snapshots to two members at once, and to the next when one of them has ended', async () => {
    const begun: bigint[] = []
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const { group, late, captures } = await groupWithLate(7, 3, async (request, pieces, signal) => {
      begun.push(request.to)
      await held
      await group.sendNow(request, pieces, signal)
    })
    await group.clock.until(() => begun.length === 2)
    await group.clock.advance(10_000)
    expect(begun).toHaveLength(2)
    expect(captures).toEqual({ made: 2, open: 2 })
    letGo()
    await group.settled()
    expect([...begun].sort()).toEqual(late)
    expect(captures).toEqual({ made: 3, open: 0 })
    await group.close()
  })

  test('gives a snapshot up that has not moved for a minute, and begins another one', async () => {
    const begunAtMs: number[] = []
    const endedAtMs: number[] = []
    const { group, captures } = await groupWithLate(3, 1, (request, pieces, signal) => {
      begunAtMs.push(group.clock.nowMs())
      if (begunAtMs.length > 1) return group.sendNow(request, pieces, signal)
      return silent(request, pieces, signal).catch((error) => {
        endedAtMs.push(group.clock.nowMs())
        throw error
      })
    })
    await group.clock.until(() => endedAtMs.length === 1, 120_000)
    const [begun = 0] = begunAtMs
    const [ended = 0] = endedAtMs
    expect(ended - begun).toBeGreaterThanOrEqual(60_000)
    expect(ended - begun).toBeLessThanOrEqual(60_000 + tickMs)
    expect(group.troubles).toMatchObject([{ code: 'request-timed-out' }])
    await group.settled()
    expect(begunAtMs).toHaveLength(2)
    expect(captures).toEqual({ made: 2, open: 0 })
    await group.close()
  })

  test('does not give a slow one up that moves at least once a minute', async () => {
    const begunAtMs: number[] = []
    let pieceCount = 0
    const { group } = await groupWithLate(3, 1, (request, pieces, signal) => {
      begunAtMs.push(group.clock.nowMs())
      async function* slowly(): AsyncGenerator<Buffer> {
        for await (const piece of pieces) {
          await new Promise<void>((resolve) => group.clock.schedule(40_000, resolve))
          pieceCount++
          yield piece
        }
      }
      return group.sendNow(request, slowly(), signal)
    })
    await group.settled(900_000)
    expect(pieceCount).toBeGreaterThan(3)
    expect(begunAtMs).toHaveLength(1)
    expect(group.clock.nowMs() - (begunAtMs[0] ?? 0)).toBeGreaterThan(120_000)
    expect(group.troubles).toEqual([])
    await group.close()
  })

  test('waits a second before it asks one again that has refused', async () => {
    const begunAtMs: number[] = []
    const { group } = await groupWithLate(3, 1, async (request, pieces, signal) => {
      begunAtMs.push(group.clock.nowMs())
      if (begunAtMs.length <= 3) throw new Error('no room')
      await group.sendNow(request, pieces, signal)
    })
    await group.settled()
    const pauses = begunAtMs.slice(1).map((atMs, before) => atMs - (begunAtMs[before] ?? 0))
    expect(pauses).toHaveLength(3)
    for (const pauseMs of pauses) {
      expect(pauseMs).toBeGreaterThanOrEqual(1000)
      expect(pauseMs).toBeLessThanOrEqual(1000 + 2 * tickMs)
    }
    await group.close()
  })

  test('gives all of them up when it leads no longer', async () => {
    const reasons: unknown[] = []
    const { group, leader, captures } = await groupWithLate(5, 2, (request, pieces, signal) =>
      silent(request, pieces, signal).catch((error) => {
        reasons.push(error)
        throw error
      }),
    )
    await group.clock.until(() => captures.open === 2)
    group.send = undefined
    group.network.isolate(leader.id)
    await group.clock.until(() => reasons.length === 2)
    expect(reasons).toMatchObject([{ code: 'leader-changed' }, { code: 'leader-changed' }])
    expect(leader.node.status().state).not.toBe('leader')
    expect(captures).toEqual({ made: 2, open: 0 })
    group.network.heal()
    await group.settled()
    await group.close()
  })
})

describe('a follower', () => {
  /** Pieces of which none comes, and what is known of who reads them. */
  function stuckPieces() {
    const seen = { ended: false }
    const pieces: AsyncIterableIterator<Buffer> = {
      next: () => new Promise(() => {}),
      return: async () => {
        seen.ended = true
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => pieces,
    }
    return { pieces, seen }
  }

  async function started() {
    const group = new SnapshotGroup('snapshots')
    const receivers = new Map<bigint, PeerReceiver>()
    group.receiver = (id, receiver) => {
      receivers.set(id, receiver)
      return receiver
    }
    const leader = await group.start()
    await group.write(10)
    await group.settled()
    const to = await group.follower()
    const snapshot = { index: 1000, term: 1, configuration: configurationOf([1n, 2n, 3n]) }
    const { term: present } = leader.node.status()
    /** Begins to take a snapshot in; `later`: how many terms after the present one. */
    const take = (later: number) => {
      const term = present + later
      const request: SnapshotRequest = {
        ...{ type: 'snapshot-request', from: leader.id, to, term, snapshot },
      }
      const { pieces, seen } = stuckPieces()
      const outcome = (receivers.get(to) as PeerReceiver).receiveSnapshot(request, pieces).then(
        () => 'taken',
        (error) => error.code,
      )
      return { outcome, seen }
    }
    return { group, to, take }
  }

  test('takes one snapshot in at a time: a newer one ends an older one, an older one is refused', async () => {
    const { group, take } = await started()
    const first = take(2)
    await group.clock.advance(tickMs)
    expect(first.seen.ended).toBe(false)
    const refused = take(1)
    expect(await group.clock.complete(refused.outcome)).toBe('leader-changed')
    expect(first.seen.ended).toBe(false)
    const second = take(2)
    expect(await group.clock.complete(first.outcome)).toBe('leader-changed')
    expect(first.seen.ended).toBe(true)
    await group.clock.advance(tickMs)
    expect(second.seen.ended).toBe(false)
    await group.write(5)
    await group.settled()
    await group.close()
    expect(await second.outcome).toBe('server-stopped')
    expect(second.seen.ended).toBe(true)
  })

  test('that closes waits for no snapshot, and leaves nothing of it behind', async () => {
    const { group, to, take } = await started()
    const { outcome } = take(1)
    await group.clock.advance(tickMs)
    await group.clock.complete(group.life(to).node.close())
    group.lives.delete(to)
    expect(await outcome).toBe('server-stopped')
    const files = await group.clock.complete(group.disk(to).list('/data/member/snapshots'))
    expect(files).toEqual([])
    await group.close()
  })
})

import { describe, expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { crc32c } from '../../src/base/crc32c.js'
import { MetastoreError } from '../../src/base/errors.js'
import type { SnapshotRequest } from '../../src/node/index.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import { connected, heartbeat, introduce, never, Process, TroubledWay } from './fixture.js'

const request: SnapshotRequest = {
  type: 'snapshot-request',
  from: 1n,
  to: 2n,
  term: 7,
  snapshot: {
    index: 12_345,
    term: 6,
    configuration: {
      voters: [1n, 2n, 0xffff_ffff_ffff_fff0n],
      votersOutgoing: [1n, 2n],
      learners: [9n],
      learnersNext: [0xffff_ffff_ffff_fff0n],
      autoLeave: true,
    },
  },
}

const pieceBytes = 1_000_000

/** Pieces that differ, and what they amount to. */
class Pieces implements AsyncIterable<Buffer> {
  taken = 0
  released = false
  checksum = 0

  constructor(readonly count: number) {}

  async *[Symbol.asyncIterator]() {
    try {
      while (this.taken < this.count) {
        const piece = Buffer.alloc(pieceBytes, `piece ${this.taken++} `)
        this.checksum = crc32c(piece, this.checksum)
        yield piece
      }
    } finally {
      this.released = true
    }
  }
}

describe.each(hostKinds)('a snapshot to a %s host', (kind) => {
  test('of 30 MB arrives whole, with its request', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    await connected(a, b)
    let bytes = 0
    let checksum = 0
    let asked: SnapshotRequest | undefined
    b.recorder.onSnapshot = async (came, pieces) => {
      asked = came
      for await (const piece of pieces) {
        bytes += piece.length
        checksum = crc32c(piece, checksum)
      }
    }
    const pieces = new Pieces(30)
    await a.transport.sendSnapshot(request, pieces, never)
    expect(asked).toEqual(request)
    expect([bytes, checksum]).toEqual([30 * pieceBytes, pieces.checksum])
  })

  test('with a flipped bit is refused', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    await using way = await TroubledWay.to(b.port)
    a.network.setPeers(new Map([[2n, [way.url]]]))
    b.network.setPeers(new Map([[1n, [a.url]]]))
    await connected(a, b)
    way.alter = (bytes) => {
      const at = bytes.indexOf('piece 2 ')
      if (at >= 0) bytes[at + 3] = (bytes[at + 3] ?? 0) ^ 0x10
    }
    const pieces = new Pieces(30)
    await expect(a.transport.sendSnapshot(request, pieces, never)).rejects.toMatchObject({
      code: 'data-corrupt',
      message: 'a snapshot was damaged on the way: it has another checksum',
    })
    expect(pieces.released).toBe(true)
  })

  test('is read no faster than it is taken, and holds up nothing else', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    await connected(a, b)
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    b.recorder.onSnapshot = async (_request, pieces) => {
      await released
      for await (const _piece of pieces);
    }
    const pieces = new Pieces(200)
    const sent = a.transport.sendSnapshot(request, pieces, never)
    let before = -1
    await waitFor('the sender waits', async () => {
      const count = b.recorder.messages.length
      a.transport.send([heartbeat(1n, 2n, count)])
      await waitFor('a heartbeat passes', () => b.recorder.messages.length > count)
      const waits = pieces.taken > 0 && pieces.taken === before
      before = pieces.taken
      return waits
    })
    expect(pieces.taken).toBeLessThan(60)
    release()
    await sent
    expect(pieces.taken).toBe(200)
  })

  test('is cancelled on both sides', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    await connected(a, b)
    let failure: unknown
    let begun = false
    b.recorder.onSnapshot = async (_request, pieces) => {
      try {
        for await (const _piece of pieces) begun = true
      } catch (error) {
        failure = error
        throw error
      }
    }
    const source = new CancelSource()
    const pieces = new Pieces(10_000)
    const sent = a.transport.sendSnapshot(request, pieces, source)
    const outcome = expect(sent).rejects.toMatchObject({ code: 'request-canceled' })
    await waitFor('it has begun', () => begun)
    source.abort(new MetastoreError('request-canceled'))
    await outcome
    await waitFor('it is cancelled there', () => failure !== undefined)
    expect(failure).toMatchObject({ code: 'context-canceled' })
    expect(pieces.released).toBe(true)
  })
})

describe('the sender of a snapshot', () => {
  test('hears why it was refused, and that it was not needed', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    await connected(a, b)
    b.recorder.onSnapshot = async () => {
      throw new MetastoreError('no-space')
    }
    const refused = new Pieces(1000)
    await expect(a.transport.sendSnapshot(request, refused, never)).rejects.toMatchObject({
      code: 'no-space',
    })
    b.recorder.onSnapshot = async () => {}
    const unneeded = new Pieces(1000)
    await a.transport.sendSnapshot(request, unneeded, never)
    for (const pieces of [refused, unneeded]) {
      expect(pieces.taken).toBeLessThan(1000)
      expect(pieces.released).toBe(true)
    }
  })

  test('is rejected when the connection is cut', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    await using way = await TroubledWay.to(b.port)
    a.network.setPeers(new Map([[2n, [way.url]]]))
    b.network.setPeers(new Map([[1n, [a.url]]]))
    await connected(a, b)
    let failed = false
    let begun = false
    b.recorder.onSnapshot = async (_request, pieces) => {
      try {
        for await (const _piece of pieces) begun = true
      } finally {
        failed = true
      }
    }
    const sent = a.transport.sendSnapshot(request, new Pieces(10_000), never)
    const outcome = expect(sent).rejects.toMatchObject({ code: 'no-leader' })
    await waitFor('it has begun', () => begun)
    way.cut()
    await outcome
    await waitFor('the receiver knows', () => failed)
  })

  test('is rejected at once when nobody can be reached', async () => {
    await using a = await Process.start({ id: 1n })
    for (const peers of [new Map(), new Map([[2n, ['http://127.0.0.1:1']]])]) {
      a.network.setPeers(peers)
      await expect(a.transport.sendSnapshot(request, new Pieces(1), never)).rejects.toMatchObject({
        code: 'no-leader',
      })
    }
  })

  test('hears the failure of its own pieces, and so does the receiver', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    await connected(a, b)
    let failed = false
    let begun = false
    b.recorder.onSnapshot = async (_request, pieces) => {
      try {
        for await (const _piece of pieces) begun = true
      } catch (error) {
        failed = true
        throw error
      }
    }
    async function* broken() {
      yield Buffer.from('some')
      await waitFor('it has begun', () => begun)
      throw new MetastoreError('disk-failed')
    }
    await expect(a.transport.sendSnapshot(request, broken(), never)).rejects.toMatchObject({
      code: 'disk-failed',
    })
    await waitFor('the receiver knows', () => failed)
  })
})

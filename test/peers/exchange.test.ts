import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { PeerMessage } from '../../src/node/index.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import {
  append,
  connected,
  groupId,
  heartbeat,
  introduce,
  Process,
  Recorder,
  TroubledWay,
} from './fixture.js'

function indexesIn(messages: readonly PeerMessage[]): number[] {
  return messages.map((message) => ('previousIndex' in message ? message.previousIndex : -1))
}

function commitsIn(messages: readonly PeerMessage[]): number[] {
  return messages.flatMap((message) =>
    message.type === 'heartbeat-request' ? [message.commit] : [],
  )
}

const none = Buffer.alloc(0)
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe.each(hostKinds)('messages to a %s host', (kind) => {
  test('arrive in order, both ways', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    await connected(a, b)
    const wanted = numbers(2000)
    for (const index of wanted) a.transport.send([append(1n, 2n, index)])
    for (const index of wanted) b.transport.send([append(2n, 1n, index)])
    await waitFor('all are there', () => {
      return a.recorder.messages.length + b.recorder.messages.length === 4000
    })
    expect(indexesIn(b.recorder.messages)).toEqual(wanted)
    expect(indexesIn(a.recorder.messages)).toEqual(wanted)
    expect(b.recorder.messages[7]).toEqual(append(1n, 2n, 7))
  })

  test('heartbeats pass 50 MB of appends that wait', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    await connected(a, b)
    const data = Buffer.alloc(1_000_000, 7)
    a.transport.send(numbers(50).map((index) => append(1n, 2n, index, data)))
    a.transport.send([heartbeat(1n, 2n, 99)])
    await waitFor('all are there', () => b.recorder.messages.length === 51)
    const before = b.recorder.messages.findIndex(({ type }) => type === 'heartbeat-request')
    // The window of 1 MiB, and the batch that reaches it.
    expect(before).toBeLessThanOrEqual(2)
    const appends = b.recorder.messages.filter((message) => message.type === 'append-request')
    expect(indexesIn(appends)).toEqual(numbers(50))
    expect(appends.every(({ entries }) => data.equals(entries[0]?.data ?? none))).toBe(true)
  })

  test('a peer that is down costs nothing, and is heard again when it is back', async () => {
    await using a = await Process.start({ kind, id: 1n })
    const first = await Process.start({ kind, id: 2n })
    introduce(a, first)
    await connected(a, first)
    const { port } = first
    await first.close()
    await waitFor('it is missed', () => !a.network.isConnected(2n))
    for (const index of numbers(1000)) a.transport.send([heartbeat(1n, 2n, index)])
    await using again = await Process.start({ kind, id: 2n, port })
    introduce(a, again)
    await connected(a, again)
    a.transport.send([heartbeat(1n, 2n, 5000)])
    await waitFor('it hears', () => commitsIn(again.recorder.messages).includes(5000))
    expect(a.recorder.connectedTo).toEqual([2n, 2n])
    expect(a.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  test('that are no protobuf end their stream, are logged, and harm nobody', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    await using proxy = await TroubledWay.to(b.port)
    a.network.setPeers(new Map([[2n, [proxy.url]]]))
    b.network.setPeers(new Map([[1n, [a.url]]]))
    await connected(a, b)
    proxy.alter = (bytes) => {
      const at = bytes.indexOf('findme')
      if (at >= 0) bytes.fill(0xff, at - 12, at)
    }
    a.transport.send([append(1n, 2n, 0, Buffer.from('findme'))])
    await waitFor('it was refused', () => b.warnings('no message').length > 0)
    proxy.alter = () => {}
    await waitFor('they are connected again', () => a.recorder.connectedTo.length === 2)
    a.transport.send([append(1n, 2n, 1)])
    await waitFor('the next one is there', () => b.recorder.messages.length === 1)
  })

  test('garbage on the port of peers is dropped', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    await connected(a, b)
    for (const bytes of [Buffer.alloc(100_000, 0xff), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const socket = connect(b.port, '127.0.0.1')
      const closed = new Promise((resolve) => socket.on('close', resolve))
      socket.on('error', () => {})
      socket.resume().write(bytes)
      await closed
    }
    a.transport.send([heartbeat(1n, 2n, 1)])
    await waitFor('it is heard', () => b.recorder.messages.length === 1)
  })
})

describe('messages', () => {
  test('that find no room are dropped, the rest arrives in order', async () => {
    await using a = await Process.start({ id: 1n, limits: { maxBulkBytes: 3_000_000 } })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    await connected(a, b)
    const data = Buffer.alloc(500_000, 7)
    a.transport.send(numbers(20).map((index) => append(1n, 2n, index, data)))
    a.transport.send([heartbeat(1n, 2n, 1)])
    await waitFor('the heartbeat is there', () => commitsIn(b.recorder.messages).includes(1))
    await waitFor('there is room', () => b.recorder.messages.length === 6)
    a.transport.send([append(1n, 2n, 77)])
    await waitFor('the last one is there', () => b.recorder.messages.length === 7)
    expect(indexesIn(b.recorder.messages).filter((index) => index >= 0)).toEqual([
      0, 1, 2, 3, 4, 77,
    ])
    expect(a.warnings('slow peer')).toHaveLength(1)
  })

  test('larger than the limit are not sent', async () => {
    await using a = await Process.start({ id: 1n, limits: { maxMessageBytes: 100_000 } })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    await connected(a, b)
    a.transport.send([append(1n, 2n, 0, Buffer.alloc(100_001)), append(1n, 2n, 1)])
    await waitFor('the other is there', () => b.recorder.messages.length === 1)
    expect(indexesIn(b.recorder.messages)).toEqual([1])
    expect(a.warnings('too large')).toHaveLength(1)
  })

  test('of more proposals than fit into one go as several', async () => {
    await using a = await Process.start({ id: 1n, limits: { maxMessageBytes: 100_000 } })
    await using b = await Process.start({ id: 2n, limits: { maxMessageBytes: 100_000 } })
    introduce(a, b)
    await connected(a, b)
    const payloads = numbers(10).map((index) => Buffer.alloc(30_000, index))
    a.transport.send([{ type: 'proposals', from: 1n, to: 2n, term: 4, payloads }])
    await waitFor('all are there', () => b.recorder.messages.length === 4)
    const parts = b.recorder.messages.filter((message) => message.type === 'proposals')
    expect(parts.map(({ term }) => term)).toEqual([4, 4, 4, 4])
    expect(parts.flatMap((part) => part.payloads)).toEqual(payloads)
  })

  test('larger than the receiver allows are refused', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n, limits: { maxMessageBytes: 100_000 } })
    introduce(a, b)
    await connected(a, b)
    a.transport.send([append(1n, 2n, 0, Buffer.alloc(200_000))])
    await waitFor('they are connected again', () => a.recorder.connectedTo.length === 2)
    expect(a.warnings('cannot reach')[0]?.fields?.reason).toContain('larger than max')
    expect(b.recorder.messages).toEqual([])
  })

  test('of several groups share one connection and find their own receivers', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    await using proxy = await TroubledWay.to(b.port)
    a.network.setPeers(new Map([[2n, [proxy.url]]]))
    b.network.setPeers(new Map([[1n, [a.url]]]))
    const other = new Recorder()
    const near = a.network.transport(77n)
    b.network.transport(77n).start(other)
    await connected(a, b)
    for (const index of numbers(10)) {
      a.transport.send([append(1n, 2n, index)])
      near.send([append(1n, 2n, 100 + index)])
    }
    await waitFor('all are there', () => b.recorder.messages.length + other.messages.length === 20)
    expect(indexesIn(b.recorder.messages)).toEqual(numbers(10))
    expect(indexesIn(other.messages)).toEqual(numbers(10).map((index) => 100 + index))
    expect(proxy.connections).toBe(1)
    await b.network.close()
  })

  test('of a group that is not here are dropped, and logged once', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    await connected(a, b)
    await b.transport.close()
    for (const index of numbers(100)) a.transport.send([heartbeat(1n, 2n, index)])
    const again = new Recorder()
    await waitFor('they are dropped', () => b.warnings('not here').length === 1)
    const transport = b.network.transport(groupId)
    transport.start(again)
    a.transport.send([heartbeat(1n, 2n, 500)])
    await waitFor('the new one hears', () => commitsIn(again.messages).includes(500))
    expect(b.recorder.messages).toEqual([])
  })

  test('heard of a peer end the pause before the next try to reach it', async () => {
    await using a = await Process.start({
      id: 1n,
      limits: { firstPauseMs: 60_000, longestPauseMs: 60_000 },
    })
    const down = await Process.start({ id: 2n })
    await down.close()
    a.network.setPeers(new Map([[2n, [down.url]]]))
    await waitFor('it was tried', () => a.warnings('cannot reach').length === 1)
    await using again = await Process.start({ id: 2n, port: down.port })
    again.network.setPeers(new Map([[1n, [a.url]]]))
    await connected(a, again)
  })

  test('take the next address when the first does not answer', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    const closed = await Process.start({ id: 3n })
    await closed.close()
    a.network.setPeers(new Map([[2n, [closed.url, b.url]]]))
    b.network.setPeers(new Map([[1n, [a.url]]]))
    await connected(a, b)
  })

  test('a connection that dies in silence is given up', async () => {
    await using a = await Process.start({ id: 1n, limits: { pingIntervalMs: 50 } })
    await using b = await Process.start({ id: 2n })
    await using proxy = await TroubledWay.to(b.port)
    a.network.setPeers(new Map([[2n, [proxy.url]]]))
    b.network.setPeers(new Map([[1n, [a.url]]]))
    await connected(a, b)
    proxy.freeze()
    await waitFor('there is another', () => proxy.connections === 2)
    expect(a.warnings('cannot reach')[0]?.fields?.reason).toBe('the peer shows no sign of life')
    await connected(a, b)
  })

  test('R12: a close, twice, leaves neither sockets nor timers', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'))
    await waitFor('those of other tests are gone', () => sockets().length === 0)
    const a = await Process.start({ id: 1n })
    const b = await Process.start({ id: 2n })
    const nobody = await Process.start({ id: 3n })
    await nobody.close()
    introduce(a, b, nobody)
    await connected(a, b)
    await Promise.all([a.close(), b.close()])
    await Promise.all([a.close(), b.close()])
    a.transport.send([heartbeat(1n, 2n, 1)])
    await waitFor('all sockets are gone', () => sockets().length === 0)
    expect([a.clock.running.size, b.clock.running.size, nobody.clock.running.size]).toEqual([
      0, 0, 0,
    ])
    expect(a.network.isConnected(2n)).toBe(false)
  })
})

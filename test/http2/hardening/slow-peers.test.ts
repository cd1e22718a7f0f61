import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientPreface, errorCodes, frameTypes } from '../../../src/http2/protocol.js'
import { waitFor } from '../../support/wait-for.js'
import type { FrameClient } from '../frame-client.js'
import { data, get, greeting, headers, resetStream, settings, windowUpdate } from '../frames.js'
import { TestServer } from '../test-server.js'

const largest = 0x7fff_ffff
const megabyte = 1024 * 1024
let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start({
    maxConcurrentStreams: 10_000,
    initialWindowBytes: 3 * megabyte,
  })
  client = await server.client()
})

afterEach(() => server[Symbol.asyncDispose]())

function tick(count: number, quietTicks = 1000): void {
  for (let round = 0; round < count; round++) {
    for (const connection of server.connections) connection.tick(quietTicks)
  }
}

function times(count: number, make: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)))
}

describe('a client that opens no windows', () => {
  test('has no more than 64 MB of answers waiting; then its requests are refused', async () => {
    const body = Buffer.alloc(megabyte)
    client.send(settings([4, 0]))
    for (let id = 1; id < 200; id += 2) {
      client.send(headers(id))
      await client.settled()
      server.requests.at(-1)?.answer(body)
    }
    expect(server.requests).toHaveLength(64)
    expect(client.unread(frameTypes.resetStream)[0]?.payload.readUInt32BE(0)).toBe(
      errorCodes.refusedStream,
    )
    client.send(
      times(64, (n) => resetStream(2 * n + 1)),
      headers(301),
      data(301, '', true),
    )
    await client.next(frameTypes.headers, 301)
  })

  test('costs little with 5,000 answers waiting, whatever it sends', async () => {
    client.send(
      settings([4, 0]),
      times(5000, (n) => get(2 * n + 1)),
    )
    await client.settled()
    for (const request of server.requests) request.whenEnded = () => {}
    client.send(times(5000, (n) => Buffer.concat([headers(10_001 + 2 * n)])))
    await client.settled()
    for (const request of server.requests.slice(5000)) request.answer(Buffer.from('a little'))
    const began = performance.now()
    client.send(times(100_000, () => windowUpdate(0, 1)))
    client.send(times(2000, (n) => headers(20_001 + 2 * n)))
    client.send(times(2000, (n) => resetStream(20_001 + 2 * n)))
    await client.settled()
    expect(performance.now() - began).toBeLessThan(5000)
    expect(client.unread(frameTypes.data)).toEqual([])
  })

  test('gets what it pays for, byte by byte', async () => {
    client.send(settings([4, 0]), headers(1), headers(3))
    await client.settled()
    for (const request of server.requests) request.answer(Buffer.alloc(2000, 'z'))
    client.send(times(2000, () => Buffer.concat([windowUpdate(1, 1), windowUpdate(3, 1)])))
    expect((await client.response(1)).body.length).toBe(2000)
    expect((await client.response(3)).body.length).toBe(2000)
  })
})

describe('a client that sends and never ends', () => {
  test('a body that nobody uses is held up to its window', async () => {
    client.send(headers(1))
    await client.settled()
    for (const request of server.requests) request.consumes = false
    client.send(times(193, () => data(1, Buffer.alloc(16_384))))
    await client.expectStreamError(1, errorCodes.flowControlError)
  })

  test('of many bodies that nobody uses those beyond 64 MB are given up, and no others', async () => {
    for (let id = 1; id < 60; id += 2) {
      client.send(headers(id))
      await client.settled()
      const request = server.requests.at(-1)
      if (request !== undefined) request.consumes = false
      client.send(times(150, () => data(id, Buffer.alloc(16_384))))
      await client.settled()
    }
    const given = client.unread(frameTypes.resetStream)
    expect(given.length).toBeGreaterThan(0)
    expect(new Set(given.map(({ payload }) => payload.readUInt32BE(0)))).toEqual(
      new Set([errorCodes.enhanceYourCalm]),
    )
    expect(server.requests.filter(({ wasReset }) => !wasReset)).toHaveLength(27)
    client.send(get(101))
    await client.response(101)
  })

  test('an answered stream that it does not end is given up when there are 100 more', async () => {
    client.send(times(150, (n) => headers(2 * n + 1)))
    await client.settled()
    for (const request of server.requests) request.answer(Buffer.from('early'))
    await client.settled()
    const given = client.unread(frameTypes.resetStream)
    expect(given.map(({ streamId }) => streamId)).toEqual(
      Array.from({ length: 50 }, (_, n) => 2 * n + 1),
    )
    client.send(times(150, (n) => data(2 * n + 1, '', true)))
    await client.settled()
    expect(client.unread(frameTypes.resetStream)).toHaveLength(50)
  })
})

describe('a client that is lost', () => {
  test('when it does not begin, however slowly it goes on', async () => {
    const silent = await server.silentClient()
    const dribbling = await server.silentClient()
    const halfway = await server.silentClient()
    halfway.send(clientPreface)
    await waitFor('all are there', () => server.connections.length === 4)
    await client.settled()
    tick(1)
    dribbling.send(clientPreface.subarray(0, 3))
    await waitFor('it is read', () => (server.sockets[2]?.bytesRead ?? 0) > 0)
    tick(1)
    await Promise.all([silent.closed(), dribbling.closed(), halfway.closed()])
    await client.settled()
  })

  test('when it was told to go and does not, whatever it sends', async () => {
    client.socket.allowHalfOpen = true
    client.send(data(0, 'x'))
    await client.next(frameTypes.goAway)
    tick(1)
    client.send(greeting)
    await waitFor('it is read', () => (server.sockets[0]?.bytesRead ?? 0) > 60)
    tick(1)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
  })

  test('when it takes nothing of what is sent', async () => {
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535), headers(1))
    await client.settled()
    client.socket.pause()
    server.requests[0]?.answer(Buffer.alloc(50 * megabyte))
    const [socket] = server.sockets
    await waitFor('the socket is full', () => (socket?.writableLength ?? 0) > megabyte)
    tick(6)
    expect(socket?.destroyed).toBe(false)
    tick(1)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
    expect(server.requests[0]?.wasReset).toBe(true)
  })

  test('when it has closed its side and takes nothing', async () => {
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535), headers(1))
    await client.settled()
    client.socket.pause()
    server.requests[0]?.answer(Buffer.alloc(50 * megabyte))
    const [socket] = server.sockets
    await waitFor('the socket is full', () => (socket?.writableLength ?? 0) > megabyte)
    client.socket.end()
    tick(7)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
  })

  test('when it gives no sign of life, asked for one', async () => {
    await client.settled()
    client.socket.pause()
    tick(3, 3)
    expect(client.unread(frameTypes.ping)).toEqual([])
    tick(1, 3)
    expect(server.closedConnections).toBe(0)
    tick(1, 3)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
  })

  test('but not one that answers', async () => {
    await client.settled()
    for (let round = 0; round < 5; round++) {
      tick(4, 3)
      const { payload } = await client.next(frameTypes.ping)
      expect(payload.length).toBe(8)
      await client.settled()
    }
    expect(server.closedConnections).toBe(0)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PreparedFields } from '../../../src/http2/index.js'
import { errorCodes, frameTypes } from '../../../src/http2/protocol.js'
import { waitFor } from '../../support/wait-for.js'
import type { FrameClient } from '../frame-client.js'
import { get, headers, resetStream, settings, windowUpdate } from '../frames.js'
import { TestServer } from '../test-server.js'

const largest = 0x7fff_ffff
const kilobyte = 1024
const megabyte = 1024 * 1024
/** How long a client may take nothing. */
const patienceTicks = 6
const head = new PreparedFields([{ name: ':status', value: '200' }])
let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start({
    maxConcurrentStreams: 100_000,
    onRequest: (request) => {
      request.whenEnded = () => {}
    },
  })
  client = await server.client()
})

afterEach(() => server[Symbol.asyncDispose]())

function times(count: number, make: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)))
}

function idOf(index: number): number {
  return 2 * index + 1
}

function tick(count: number): void {
  for (let round = 0; round < count; round++) {
    for (const connection of server.connections) connection.tick(1000)
  }
}

/** Requests that have begun before the first of them is answered. */
async function begin(count: number): Promise<void> {
  client.send(times(count, (index) => headers(idOf(index))))
  await client.settled()
  expect(server.requests).toHaveLength(count)
}

/** A client that opened its windows and takes nothing; the server's socket is full. */
async function stopReading(): Promise<void> {
  client.send(settings([4, largest]), windowUpdate(0, largest - 65_535))
  await begin(1)
  client.socket.pause()
  server.requests[0]?.answer(Buffer.alloc(50 * megabyte))
  await waitFor('the socket is full', () => (server.sockets[0]?.writableLength ?? 0) > megabyte)
}

async function connectionIsGone(): Promise<void> {
  await waitFor('the connection is gone', () => server.closedConnections === 1)
}

describe('answers that wait for windows', () => {
  beforeEach(async () => {
    client.send(settings([4, 0]))
    await client.settled()
  })

  test('come to 256 MiB at most: requests that had begun before are given up beyond it', async () => {
    await begin(400)
    const body = Buffer.alloc(megabyte)
    for (const request of server.requests) request.answer(body)
    await client.settled()
    const given = client.unread(frameTypes.resetStream)
    expect(given.map(({ streamId }) => streamId)).toEqual(
      Array.from({ length: 145 }, (_, index) => idOf(255 + index)),
    )
    expect(new Set(given.map(({ payload }) => payload.readUInt32BE(0)))).toEqual(
      new Set([errorCodes.enhanceYourCalm]),
    )
    expect(server.requests.filter(({ wasReset }) => wasReset)).toHaveLength(145)
    client.send(
      times(254, (index) => resetStream(idOf(index))),
      windowUpdate(0, megabyte),
      windowUpdate(idOf(254), megabyte),
    )
    expect((await client.response(idOf(254))).body.length).toBe(megabyte)
  })

  test('count with what their streams take, however short they are', async () => {
    await begin(33_000)
    for (const request of server.requests) request.answer(Buffer.from('short'))
    client.send(headers(idOf(33_000)))
    await client.expectStreamError(idOf(33_000), errorCodes.refusedStream)
    client.send(
      times(1000, (index) => resetStream(idOf(index))),
      headers(idOf(33_001)),
    )
    await client.settled()
    expect(server.requests).toHaveLength(33_001)
  })

  test('count no more when they have gone', async () => {
    for (const first of [0, 20_000]) {
      client.send(
        settings([4, 0]),
        times(20_000, (index) => get(idOf(first + index))),
      )
      await client.settled()
      for (const { stream } of server.requests.slice(first)) {
        stream.respond(head, false)
        stream.send(Buffer.alloc(0), Buffer.from('x'))
        stream.end([])
      }
      client.send(settings([4, 1]))
      await client.settled()
      expect(client.unread(frameTypes.data)).toHaveLength(first + 20_000)
    }
    expect(client.unread(frameTypes.resetStream)).toEqual([])
  })

  test('cost the client its connection when it asked for much and makes no room for it', async () => {
    await begin(65)
    for (const request of server.requests) request.answer(Buffer.alloc(megabyte))
    tick(patienceTicks)
    client.send(windowUpdate(1, kilobyte))
    await client.settled()
    tick(1)
    await connectionIsGone()
  })

  test('may wait for as long as it likes when they are few', async () => {
    await begin(1)
    server.requests[0]?.answer(Buffer.alloc(megabyte))
    tick(100)
    await client.settled()
    expect(server.closedConnections).toBe(0)
  })

  test('are taken in time when the client makes room for 64 KiB of them', async () => {
    await begin(65)
    for (const request of server.requests) request.answer(Buffer.alloc(megabyte))
    for (let round = 0; round < 3; round++) {
      tick(patienceTicks)
      client.send(windowUpdate(1, 64 * kilobyte), windowUpdate(0, 64 * kilobyte))
      await client.settled()
    }
    tick(patienceTicks)
    expect(server.closedConnections).toBe(0)
  })
})

describe('a client that takes nothing of what is sent', () => {
  test('is not heard either until it does', async () => {
    await stopReading()
    const updates = times(200_000, () => windowUpdate(1, 1))
    client.send(updates)
    const [socket] = server.sockets
    await waitFor('nothing more is read', () => socket?.isPaused() === true)
    const readBytes = socket?.bytesRead ?? 0
    expect(readBytes).toBeLessThan(updates.length)
    client.socket.resume()
    expect((await client.response(1)).body.length).toBe(50 * megabyte)
    await client.settled()
    expect(socket?.bytesRead).toBeGreaterThan(updates.length)
  })

  test('is lost with 32 MiB of heads that it does not read', async () => {
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535))
    await begin(3000)
    client.socket.pause()
    server.requests[0]?.answer(Buffer.alloc(50 * megabyte))
    const [socket] = server.sockets
    await waitFor('the socket is full', () => (socket?.writableLength ?? 0) > megabyte)
    const fields = [{ name: 'x', value: 'y'.repeat(20_000) }]
    for (const { stream } of server.requests.slice(1, 1400)) stream.respond(fields, true)
    await waitFor('they are on their way', () => (socket?.writableLength ?? 0) > 19 * megabyte)
    expect(socket?.destroyed).toBe(false)
    for (const { stream } of server.requests.slice(1400)) stream.respond(fields, true)
    await connectionIsGone()
    expect(socket?.writableLength).toBeLessThan(64 * megabyte)
  })

  test('is lost after its time, whatever else is answered meanwhile', async () => {
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535))
    await begin(20)
    client.socket.pause()
    server.requests[0]?.answer(Buffer.alloc(50 * megabyte))
    const [socket] = server.sockets
    await waitFor('the socket is full', () => (socket?.writableLength ?? 0) > megabyte)
    for (let round = 1; round <= patienceTicks; round++) {
      tick(1)
      const before = socket?.writableLength ?? 0
      server.requests[round]?.answer(Buffer.alloc(0))
      await waitFor('it is on its way', () => (socket?.writableLength ?? 0) > before)
    }
    expect(socket?.destroyed).toBe(false)
    tick(1)
    await connectionIsGone()
  })
})

test('what one connection leaves unread is nothing to another', async () => {
  client.send(settings([4, 0]))
  await begin(300)
  for (const request of server.requests) request.answer(Buffer.alloc(megabyte))
  const bystander = await server.client()
  bystander.send(get(1))
  await bystander.settled()
  server.requests.at(-1)?.echo()
  expect((await bystander.response(1)).fields[':status']).toBe('200')
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, frameTypes } from '../../../src/http2/protocol.js'
import { waitFor } from '../../support/wait-for.js'
import type { FrameClient } from '../frame-client.js'
import { data, get, headers, paddedData, resetStream, settings, windowUpdate } from '../frames.js'
import { TestServer } from '../test-server.js'

const largest = 0x7fff_ffff
let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start({ initialWindowBytes: 65_535 })
  client = await server.client()
})

afterEach(() => server[Symbol.asyncDispose]())

/** Opens streams whose answers are then asked for one by one. */
async function held(...streamIds: readonly number[]): Promise<(body: Buffer | string) => void> {
  for (const id of streamIds) client.send(headers(id))
  await client.settled()
  let next = 0
  return (body) => server.requests[next++]?.answer(Buffer.from(body))
}

function bytesOn(streamId: number): number[] {
  return client.unread(frameTypes.data, streamId).map(({ payload }) => payload.length)
}

describe('RFC 9113, 5.2 and 6.9: what we send', () => {
  test('is at most what the window of the stream allows, then waits', async () => {
    client.send(settings([4, 3]))
    const answer = await held(1)
    answer('abcdefgh')
    await client.settled()
    expect(bytesOn(1)).toEqual([3])
    client.send(windowUpdate(1, 1))
    await client.settled()
    expect(bytesOn(1)).toEqual([3, 1])
    client.send(windowUpdate(1, 10))
    expect((await client.response(1)).body.toString()).toBe('abcdefgh')
  })

  test('is at most what the window of the connection allows, then waits', async () => {
    client.send(settings([4, largest]))
    const answer = await held(1)
    answer(Buffer.alloc(70_000, 'x'))
    await waitFor('the window is used', () => sum(bytesOn(1)) === 65_535)
    await client.settled()
    expect(sum(bytesOn(1))).toBe(65_535)
    client.send(windowUpdate(0, 5000))
    expect((await client.response(1)).body.length).toBe(70_000)
  })

  test('header fields and trailers of an empty body need no window', async () => {
    client.send(settings([4, 0]))
    const answer = await held(1)
    answer('')
    expect((await client.response(1)).trailers).toEqual({ done: 'yes' })
  })

  test('trailers come after the last of the body', async () => {
    client.send(settings([4, 0]))
    const answer = await held(1)
    answer('abc')
    await client.settled()
    expect(client.unread(frameTypes.headers, 1)).toHaveLength(1)
    client.send(windowUpdate(1, 2))
    await client.settled()
    expect(client.unread(frameTypes.headers, 1)).toHaveLength(1)
    client.send(windowUpdate(1, 1))
    expect((await client.response(1)).trailers).toEqual({ done: 'yes' })
  })

  test('one stream without a window does not hold up another', async () => {
    const answer = await held(1, 3)
    client.send(settings([4, 0]), windowUpdate(3, 100))
    await client.settled()
    answer('stays')
    answer('goes')
    expect((await client.response(3)).body.toString()).toBe('goes')
    expect(bytesOn(1)).toEqual([])
  })

  test('streams that wait for the connection take turns', async () => {
    client.send(settings([4, largest]))
    const answer = await held(1, 3, 5)
    for (let count = 0; count < 3; count++) answer(Buffer.alloc(200_000))
    await waitFor('the window is used', () => bytesOn(1).length > 0)
    for (let round = 0; round < 12; round++) {
      client.send(windowUpdate(0, 16_384))
      await client.settled()
    }
    const shares = [1, 3, 5].map((id) => sum(bytesOn(id)))
    expect(sum(shares)).toBe(65_535 + 12 * 16_384)
    expect(Math.min(...shares.slice(1))).toBeGreaterThanOrEqual(4 * 16_384)
  })

  test('a body of 3 MB comes whole, in frames of 16,384 bytes at most', async () => {
    const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
    client.send(settings([4, largest]), windowUpdate(0, 10_000_000))
    const answer = await held(1)
    answer(body)
    const response = await client.response(1)
    expect(response.body.equals(body)).toBe(true)
    expect(Math.max(...response.frameBytes)).toBe(16_384)
  })

  test('what waits on a stream that is reset is dropped', async () => {
    client.send(settings([4, 0]))
    const answer = await held(1)
    answer('never')
    client.send(resetStream(1), windowUpdate(1, 100), get(3))
    await client.next(frameTypes.headers, 3)
    expect(bytesOn(1)).toEqual([])
  })
})

describe('RFC 9113, 6.9.2: a change of the initial window', () => {
  test('lets waiting bodies go on', async () => {
    client.send(settings([4, 0]))
    const answer = await held(1)
    answer('abc')
    await client.settled()
    client.send(settings([4, 1]))
    await client.settled()
    expect(bytesOn(1)).toEqual([1])
    client.send(settings([4, 3]))
    expect((await client.response(1)).body.toString()).toBe('abc')
  })

  test('may make windows negative, which have to become positive again', async () => {
    client.send(settings([4, 10]))
    const answer = await held(1)
    answer('0123456789abcde')
    await client.settled()
    client.send(settings([4, 2]), windowUpdate(1, 8))
    await client.settled()
    expect(sum(bytesOn(1))).toBe(10)
    client.send(windowUpdate(1, 1))
    await client.settled()
    expect(sum(bytesOn(1))).toBe(11)
    client.send(windowUpdate(1, 4))
    expect((await client.response(1)).body.toString()).toBe('0123456789abcde')
  })

  test('does not touch the window of the connection', async () => {
    const answer = await held(1)
    client.send(settings([4, 1_000_000]))
    await client.settled()
    answer(Buffer.alloc(65_536))
    await client.settled()
    await waitFor('the window is used', () => sum(bytesOn(1)) === 65_535)
  })

  test('beyond 2^31-1 for an open stream: FLOW_CONTROL_ERROR', async () => {
    client.send(headers(1), windowUpdate(1, 1000), settings([4, largest]))
    await client.expectConnectionError(errorCodes.flowControlError)
  })
})

describe('RFC 9113, 6.9.1: WINDOW_UPDATE', () => {
  test('of nothing on a stream: PROTOCOL_ERROR of the stream', async () => {
    client.send(headers(1), windowUpdate(1, 0))
    await client.expectStreamError(1, errorCodes.protocolError)
  })

  test('of nothing on the connection: PROTOCOL_ERROR', async () => {
    client.send(windowUpdate(0, 0))
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('beyond 2^31-1 on a stream: FLOW_CONTROL_ERROR of the stream', async () => {
    client.send(headers(1), windowUpdate(1, largest - 65_535))
    await client.settled()
    client.send(windowUpdate(1, 1))
    await client.expectStreamError(1, errorCodes.flowControlError)
  })

  test('beyond 2^31-1 on the connection: FLOW_CONTROL_ERROR', async () => {
    client.send(windowUpdate(0, largest - 65_535))
    await client.settled()
    client.send(windowUpdate(0, 1))
    await client.expectConnectionError(errorCodes.flowControlError)
  })
})

describe('RFC 9113, 5.2: what we take', () => {
  test('a body larger than the windows goes on as it is used', async () => {
    const piece = Buffer.alloc(16_384, 'y')
    client.send(headers(1))
    let allowed = 65_535
    for (let count = 0; count < 40; count++) {
      while (allowed < piece.length) {
        const { payload } = await client.next(frameTypes.windowUpdate, 1)
        allowed += payload.readUInt32BE(0)
      }
      client.send(data(1, piece, count === 39))
      allowed -= piece.length
    }
    await waitFor('all is there', () => server.requests[0]?.ended === true)
    expect(server.requests[0]?.body.length).toBe(40 * piece.length)
  })

  test('nothing is allowed anew while a body is not used', async () => {
    client.send(headers(1))
    await client.settled()
    const [request] = server.requests
    if (request !== undefined) request.consumes = false
    for (let count = 0; count < 3; count++) client.send(data(1, Buffer.alloc(16_384)))
    await client.settled()
    expect(client.unread(frameTypes.windowUpdate, 1)).toEqual([])
    request?.stream.consumed(3 * 16_384)
    const { payload } = await client.next(frameTypes.windowUpdate, 1)
    expect(payload.readUInt32BE(0)).toBe(3 * 16_384)
  })

  test('one byte more than the window of the stream: FLOW_CONTROL_ERROR of the stream', async () => {
    client.send(headers(1))
    await client.settled()
    const [request] = server.requests
    if (request !== undefined) request.consumes = false
    for (let count = 0; count < 3; count++) client.send(data(1, Buffer.alloc(16_384)))
    client.send(data(1, Buffer.alloc(16_383)))
    await client.settled()
    client.send(data(1, 'x'))
    await client.expectStreamError(1, errorCodes.flowControlError)
    expect(request?.wasReset).toBe(true)
  })

  test('padding counts, and is given back without anybody using it', async () => {
    client.send(headers(1))
    for (let count = 0; count < 300; count++) client.send(paddedData(1, 'x', 255))
    await client.settled()
    const allowed = client.unread(frameTypes.windowUpdate, 1)
    expect(allowed.length).toBeGreaterThan(0)
    client.send(data(1, '', true))
    await waitFor('all is there', () => server.requests[0]?.ended === true)
    expect(server.requests[0]?.body.length).toBe(300)
  })

  test('after the end of a stream nothing more is allowed on it', async () => {
    client.send(headers(1))
    await client.settled()
    const [request] = server.requests
    if (request !== undefined) request.consumes = false
    for (let count = 0; count < 3; count++) client.send(data(1, Buffer.alloc(16_384), count === 2))
    await client.settled()
    request?.stream.consumed(3 * 16_384)
    await client.settled()
    expect(client.unread(frameTypes.windowUpdate, 1)).toEqual([])
  })

  test('the window of the connection is given back whoever used it, or nobody', async () => {
    const first = await client.next(frameTypes.windowUpdate, 0)
    expect(first.payload.readUInt32BE(0)).toBe(4 * 1024 * 1024 - 65_535)
    for (let id = 1; id < 300; id += 2) {
      client.send(headers(id), data(id, Buffer.alloc(16_384)), resetStream(id))
    }
    const second = await client.next(frameTypes.windowUpdate, 0)
    expect(second.payload.readUInt32BE(0)).toBe(2 * 1024 * 1024)
  })
})

describe('back-pressure of the socket', () => {
  test('what the client does not read waits in the streams, not in the socket', async () => {
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535))
    const answer = await held(1)
    client.socket.pause()
    answer(Buffer.alloc(50_000_000))
    const [socket] = server.sockets
    await waitFor('the socket is full', () => (socket?.writableLength ?? 0) > 0)
    expect(socket?.writableLength).toBeLessThan(2_000_000)
    expect(server.requests[0]?.sentBytes).toBeLessThan(20_000_000)
    client.socket.resume()
    expect((await client.response(1)).body.length).toBe(50_000_000)
  })

  test('nothing more is read from a client that does not read', async () => {
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535))
    const answer = await held(1)
    client.socket.pause()
    answer(Buffer.alloc(20_000_000))
    const [socket] = server.sockets
    await waitFor('the socket is full', () => (socket?.writableLength ?? 0) > 1_000_000)
    client.send(get(3))
    await waitFor('reading rests', () => socket?.isPaused() === true)
    client.send(get(5))
    client.socket.resume()
    await client.response(1)
    expect((await client.response(5)).fields).toEqual({ ':status': '200' })
    expect(socket?.isPaused()).toBe(false)
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, frameTypes } from '../../../src/http2/protocol.js'
import type { FrameClient } from '../frame-client.js'
import {
  data,
  frame,
  get,
  headers,
  priority,
  resetStream,
  uint32,
  windowUpdate,
} from '../frames.js'
import { TestServer } from '../test-server.js'

const streams = 10
let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start({ maxConcurrentStreams: streams })
  client = await server.client()
})

afterEach(() => server[Symbol.asyncDispose]())

describe('RFC 9113, 5.1: an idle stream', () => {
  test.each([
    ['DATA', data(1, 'x')],
    ['RST_STREAM', resetStream(1)],
    ['WINDOW_UPDATE', windowUpdate(1, 100)],
    ['WINDOW_UPDATE of nothing', windowUpdate(1, 0)],
    ['DATA on a stream of ours', data(2, 'x')],
    ['RST_STREAM on a stream of ours', resetStream(2)],
    ['WINDOW_UPDATE on a stream of ours', windowUpdate(2, 100)],
    ['PUSH_PROMISE', frame(frameTypes.pushPromise, 4, 1, uint32(2))],
  ])('%s: PROTOCOL_ERROR of the connection', async (_name, bytes) => {
    client.send(bytes)
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('PRIORITY is ignored, and opens nothing', async () => {
    client.send(priority(5, 0), get(1))
    await client.response(1)
  })

  test('no RST_STREAM is sent on one', async () => {
    client.send(frame(frameTypes.priority, 0, 9, Buffer.alloc(4)))
    await client.expectConnectionError(errorCodes.frameSizeError)
    expect(client.unread(frameTypes.resetStream)).toEqual([])
  })
})

describe('RFC 9113, 5.1: a stream that the client has ended', () => {
  beforeEach(async () => {
    client.send(headers(1))
    await client.settled()
    for (const request of server.requests) request.whenEnded = () => {}
    client.send(data(1, '', true))
  })

  test.each([
    ['DATA', data(1, 'x')],
    ['HEADERS', get(1)],
    ['empty DATA', data(1, '')],
  ])('%s: STREAM_CLOSED', async (_name, bytes) => {
    client.send(bytes)
    await client.expectStreamError(1, errorCodes.streamClosed)
    expect(server.requests[0]?.wasReset).toBe(true)
  })

  test('WINDOW_UPDATE and PRIORITY are in order', async () => {
    client.send(windowUpdate(1, 10), priority(1, 0))
    await client.settled()
    server.requests[0]?.echo()
    await client.response(1)
  })

  test('RST_STREAM gives it up', async () => {
    client.send(resetStream(1))
    await client.settled()
    expect(server.requests[0]?.wasReset).toBe(true)
    server.requests[0]?.echo()
    await client.settled()
    expect(client.unread(frameTypes.headers)).toEqual([])
  })
})

describe('RFC 9113, 5.1: a stream that both sides have ended', () => {
  beforeEach(async () => {
    client.send(get(1))
    await client.response(1)
  })

  test('DATA: STREAM_CLOSED', async () => {
    client.send(data(1, 'x'))
    await client.expectStreamError(1, errorCodes.streamClosed)
  })

  test('HEADERS: STREAM_CLOSED of the connection', async () => {
    client.send(get(1))
    await client.expectConnectionError(errorCodes.streamClosed)
  })

  test('WINDOW_UPDATE, PRIORITY and RST_STREAM are in order', async () => {
    client.send(windowUpdate(1, 10), priority(1, 0), resetStream(1))
    await client.settled()
  })
})

describe('RFC 9113, 5.1: a stream that the client has reset', () => {
  beforeEach(async () => {
    client.send(headers(1), resetStream(1))
    await client.settled()
    expect(server.requests[0]?.wasReset).toBe(true)
  })

  test('DATA: STREAM_CLOSED', async () => {
    client.send(data(1, 'x'))
    await client.expectStreamError(1, errorCodes.streamClosed)
  })

  test('HEADERS: STREAM_CLOSED of the connection', async () => {
    client.send(get(1))
    await client.expectConnectionError(errorCodes.streamClosed)
  })

  test('another RST_STREAM, WINDOW_UPDATE and PRIORITY are in order', async () => {
    client.send(resetStream(1), windowUpdate(1, 1), priority(1, 0))
    await client.settled()
  })
})

describe('RFC 9113, 5.1: a stream that we have reset', () => {
  test('what was under way on it is ignored', async () => {
    client.send(headers(1))
    await client.settled()
    server.requests[0]?.stream.reset(errorCodes.cancel)
    await client.expectStreamError(1, errorCodes.cancel)
    const underWay = [data(1, 'x'), windowUpdate(1, 5), priority(1, 0), get(1, [['a', 'b']])]
    client.send(...underWay, data(1, '', true), resetStream(1))
    await client.settled()
    expect(client.unread(frameTypes.resetStream)).toEqual([])
  })

  test('its body still counts against the window of the connection', async () => {
    client.send(headers(1))
    await client.settled()
    await client.next(frameTypes.windowUpdate, 0)
    server.requests[0]?.stream.reset(errorCodes.cancel)
    await client.settled()
    const body = data(1, Buffer.alloc(16_384))
    client.send(...Array.from({ length: 200 }, () => body))
    await client.next(frameTypes.windowUpdate, 0)
  })
})

describe('RFC 9113, 5.1.1: stream ids', () => {
  test('an even one: PROTOCOL_ERROR', async () => {
    client.send(get(2))
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('one below the last: an error of the connection', async () => {
    client.send(get(5), get(3))
    await client.expectConnectionError(errorCodes.streamClosed)
    expect(server.requests).toHaveLength(1)
  })

  test('gaps are in order, and the largest id, too', async () => {
    client.send(get(5), get(99), get(0x7fff_ffff))
    await client.response(5)
    await client.response(99)
    await client.response(0x7fff_ffff)
  })
})

describe('RFC 9113, 5.1.2: concurrency', () => {
  test('one stream too many: REFUSED_STREAM, and the others go on', async () => {
    for (let index = 0; index <= streams; index++) client.send(headers(2 * index + 1))
    await client.expectStreamError(2 * streams + 1, errorCodes.refusedStream)
    client.send(data(1, 'one', true))
    expect((await client.response(1)).body.toString()).toBe('one')
    client.send(get(2 * streams + 3))
    await client.response(2 * streams + 3)
    expect(server.requests).toHaveLength(streams + 1)
  })

  test('streams that were reset do not count', async () => {
    for (let index = 0; index < 5 * streams; index++) {
      client.send(headers(2 * index + 1), resetStream(2 * index + 1))
    }
    client.send(get(10 * streams + 1))
    await client.response(10 * streams + 1)
  })
})

describe('RFC 9113, 6.3: PRIORITY', () => {
  test('on stream 0: PROTOCOL_ERROR', async () => {
    client.send(priority(0, 1))
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('on itself: PROTOCOL_ERROR of the stream', async () => {
    client.send(headers(1), priority(1, 1))
    await client.expectStreamError(1, errorCodes.protocolError)
  })
})

describe('RFC 9113, 6.4: RST_STREAM', () => {
  test('on stream 0: PROTOCOL_ERROR', async () => {
    client.send(resetStream(0))
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('with an unknown code is one like all others', async () => {
    client.send(headers(1), resetStream(1, 0xdead_beef))
    await client.settled()
    expect(server.requests[0]?.wasReset).toBe(true)
  })
})

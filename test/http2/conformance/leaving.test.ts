import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, frameTypes } from '../../../src/http2/protocol.js'
import { waitFor } from '../../support/wait-for.js'
import type { FrameClient, ReceivedFrame } from '../frame-client.js'
import {
  data,
  frame,
  get,
  goAway,
  headers,
  ping,
  resetStream,
  settings,
  windowUpdate,
} from '../frames.js'
import { TestServer } from '../test-server.js'

let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start()
  client = await server.client()
})

afterEach(() => server[Symbol.asyncDispose]())

function drain(): void {
  for (const connection of server.connections) connection.drain()
}

function contentOf(frame: ReceivedFrame): { lastId: number; code: number } {
  return { lastId: frame.payload.readUInt32BE(0), code: frame.payload.readUInt32BE(4) }
}

describe('RFC 9113, 6.8: GOAWAY of ours', () => {
  test('lets requests under way end; later ones are ignored', async () => {
    client.send(headers(1), headers(3))
    await client.settled()
    drain()
    const said = await client.next(frameTypes.goAway)
    expect(contentOf(said)).toEqual({ lastId: 3, code: errorCodes.noError })
    client.send(headers(5), data(5, 'ignored'), windowUpdate(5, 9), resetStream(5), get(7))
    client.send(data(1, 'one', true))
    expect((await client.response(1)).body.toString()).toBe('one')
    expect(client.isClosed).toBe(false)
    client.send(data(3, 'three', true))
    expect((await client.response(3)).body.toString()).toBe('three')
    await client.closed()
    expect(server.requests).toHaveLength(2)
    expect(client.unread(frameTypes.resetStream)).toEqual([])
  })

  test('of an idle connection closes it at once', async () => {
    await client.settled()
    drain()
    expect(contentOf(await client.next(frameTypes.goAway))).toEqual({ lastId: 0, code: 0 })
    await client.closed()
  })

  test('waits for a long answer to a slow reader', async () => {
    const body = Buffer.alloc(300_000, 'x')
    client.send(headers(1))
    await client.settled()
    server.requests[0]?.answer(body)
    drain()
    await client.next(frameTypes.goAway)
    client.send(data(1, '', true), windowUpdate(0, 1 << 20), windowUpdate(1, 1 << 20))
    expect((await client.response(1)).body.equals(body)).toBe(true)
    await client.closed()
  })

  test('ends a stream that only the client has not ended', async () => {
    client.send(headers(1))
    await client.settled()
    server.requests[0]?.answer(Buffer.from('early'))
    await client.response(1)
    drain()
    const { payload } = await client.next(frameTypes.resetStream, 1)
    expect(payload.readUInt32BE(0)).toBe(errorCodes.noError)
    await client.closed()
  })

  test('header blocks of ignored requests are still decoded', async () => {
    client.send(headers(1))
    await client.settled()
    drain()
    await client.next(frameTypes.goAway)
    client.send(frame(frameTypes.headers, 5, 3, Buffer.from('c6', 'hex')))
    await client.expectConnectionError(errorCodes.compressionError)
  })

  test('twice is once', async () => {
    client.send(headers(1))
    await client.settled()
    drain()
    drain()
    client.send(data(1, '', true))
    await client.closed()
    expect(client.unread(frameTypes.goAway)).toHaveLength(1)
  })

  test('with an error names the last stream that was taken', async () => {
    client.send(get(1), headers(7), frame(frameTypes.data, 0, 0))
    const said = await client.expectConnectionError(errorCodes.protocolError)
    expect(contentOf(said).lastId).toBe(7)
    await waitFor('the request hears of it', () => server.requests[1]?.wasReset === true)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
  })

  test('with an error is the last that is said, whatever else comes in', async () => {
    client.send(frame(frameTypes.data, 0, 0), get(1), ping(), settings())
    await client.expectConnectionError(errorCodes.protocolError)
    expect(client.unread(frameTypes.ping)).toEqual([])
    expect(server.requests).toEqual([])
  })
})

describe('RFC 9113, 6.8: GOAWAY of the client', () => {
  test('lets its requests end, then closes', async () => {
    client.send(headers(1), goAway())
    await client.settled()
    client.send(data(1, 'last', true))
    expect((await client.response(1)).body.toString()).toBe('last')
    await client.closed()
  })

  test('closes an idle connection', async () => {
    client.send(goAway(errorCodes.noError))
    await client.closed()
  })

  test('may carry an error and a reason', async () => {
    client.send(frame(frameTypes.goAway, 0, 0, Buffer.from('00000000000000ff726561736f6e', 'hex')))
    await client.closed()
    expect(client.unread(frameTypes.goAway)).toEqual([])
  })

  test('on a stream: PROTOCOL_ERROR', async () => {
    client.send(headers(1), frame(frameTypes.goAway, 0, 1, Buffer.alloc(8)))
    await client.expectConnectionError(errorCodes.protocolError)
  })
})

describe('RFC 9113, 5.4: a connection that breaks', () => {
  test('is heard of by every request, once', async () => {
    client.send(headers(1), headers(3), get(5))
    await client.response(5)
    client.close()
    await waitFor('the connection is gone', () => server.closedConnections === 1)
    expect(server.requests.map(({ wasReset }) => wasReset)).toEqual([true, true, false])
  })

  test('by the end of what the client sends is over for both', async () => {
    client.send(headers(1))
    await client.settled()
    client.socket.end()
    await client.closed()
    expect(server.requests[0]?.wasReset).toBe(true)
  })

  test('while it was being refused leaves nothing behind', async () => {
    client.send(frame(frameTypes.data, 0, 0))
    client.close()
    await waitFor('the connection is gone', () => server.closedConnections === 1)
  })

  test('a mistake of a listener ends its connection, and no other', async () => {
    const other = await server.client()
    client.send(headers(1))
    await client.settled()
    const [request] = server.requests
    if (request !== undefined) {
      request.whenEnded = () => {
        throw new Error('a mistake')
      }
    }
    client.send(data(1, '', true))
    await client.expectConnectionError(errorCodes.internalError)
    expect(server.troubles.splice(0)).toMatchObject([{ message: 'a mistake' }])
    other.send(get(1))
    await other.response(1)
  })
})

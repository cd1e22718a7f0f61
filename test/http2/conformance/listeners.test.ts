import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { frameTypes } from '../../../src/http2/protocol.js'
import { data, get, headers, settings, windowUpdate } from '../frames.js'
import { type Request, TestServer } from '../test-server.js'

const nothing = Buffer.alloc(0)
const largestWindow = 0x7fff_ffff
const initialWindowSetting = 4
const responseFields = [{ name: ':status', value: '200' }]

function mistake(): never {
  throw new Error('mistake')
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn()
}

/** Leaves the socket no room, so that bytes of the answer wait for it. */
function fill({ stream }: Request): void {
  stream.respond(responseFields, false)
  while (stream.pendingBytes === 0) stream.send(nothing, Buffer.alloc(16_000))
}

describe('what a listener does', () => {
  test('nothing follows a reset that it makes when it hears of sent bytes', async () => {
    await using server = await TestServer.start()
    const client = await server.client()
    client.send(settings([initialWindowSetting, 10]), headers(1))
    await client.settled()
    const [request] = server.requests as [Request]
    request.stream.respond(responseFields, false)
    request.stream.send(nothing, Buffer.alloc(20))
    request.stream.end([{ name: 'done', value: 'yes' }])
    request.onSent = () => request.stream.reset(8)
    client.send(windowUpdate(1, 100))
    await client.settled()
    expect(client.unread(frameTypes.resetStream, 1)).toHaveLength(1)
    expect(client.unread(frameTypes.headers, 1)).toHaveLength(1)
  })

  test('empty pieces that it sends while nothing may be sent are not counted', async () => {
    await using server = await TestServer.start()
    const client = await server.client()
    client.send(settings([initialWindowSetting, 1]), headers(3))
    await client.settled()
    const [{ stream }] = server.requests as [Request]
    stream.respond(responseFields, false)
    stream.send(nothing, Buffer.alloc(1))
    client.send(settings([initialWindowSetting, 0]))
    await client.settled()
    for (let piece = 0; piece < 33_000; piece++) stream.send(nothing, nothing)
    expect(stream.pendingBytes).toBe(0)
    client.send(get(7))
    await client.settled()
    expect(client.unread(frameTypes.resetStream, 7)).toEqual([])
  })

  test('what it throws when it hears of sent bytes ends its connection and no other', async () => {
    await using server = await TestServer.start()
    const [first, second] = [await server.client(), await server.client()]
    const open = windowUpdate(0, largestWindow - 65_535)
    first.send(settings([initialWindowSetting, largestWindow]), open, headers(1))
    await first.settled()
    second.send(headers(1))
    await second.settled()
    const [failing, other] = server.requests as [Request, Request]
    fill(failing)
    failing.onSent = mistake
    other.answer(Buffer.from('fine'))
    await untilTrue(() => server.troubles.length > 0)
    expect((await second.response(1)).body.toString()).toBe('fine')
    expect(server.troubles.splice(0)).toEqual([new Error('mistake')])
  })

  test('what it throws when it hears of a loss keeps nobody else from hearing of it', async () => {
    await using server = await TestServer.start()
    const client = await server.client()
    client.send(headers(1), data(1, 'a'), headers(3))
    await client.settled()
    const [failing, other] = server.requests as [Request, Request]
    failing.onReset = mistake
    client.socket.resetAndDestroy()
    await untilTrue(() => server.closedConnections === 1)
    expect(other.wasReset).toBe(true)
    expect(server.troubles.splice(0)).toEqual([new Error('mistake')])
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, flags, frameTypes } from '../../../src/http2/protocol.js'
import type { FrameClient } from '../frame-client.js'
import { frame, get, headers, ping, settingIds, settings, settingsAcknowledged } from '../frames.js'
import { TestServer } from '../test-server.js'

let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start()
  client = await server.client()
  await client.next(frameTypes.settings)
  await client.next(frameTypes.settings)
})

afterEach(() => server[Symbol.asyncDispose]())

describe('RFC 9113, 6.5: SETTINGS', () => {
  test.each([
    ['none', settings()],
    ['all that there are', settings([1, 100], [2, 0], [3, 1], [4, 10], [5, 16_384], [6, 1])],
    ['unknown ones', settings([0x99, 0xffff_ffff], [0, 1], [0xffff, 0])],
    ['the largest that are allowed', settings([2, 1], [4, 0x7fff_ffff], [5, 0xff_ffff])],
    ['the smallest that are allowed', settings([1, 0], [2, 0], [4, 0], [5, 16_384])],
  ])('%s are acknowledged, once', async (_name, bytes) => {
    client.send(bytes)
    const answer = await client.next(frameTypes.settings)
    expect([answer.flags, answer.payload.length]).toEqual([flags.acknowledge, 0])
    await client.settled()
    expect(client.unread(frameTypes.settings)).toEqual([])
  })

  test('an acknowledgement is not acknowledged', async () => {
    client.send(settingsAcknowledged)
    await client.settled()
    expect(client.unread(frameTypes.settings)).toEqual([])
  })

  test.each([
    ['on a stream', frame(frameTypes.settings, 0, 1), errorCodes.protocolError],
    ['ENABLE_PUSH of 2', settings([settingIds.enablePush, 2]), errorCodes.protocolError],
    [
      'INITIAL_WINDOW_SIZE of 2^31',
      settings([settingIds.initialWindowSize, 0x8000_0000]),
      errorCodes.flowControlError,
    ],
    [
      'MAX_FRAME_SIZE of 16,383',
      settings([settingIds.maxFrameSize, 16_383]),
      errorCodes.protocolError,
    ],
    [
      'MAX_FRAME_SIZE of 2^24',
      settings([settingIds.maxFrameSize, 0x100_0000]),
      errorCodes.protocolError,
    ],
    ['a bad one behind a good one', settings([5, 20_000], [5, 1]), errorCodes.protocolError],
  ])('%s: an error of the connection', async (_name, bytes, code) => {
    client.send(bytes)
    await client.expectConnectionError(code)
  })

  test('a table size of 0 keeps the next block free of table entries', async () => {
    client.send(get(1), settings([settingIds.headerTableSize, 0]), get(3))
    await client.response(1)
    const { payload } = await client.next(frameTypes.headers, 3)
    // The size update, then :status 200 of the static table.
    expect(payload.toString('hex')).toBe('2088')
  })

  test('a table size that shrinks and grows in one frame empties the table', async () => {
    const entry = [{ name: 'remembered', value: 'by both' }]
    client.send(headers(1), headers(3))
    await client.settled()
    server.requests[0]?.stream.respond(entry, true)
    await client.next(frameTypes.headers, 1)
    client.send(settings([settingIds.headerTableSize, 0], [settingIds.headerTableSize, 4096]))
    await client.settled()
    server.requests[1]?.stream.respond(entry, true)
    const { payload } = await client.next(frameTypes.headers, 3)
    // Emptied, taken into use again, and no entry of before.
    expect(payload.subarray(0, 4).toString('hex')).toBe('203fe107')
    expect(payload.length).toBeGreaterThan(10)
  })

  test('MAX_FRAME_SIZE is used, and no more than it', async () => {
    client.send(settings([settingIds.maxFrameSize, 30_000]), headers(1))
    await client.settled()
    server.requests[0]?.answer(Buffer.alloc(50_000))
    expect((await client.response(1)).frameBytes).toEqual([30_000, 20_000])
  })

  test('by default frames have 16,384 bytes at most', async () => {
    client.send(headers(1))
    await client.settled()
    server.requests[0]?.answer(Buffer.alloc(50_000))
    const { frameBytes } = await client.response(1)
    expect(frameBytes).toEqual([16_384, 16_384, 16_384, 848])
  })
})

describe('RFC 9113, 6.6: PUSH_PROMISE', () => {
  test.each([1, 0, 2])('on stream %i: PROTOCOL_ERROR', async (streamId) => {
    client.send(
      headers(1),
      frame(frameTypes.pushPromise, flags.endHeaders, streamId, Buffer.alloc(5)),
    )
    await client.expectConnectionError(errorCodes.protocolError)
  })
})

describe('RFC 9113, 6.7: PING', () => {
  test('is answered with the same bytes', async () => {
    client.send(ping('\x01\x02opaque'))
    const answer = await client.next(frameTypes.ping)
    expect([answer.flags, answer.streamId]).toEqual([flags.acknowledge, 0])
    expect(answer.payload.toString()).toBe('\x01\x02opaque')
  })

  test('an answer that nobody waits for is not answered', async () => {
    client.send(ping('whatever', true))
    await client.settled()
    expect(client.unread(frameTypes.ping)).toEqual([])
  })

  test('on a stream: PROTOCOL_ERROR', async () => {
    client.send(headers(1), frame(frameTypes.ping, 0, 1, Buffer.alloc(8)))
    await client.expectConnectionError(errorCodes.protocolError)
  })
})

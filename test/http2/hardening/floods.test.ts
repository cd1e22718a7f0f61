import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, flags, frameTypes } from '../../../src/http2/protocol.js'
import { waitFor } from '../../support/wait-for.js'
import type { FrameClient } from '../frame-client.js'
import {
  continuation,
  data,
  frame,
  get,
  goAway,
  headers,
  paddedData,
  ping,
  post,
  priority,
  resetStream,
  settings,
  settingsAcknowledged,
  windowUpdate,
} from '../frames.js'
import { TestServer } from '../test-server.js'

const nothing = Buffer.alloc(0)
let server: TestServer
let client: FrameClient
let bystander: FrameClient

beforeEach(async () => {
  server = await TestServer.start({ maxConcurrentStreams: 10_000, maxHeaderListBytes: 20_000 })
  client = await server.client()
  bystander = await server.client()
})

afterEach(async () => {
  bystander.send(headers(1), data(1, 'unharmed', true))
  expect((await bystander.response(1)).body.toString()).toBe('unharmed')
  await server[Symbol.asyncDispose]()
})

function times(count: number, make: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)))
}

describe('a flood of one thing after another ends its connection: ENHANCE_YOUR_CALM', () => {
  test.each<[string, Buffer]>([
    ['SETTINGS', times(101, () => settings())],
    ['acknowledgements of SETTINGS', times(10_001, () => settingsAcknowledged)],
    ['PING', times(20_001, () => ping())],
    ['answers to PING', times(10_001, () => ping('whatever', true))],
    ['PRIORITY', times(10_001, () => priority(1, 0))],
    ['frames of unknown type', times(10_001, () => frame(0xee, 0, 1, nothing))],
    ['GOAWAY', Buffer.concat([headers(1), times(10_001, () => goAway())])],
    ['empty DATA', Buffer.concat([headers(1), times(10_001, () => data(1, ''))])],
    [
      'DATA of nothing but padding',
      Buffer.concat([headers(1), times(10_001, () => paddedData(1, '', 0))]),
    ],
    [
      'streams begun and reset',
      times(10_001, (n) => Buffer.concat([get(2 * n + 1), resetStream(2 * n + 1)])),
    ],
    ['malformed requests', times(10_001, (n) => get(2 * n + 1, [['x', 'y']]))],
    ['RST_STREAM on one stream', Buffer.concat([headers(1), times(10_001, () => resetStream(1))])],
  ])('%s', async (_name, bytes) => {
    client.send(bytes)
    await client.expectConnectionError(errorCodes.enhanceYourCalm)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
  })

  test('what was allowed once is allowed again after a while', async () => {
    for (let round = 0; round < 5; round++) {
      client.send(times(90, () => settings()))
      await client.settled()
      server.nowMs += 10_000
    }
    client.send(get(1))
    await client.response(1)
  })
})

describe('header blocks (CVE-2024-27316)', () => {
  test('without end, in empty frames: ENHANCE_YOUR_CALM', async () => {
    client.send(
      headers(1, { endHeaders: false }),
      times(40, () => continuation(1, nothing, false)),
    )
    await client.expectConnectionError(errorCodes.enhanceYourCalm)
  })

  test('without end, in large frames: ENHANCE_YOUR_CALM before more is kept than the limit', async () => {
    client.send(headers(1, { endHeaders: false }))
    client.send(times(2, () => continuation(1, Buffer.alloc(16_384), false)))
    await client.expectConnectionError(errorCodes.enhanceYourCalm)
  })

  test('with more fields than the limit: the request is refused, the connection goes on', async () => {
    client.send(get(1, [...post, ['x', 'y'.repeat(7000)], ['x', 'y'.repeat(7000)]]))
    await client.response(1)
    client.send(get(3, [...post, ...Array.from({ length: 600 }, () => ['x', 'y'] as const)]))
    await client.expectStreamError(3, errorCodes.protocolError)
    client.send(get(5))
    await client.response(5)
  })

  test('of few bytes for many fields: refused, without growing', async () => {
    const insert = Buffer.concat([Buffer.from('4001617fe11d', 'hex'), Buffer.alloc(3936, 'a')])
    const bomb = Buffer.concat([insert, Buffer.alloc(12_000, 0xbe)])
    client.send(frame(frameTypes.headers, flags.endHeaders | flags.endStream, 1, bomb))
    await client.expectStreamError(1, errorCodes.protocolError)
  })
})

describe('rapid reset (CVE-2023-44487)', () => {
  test('is over for its requests, each of which hears of it', async () => {
    client.send(times(500, (n) => Buffer.concat([headers(2 * n + 1), resetStream(2 * n + 1)])))
    await client.settled()
    expect(server.requests.every(({ wasReset }) => wasReset)).toBe(true)
    expect(server.requests).toHaveLength(500)
  })

  test('10,000 streams that are given up at once are no flood', async () => {
    client.send(times(10_000, (n) => headers(2 * n + 1)))
    await client.settled()
    expect(server.requests).toHaveLength(10_000)
    client.send(
      times(10_000, (n) => resetStream(2 * n + 1)),
      get(20_001),
    )
    await client.response(20_001)
    expect(server.requests.filter(({ wasReset }) => wasReset)).toHaveLength(10_000)
  })

  test('10,000 streams whose client goes away leave nothing behind', async () => {
    client.send(times(10_000, (n) => headers(2 * n + 1)))
    await client.settled()
    client.close()
    await waitFor('the connection is gone', () => server.closedConnections === 1)
    expect(server.requests.filter(({ wasReset }) => wasReset)).toHaveLength(10_000)
  })

  test('frames still under way on 5,000 streams that we have reset are ignored', async () => {
    client.send(times(5000, (n) => headers(2 * n + 1)))
    await client.settled()
    for (const { stream } of server.requests) stream.reset(errorCodes.cancel)
    client.send(
      times(5000, (n) => data(2 * n + 1, 'x', true)),
      windowUpdate(0, 1),
    )
    await client.settled()
    expect(client.unread(frameTypes.resetStream)).toHaveLength(5000)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, flags, frameTypes } from '../../../src/http2/protocol.js'
import type { FrameClient } from '../frame-client.js'
import {
  block,
  continuation,
  data,
  type Field,
  frame,
  get,
  headers,
  paddedData,
  post,
  settings,
} from '../frames.js'
import { TestServer } from '../test-server.js'

let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start()
  client = await server.client()
})

afterEach(() => server[Symbol.asyncDispose]())

function without(name: string): readonly Field[] {
  return post.filter(([other]) => other !== name)
}

describe('RFC 9113, 8.1: a request', () => {
  test('is answered with HEADERS, DATA and trailers', async () => {
    client.send(headers(1), data(1, 'hel'), data(1, 'lo', true))
    const response = await client.response(1)
    expect(response.fields).toEqual({ ':status': '200' })
    expect(response.body.toString()).toBe('hello')
    expect(response.trailers).toEqual({ done: 'yes' })
  })

  test('ends with an empty DATA frame as well', async () => {
    client.send(headers(1), data(1, 'hello'), data(1, '', true))
    expect((await client.response(1)).body.toString()).toBe('hello')
  })

  test('may have trailers', async () => {
    client.send(headers(1), data(1, 'x'), get(1, [['checksum', 'none']]))
    expect((await client.response(1)).body.toString()).toBe('x')
    expect(server.requests[0]?.ended).toBe(true)
  })

  test.each<[string, Buffer]>([
    ['trailers that do not end the stream', headers(1, { fields: [['checksum', 'none']] })],
    ['a pseudo field among trailers', get(1, [[':method', 'POST']])],
    ['an upper-case name among trailers', get(1, [['Checksum', 'none']])],
    ['a field of HTTP/1.1 among trailers', get(1, [['connection', 'close']])],
  ])('%s: PROTOCOL_ERROR of the stream', async (_name, bytes) => {
    client.send(headers(1), bytes)
    await client.expectStreamError(1, errorCodes.protocolError)
    expect(server.requests[0]?.wasReset).toBe(true)
  })

  test('may be answered before its end; the rest of it is given up without an error', async () => {
    client.send(headers(1))
    await client.settled()
    server.requests[0]?.answer(Buffer.from('early'))
    expect((await client.response(1)).body.toString()).toBe('early')
    client.send(data(1, 'late'))
    await client.expectStreamError(1, errorCodes.noError)
    client.send(data(1, 'later'), data(1, 'last', true), get(3))
    await client.response(3)
    expect(client.unread(frameTypes.resetStream)).toEqual([])
  })

  test('answered before its end may still end as it should', async () => {
    client.send(headers(1))
    await client.settled()
    server.requests[0]?.answer(Buffer.from('early'))
    client.send(data(1, 'last', true))
    await client.settled()
    expect(client.unread(frameTypes.resetStream)).toEqual([])
  })
})

describe('RFC 9113, 8.1.1 and 8.2: malformed requests', () => {
  test.each<[string, readonly Field[]]>([
    ['an upper-case name', [...post, ['X-Test', 'a']]],
    ['a name with a space', [...post, ['x test', 'a']]],
    ['a name with a colon', [...post, ['x:test', 'a']]],
    ['an empty name', [...post, ['', 'a']]],
    ['a name with a byte above ASCII', [...post, ['caf\xe9', 'a']]],
    ['a value with NUL', [...post, ['x', 'a\0b']]],
    ['a value with a line feed', [...post, ['x', 'a\nb']]],
    ['a value with a carriage return', [...post, ['x', 'a\rb']]],
    ['a value that begins with a space', [...post, ['x', ' a']]],
    ['a value that ends with a tab', [...post, ['x', 'a\t']]],
    ['connection', [...post, ['connection', 'keep-alive']]],
    ['proxy-connection', [...post, ['proxy-connection', 'keep-alive']]],
    ['keep-alive', [...post, ['keep-alive', '1']]],
    ['transfer-encoding', [...post, ['transfer-encoding', 'chunked']]],
    ['upgrade', [...post, ['upgrade', 'h2c']]],
    ['te: gzip', [...post, ['te', 'trailers, gzip']]],
    ['no :method', without(':method')],
    ['no :scheme', without(':scheme')],
    ['no :path', without(':path')],
    ['an empty :path', [...without(':path'), [':path', '']]],
    ['two :method', [[':method', 'POST'], ...post]],
    ['two :scheme', [[':scheme', 'http'], ...post]],
    ['two :path', [[':path', '/'], ...post]],
    ['a pseudo field behind others', [...without(':path'), ['x', 'a'], [':path', '/']]],
    ['an unknown pseudo field', [...post, [':test', 'a']]],
    ['a pseudo field of responses', [...post, [':status', '200']]],
    ['a line feed in :path', [...without(':path'), [':path', '/a\nb']]],
    ['content-length with a sign', [...post, ['content-length', '+1']]],
    ['two different content-lengths', [...post, ['content-length', '0'], ['content-length', '1']]],
  ])('%s: PROTOCOL_ERROR of the stream, which nobody hears of', async (_name, fields) => {
    client.send(get(1, fields))
    await client.expectStreamError(1, errorCodes.protocolError)
    expect(server.requests).toEqual([])
    client.send(get(3))
    await client.response(3)
  })

  test.each<[string, readonly Field[]]>([
    ['te: trailers', [...post, ['te', 'trailers']]],
    ['no :authority', without(':authority')],
    ['an empty value', [...post, ['x', '']]],
    ['bytes above ASCII in a value', [...post, ['x', '\xff\x80']]],
    ['spaces within a value', [...post, ['x', 'a b']]],
    ['a query', [...without(':path'), [':path', '/a?b=c']]],
  ])('%s is in order', async (_name, fields) => {
    client.send(get(1, fields))
    await client.response(1)
  })

  test('several values of a field are joined', async () => {
    client.send(get(1, [...post, ['x', 'a'], ['y', 'z'], ['x', 'b']]))
    await client.response(1)
    expect(server.requests[0]?.head.get('x')).toBe('a, b')
    expect(server.requests[0]?.head.get('none')).toBeUndefined()
  })
})

describe('RFC 9113, 8.1.1: content-length', () => {
  const five: readonly Field[] = [...post, ['content-length', '5']]

  test('that agrees with the body is in order, padding aside', async () => {
    client.send(headers(1, { fields: five }), paddedData(1, 'he', 7), data(1, 'llo', true))
    expect((await client.response(1)).body.toString()).toBe('hello')
  })

  test.each([
    ['a longer body', [headers(1, { fields: five }), data(1, 'too long')]],
    ['a shorter body', [headers(1, { fields: five }), data(1, 'shor', true)]],
    ['no body', [get(1, five)]],
    ['trailers before its end', [headers(1, { fields: five }), data(1, 'a'), get(1, [['a', 'b']])]],
    [
      'a body in several frames, too long',
      [headers(1, { fields: five }), data(1, '123'), data(1, '456')],
    ],
  ])('with %s: PROTOCOL_ERROR of the stream', async (_name, bytes) => {
    client.send(...bytes)
    await client.expectStreamError(1, errorCodes.protocolError)
  })
})

describe('RFC 9113, 6.2 and 6.10: HEADERS and CONTINUATION', () => {
  test.each([1, 2, 3, 7])('a block in pieces of %i bytes is one block', async (length) => {
    const whole = block([...without(':path'), [':path', '/p']])
    const step = Math.max(length, Math.ceil(whole.length / 30))
    const pieces: Buffer[] = []
    for (let at = step; at < whole.length; at += step) {
      const piece = whole.subarray(at, at + step)
      pieces.push(continuation(1, piece, at + step >= whole.length))
    }
    client.send(frame(frameTypes.headers, flags.endStream, 1, whole.subarray(0, step)), ...pieces)
    await client.response(1)
    expect(server.requests[0]?.head.path).toBe('/p')
  })

  test('an empty CONTINUATION may end the block', async () => {
    client.send(
      headers(1, { endStream: true, endHeaders: false }),
      continuation(1, Buffer.alloc(0), true),
    )
    await client.response(1)
  })

  test.each([
    ['HEADERS on stream 0', get(0)],
    ['CONTINUATION without HEADERS', continuation(1, block(), true)],
    ['CONTINUATION on stream 0', continuation(0, block(), true)],
    [
      'CONTINUATION behind the end of a block',
      Buffer.concat([headers(1), continuation(1, Buffer.alloc(0), true)]),
    ],
    [
      'CONTINUATION behind DATA',
      Buffer.concat([headers(1), data(1, 'x'), continuation(1, block(), true)]),
    ],
    [
      'padding as long as what is there',
      frame(frameTypes.headers, flags.padded | flags.endHeaders, 1, Buffer.from([4, 1, 2, 3])),
    ],
  ])('%s: PROTOCOL_ERROR', async (_name, bytes) => {
    client.send(bytes)
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('padding and priority are left out of the block', async () => {
    const payload = Buffer.concat([Buffer.from([3, 0, 0, 0, 7, 15]), block(), Buffer.alloc(3)])
    const all = flags.padded | flags.priority | flags.endHeaders | flags.endStream
    client.send(frame(frameTypes.headers, all, 1, payload))
    await client.response(1)
  })

  test('a block may be nothing but padding and priority, and is then malformed', async () => {
    const all = flags.padded | flags.priority | flags.endHeaders | flags.endStream
    client.send(frame(frameTypes.headers, all, 1, Buffer.from([1, 0, 0, 0, 7, 15, 0])))
    await client.expectStreamError(1, errorCodes.protocolError)
  })

  test('a stream that depends on itself is a PROTOCOL_ERROR', async () => {
    const payload = Buffer.concat([Buffer.from([0, 0, 0, 1, 15]), block()])
    client.send(frame(frameTypes.headers, flags.priority | flags.endHeaders, 1, payload))
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test('long trailers of ours come in frames as large as the client takes', async () => {
    const long = 'x'.repeat(40_000)
    client.send(settings([1, 0]), headers(1))
    await client.settled()
    const { stream } = server.requests[0] ?? {}
    stream?.respond(
      [
        { name: ':status', value: '200' },
        { name: 'long', value: long },
      ],
      true,
    )
    const first = await client.next(frameTypes.headers)
    const second = await client.next(frameTypes.continuation)
    const third = await client.next(frameTypes.continuation)
    expect([first, second, third].map((piece) => piece.payload.length <= 16_384)).toEqual([
      true,
      true,
      true,
    ])
    expect([first, second, third].map((piece) => piece.flags)).toEqual([
      flags.endStream,
      0,
      flags.endHeaders,
    ])
  })
})

describe('RFC 9113, 6.1: DATA', () => {
  test('padding is not part of the body', async () => {
    client.send(
      headers(1),
      paddedData(1, 'he', 200),
      paddedData(1, 'llo', 0),
      paddedData(1, '', 9, true),
    )
    expect((await client.response(1)).body.toString()).toBe('hello')
  })

  test.each([
    ['on stream 0', data(0, 'x')],
    ['with padding as long as the payload', frame(0, flags.padded, 1, Buffer.from([2, 0]))],
  ])('%s: PROTOCOL_ERROR', async (_name, bytes) => {
    client.send(headers(1), bytes)
    await client.expectConnectionError(errorCodes.protocolError)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientPreface, errorCodes, flags, frameTypes } from '../../../src/http2/protocol.js'
import type { FrameClient } from '../frame-client.js'
import {
  continuation,
  data,
  frame,
  get,
  goAway,
  greeting,
  headers,
  ping,
  priority,
  resetStream,
  settings,
  settingsAcknowledged,
  windowUpdate,
} from '../frames.js'
import { TestServer } from '../test-server.js'

let server: TestServer
let client: FrameClient

beforeEach(async () => {
  server = await TestServer.start({ maxConcurrentStreams: 77, initialWindowBytes: 70_000 })
  client = await server.silentClient()
})

afterEach(() => server[Symbol.asyncDispose]())

describe('RFC 9113, 3.4: the connection preface', () => {
  test('the server begins with SETTINGS, before the client has said a word', async () => {
    const { payload, streamId } = await client.next(frameTypes.settings)
    expect(streamId).toBe(0)
    expect(payload).toEqual(settings([3, 77], [4, 70_000], [6, 65_536]).subarray(9))
  })

  test('requests may follow the preface at once', async () => {
    client.send(greeting, get(1))
    expect((await client.response(1)).fields).toEqual({ ':status': '200' })
  })

  test('may come byte by byte, and so may everything else', async () => {
    const bytes = Buffer.concat([greeting, headers(1), data(1, 'in pieces', true)])
    for (const byte of bytes) client.socket.write(Buffer.from([byte]))
    expect((await client.response(1)).body.toString()).toBe('in pieces')
  })

  test.each([
    ['something else', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a wrong last byte', Buffer.concat([clientPreface.subarray(0, 23), Buffer.from('!')])],
    ['a wrong first byte', Buffer.from('?')],
  ])('%s is a PROTOCOL_ERROR', async (_name, bytes) => {
    client.send(bytes)
    await client.expectConnectionError(errorCodes.protocolError)
  })

  test.each([
    ['HEADERS', get(1)],
    ['PING', ping()],
    ['an acknowledgement of SETTINGS', settingsAcknowledged],
    ['a frame of unknown type', frame(0xee, 0, 0)],
    ['WINDOW_UPDATE', windowUpdate(0, 1)],
  ])('%s as the first frame is a PROTOCOL_ERROR', async (_name, bytes) => {
    client.send(clientPreface, bytes)
    await client.expectConnectionError(errorCodes.protocolError)
  })
})

describe('RFC 9113, 4.1: the frame format', () => {
  beforeEach(() => client.send(greeting))

  test('frames of unknown type are ignored', async () => {
    client.send(frame(0x16, 0xff, 0, Buffer.alloc(8)), frame(0x17, 0, 9, Buffer.alloc(16_384)))
    await client.settled()
  })

  test('undefined flags are ignored', async () => {
    client.send(frame(frameTypes.ping, 0xfe, 0, Buffer.from('8 bytes!')))
    const { payload } = await client.next(frameTypes.ping)
    expect(payload.toString()).toBe('8 bytes!')
  })

  test('the reserved bit of a stream id is ignored', async () => {
    client.send(frame(frameTypes.ping, 0, 0x8000_0000, Buffer.from('8 bytes!')))
    await client.next(frameTypes.ping)
    const request = get(1)
    request[5] = 0x80
    client.send(request)
    await client.response(1)
  })
})

describe('RFC 9113, 4.2: the frame size', () => {
  beforeEach(() => client.send(greeting))

  test('DATA of 16,384 bytes are taken', async () => {
    client.send(headers(1), data(1, Buffer.alloc(16_384, 'x'), true))
    expect((await client.response(1)).body.length).toBe(16_384)
  })

  test.each([
    ['DATA', frameTypes.data],
    ['HEADERS', frameTypes.headers],
    ['SETTINGS', frameTypes.settings],
    ['unknown', 0xee],
  ])('%s of 16,385 bytes are a FRAME_SIZE_ERROR', async (_name, type) => {
    client.send(
      headers(1),
      frame(type, 0, type === frameTypes.settings ? 0 : 1, Buffer.alloc(16_385)),
    )
    await client.expectConnectionError(errorCodes.frameSizeError)
  })

  test('the size is refused before the frame has come in', async () => {
    client.send(frame(frameTypes.data, 0, 1, Buffer.alloc(16_385)).subarray(0, 9))
    await client.expectConnectionError(errorCodes.frameSizeError)
  })

  test.each([
    ['PING of 7 bytes', frame(frameTypes.ping, 0, 0, Buffer.alloc(7))],
    ['PING of 9 bytes', frame(frameTypes.ping, 0, 0, Buffer.alloc(9))],
    ['RST_STREAM of 3 bytes', frame(frameTypes.resetStream, 0, 1, Buffer.alloc(3))],
    ['RST_STREAM of 5 bytes', frame(frameTypes.resetStream, 0, 1, Buffer.alloc(5))],
    ['SETTINGS of 7 bytes', frame(frameTypes.settings, 0, 0, Buffer.alloc(7))],
    [
      'an acknowledgement of SETTINGS with a payload',
      frame(frameTypes.settings, flags.acknowledge, 0, Buffer.alloc(6)),
    ],
    ['WINDOW_UPDATE of 3 bytes', frame(frameTypes.windowUpdate, 0, 1, Buffer.alloc(3))],
    ['WINDOW_UPDATE of 5 bytes', frame(frameTypes.windowUpdate, 0, 0, Buffer.alloc(5))],
    ['GOAWAY of 7 bytes', frame(frameTypes.goAway, 0, 0, Buffer.alloc(7))],
    [
      'padded HEADERS without room for the length of the padding',
      frame(frameTypes.headers, flags.padded | flags.endHeaders, 3),
    ],
    [
      'HEADERS too short for their priority',
      frame(frameTypes.headers, flags.priority | flags.endHeaders, 3, Buffer.alloc(4)),
    ],
    ['padded DATA without room for the length of the padding', frame(0, flags.padded, 1)],
  ])('%s is a FRAME_SIZE_ERROR', async (_name, bytes) => {
    client.send(headers(1), bytes)
    await client.expectConnectionError(errorCodes.frameSizeError)
  })

  test('PRIORITY of 4 bytes is a FRAME_SIZE_ERROR of its stream', async () => {
    client.send(headers(1), frame(frameTypes.priority, 0, 1, Buffer.alloc(4)))
    await client.expectStreamError(1, errorCodes.frameSizeError)
  })
})

describe('RFC 9113, 4.3: header blocks', () => {
  beforeEach(() => client.send(greeting))

  test.each([
    ['an index beyond the tables', 'c6'],
    ['index 0', '80'],
    ['a string that is cut short', '0005616263'],
    ['Huffman code padded with zeros', '0085f2b24a84ff83495090'],
    ['Huffman code padded with a whole byte', '0085f2b24a84ff8449509fff'],
    ['Huffman code with its end in it', '0084ffffffff0161'],
    ['a table size above ours', '3fe21f'],
    ['a table size behind a field', '8220'],
  ])('%s is a COMPRESSION_ERROR', async (_name, digits) => {
    const payload = Buffer.from(digits, 'hex')
    client.send(frame(frameTypes.headers, flags.endHeaders, 1, payload))
    await client.expectConnectionError(errorCodes.compressionError)
  })

  test('a block of a stream that was reset still counts for the next ones', async () => {
    const insertPath = Buffer.from('838644 06 2f6e65787431'.replaceAll(' ', ''), 'hex')
    const usePath = Buffer.from('8386be', 'hex')
    const malformed = Buffer.concat([insertPath, Buffer.from('0001410131', 'hex')])
    client.send(frame(frameTypes.headers, flags.endHeaders | flags.endStream, 1, malformed))
    await client.expectStreamError(1, errorCodes.protocolError)
    client.send(frame(frameTypes.headers, flags.endHeaders | flags.endStream, 3, usePath))
    await client.response(3)
    expect(server.requests.map(({ head }) => head.path)).toEqual(['/next1'])
  })

  test.each([
    ['DATA', data(1, 'x')],
    ['HEADERS', get(3)],
    ['PRIORITY', priority(1, 0)],
    ['RST_STREAM', resetStream(1)],
    ['SETTINGS', settings()],
    ['PING', ping()],
    ['GOAWAY', goAway()],
    ['WINDOW_UPDATE', windowUpdate(0, 1)],
    ['an unknown type', frame(0xee, 0, 0)],
    ['CONTINUATION of another stream', continuation(3, Buffer.alloc(0), true)],
  ])('%s between the frames of a block is a PROTOCOL_ERROR', async (_name, bytes) => {
    client.send(headers(1, { endHeaders: false }), bytes)
    await client.expectConnectionError(errorCodes.protocolError)
  })
})

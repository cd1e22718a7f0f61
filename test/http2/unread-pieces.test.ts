import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { headers, settings, windowUpdate } from './frames.js'
import { TestServer } from './test-server.js'

const largest = 0x7fff_ffff
const pieceBytes = 1000
const nothing = Buffer.alloc(0)

describe.each([
  { over: 'TCP', overTls: false },
  { over: 'TLS', overTls: true },
])('small pieces over $over', ({ overTls }) => {
  test('stay what they are while the client does not read, and when it reads again', async () => {
    await using server = await TestServer.start({ overTls })
    const client = await server.client()
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535), headers(1))
    await client.settled()
    const [socket] = server.sockets
    const [request] = server.requests
    const expected: Buffer[] = []
    const send = (count: number) => {
      for (let sent = 0; sent < count; sent++) {
        const piece = Buffer.alloc(pieceBytes, expected.length % 251)
        expected.push(piece)
        request?.stream.send(nothing, piece)
      }
    }
    request?.stream.respond([{ name: ':status', value: '200' }], false)
    client.socket.pause()
    while ((socket?.writableLength ?? 0) === 0) {
      send(20)
      await nextTurn()
    }
    for (let turn = 0; turn < 50; turn++) {
      send(2)
      await nextTurn()
    }
    client.socket.resume()
    while ((socket?.writableLength ?? 0) > 0) await nextTurn()
    for (let turn = 0; turn < 50; turn++) {
      send(2)
      await nextTurn()
    }
    request?.stream.end([{ name: 'done', value: 'yes' }])
    const { body } = await client.response(1)
    expect(body.equals(Buffer.concat(expected))).toBe(true)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.js'
import type { FrameClient } from './frame-client.js'
import { data, headers, settings, windowUpdate } from './frames.js'
import { TestServer } from './test-server.js'

const largest = 0x7fff_ffff
const megabyte = 1024 * 1024

describe('a connection over TLS', () => {
  let server: TestServer
  let client: FrameClient

  beforeEach(async () => {
    server = await TestServer.start({ overTls: true })
    client = await server.client()
    client.send(settings([4, largest]), windowUpdate(0, largest - 65_535), headers(1))
    await client.settled()
  })

  afterEach(() => server[Symbol.asyncDispose]())

  /** A large answer that the client does not read. */
  async function answerUnread(body: Buffer): Promise<void> {
    client.socket.pause()
    server.requests[0]?.answer(body)
    await waitFor('the socket is full', () => (server.sockets[0]?.writableLength ?? 0) > megabyte)
  }

  test('brings a slow reader all of a large answer', async () => {
    const body = Buffer.alloc(30 * megabyte)
    for (let at = 0; at < body.length; at += 4) body.writeUInt32BE(at, at)
    await answerUnread(body)
    expect(server.requests[0]?.sentBytes).toBeLessThan(body.length)
    client.socket.resume()
    expect((await client.response(1)).body.equals(body)).toBe(true)
  })

  test('is not read while its client does not read, and goes on after that', async () => {
    await answerUnread(Buffer.alloc(30 * megabyte))
    const [socket] = server.sockets
    const isPaused = () => {
      client.send(windowUpdate(1, 1))
      return socket?.isPaused() === true
    }
    await waitFor('nothing more is read', isPaused)
    client.socket.resume()
    expect((await client.response(1)).body.length).toBe(30 * megabyte)
    await client.settled()
  })

  test('is lost when its client takes nothing for too long', async () => {
    await answerUnread(Buffer.alloc(30 * megabyte))
    for (let tick = 0; tick < 7; tick++) server.connections[0]?.tick(1000)
    await waitFor('the connection is gone', () => server.closedConnections === 1)
    expect(server.requests[0]?.wasReset).toBe(true)
  })

  test('says why it ends before it ends', async () => {
    client.send(data(0, 'on no stream'))
    await client.expectConnectionError(1)
  })

  test('loses its requests when its client is cut off', async () => {
    client.close()
    await waitFor('the connection is gone', () => server.closedConnections === 1)
    expect(server.requests[0]?.wasReset).toBe(true)
  })
})

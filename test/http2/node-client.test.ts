import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.js'
import { TestServer } from './test-server.js'

describe('node:http2 as the client', () => {
  let server: TestServer
  let session: ClientHttp2Session

  beforeEach(async () => {
    server = await TestServer.start({ maxConcurrentStreams: 500 })
    session = connect(`http://127.0.0.1:${server.port}`, { maxSessionMemory: 100 })
    session.on('error', () => {})
    await once(session, 'remoteSettings')
  })

  afterEach(async () => {
    session.destroy()
    await server[Symbol.asyncDispose]()
  })

  async function echo(body: Buffer): Promise<Buffer> {
    const call = session.request({ ':method': 'POST', ':path': '/echo' })
    const pieces: Buffer[] = []
    call.on('data', (piece: Buffer) => pieces.push(piece))
    const [trailers] = await Promise.all([
      once(call, 'trailers'),
      once(call, 'end'),
      call.end(body),
    ])
    expect(trailers[0]).toMatchObject({ done: 'yes' })
    return Buffer.concat(pieces)
  }

  test('reads our settings', () => {
    expect(session.remoteSettings).toMatchObject({
      maxConcurrentStreams: 500,
      initialWindowSize: 65_535,
      maxHeaderListSize: 65_536,
    })
  })

  test('gets bodies of many sizes back, many at once', async () => {
    const bodies = [0, 1, 16_384, 16_385, 65_535, 65_536, 1_000_000, 3_000_000]
    const sent = [...bodies, ...bodies, ...bodies].map((length, at) => Buffer.alloc(length, at + 1))
    const back = await Promise.all(sent.map(echo))
    expect(back.map((body, at) => body.equals(sent[at] ?? body))).toEqual(sent.map(() => true))
  })

  test('may change its window and its table while bodies are under way', async () => {
    const body = Buffer.alloc(2_000_000, 'w')
    const calls = [echo(body), echo(body), echo(body)]
    for (const initialWindowSize of [1, 100_000, 0, 1_000_000]) {
      const headerTableSize = initialWindowSize % 4096
      await new Promise<void>((resolve) => {
        session.settings({ initialWindowSize, headerTableSize }, () => resolve())
      })
    }
    for (const back of await Promise.all(calls)) expect(back.equals(body)).toBe(true)
  })

  test('pings', async () => {
    const payload = Buffer.from('8 bytes!')
    const answer = await new Promise((resolve) =>
      session.ping(payload, (_error, _duration, bytes) => resolve(bytes)),
    )
    expect(answer).toEqual(payload)
  })

  test('cancels, and goes on', async () => {
    const call = session.request({ ':method': 'POST', ':path': '/echo' })
    call.on('error', () => {})
    await waitFor('the request is there', () => server.requests.length === 1)
    const [request] = server.requests
    if (request !== undefined) request.whenEnded = () => {}
    call.close(constants.NGHTTP2_CANCEL)
    await waitFor('it is given up', () => request?.wasReset === true)
    expect((await echo(Buffer.from('next'))).toString()).toBe('next')
  })

  test('is told to go, finishes what is under way, and goes', async () => {
    const call = session.request({ ':method': 'POST', ':path': '/echo' })
    await waitFor('the request is there', () => server.requests.length === 1)
    const left = once(session, 'goaway')
    for (const connection of server.connections) connection.drain()
    expect((await left)[0]).toBe(constants.NGHTTP2_NO_ERROR)
    const ended = once(call, 'end')
    call.resume().end('last words')
    await Promise.all([ended, once(session, 'close')])
    expect(server.requests[0]?.body.toString()).toBe('last words')
  })
})

import { once } from 'node:events'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import {
  type ConnectionOptions,
  connect,
  createServer,
  type Server,
  type TLSSocket,
} from 'node:tls'
import { credentials, status } from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Host, HostOptions } from '../../src/rpc/host.js'
import { type StreamHandler, stream, type UnaryHandler, unary } from '../../src/rpc/method.js'
import { hostKinds, newHost } from '../support/hosts.js'
import { selfSigned } from '../support/self-signed.js'
import { waitFor } from '../support/wait-for.js'
import {
  collect,
  describeError,
  framed,
  openRaw,
  signpost,
  TextClient,
  textMethod,
} from './text-service.js'

const megabyte = 1024 * 1024
const askPath = '/test.Text/Ask'
const talkPath = '/test.Text/Talk'
const identity = selfSigned()

describe.each(hostKinds)('the %s host over TLS', (kind) => {
  let answer: UnaryHandler<string, string>
  let handle: StreamHandler<string, string>
  let host: Host
  let server: Server
  let port: number
  let client: TextClient
  const sockets: TLSSocket[] = []
  const troubles: unknown[] = []

  beforeEach(async () => {
    answer = (request) => request
    handle = async (requests, sink) => {
      for await (const request of requests) sink.send(request)
      sink.send('bye')
    }
    const hostOptions: HostOptions = {
      routes: [
        unary(textMethod('Ask', 'unary'), (...call: Parameters<typeof answer>) => answer(...call)),
        stream(textMethod('Talk', 'bidi-stream'), (...call) => handle(...call)),
      ],
      describeError,
      maxReceiveBytes: 8 * megabyte,
      maxConcurrentStreams: 1000,
    }
    host = newHost(kind, hostOptions, (error) => troubles.push(error))
    const options = { ...identity, ALPNProtocols: ['h2', 'http/1.1'], noDelay: true }
    server = createServer(options, (socket) => host.accept(socket))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    port = (server.address() as AddressInfo).port
    client = new TextClient(port, credentials.createSsl(Buffer.from(identity.cert)))
  })

  afterEach(async () => {
    client.close()
    for (const socket of sockets.splice(0)) socket.destroy()
    await host.close({ graceMs: 100 })
    await new Promise((resolve) => server.close(resolve))
    expect(troubles.splice(0)).toEqual([])
  })

  async function open(options: ConnectionOptions = { ALPNProtocols: ['h2'] }): Promise<TLSSocket> {
    const socket = connect({ port, host: '127.0.0.1', ca: identity.cert, ...options })
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'secureConnect')
    return socket
  }

  function openSession(socket: TLSSocket): ClientHttp2Session {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { createConnection: () => socket })
    session.on('error', () => {})
    return session
  }

  test('answers calls of one request, many at once', async () => {
    const requests = Array.from({ length: 300 }, (_, index) => `${index}`)
    const answers = await Promise.all(requests.map((request) => client.unary(askPath, request)))
    expect(answers).toEqual(requests)
  })

  test('carries messages of several megabytes both ways', async () => {
    const large = 'l'.repeat(5 * megabyte)
    const answers = await Promise.all([1, 2, 3].map(() => client.unary(askPath, large)))
    expect(answers.every((answer) => answer === large)).toBe(true)
  })

  test('streams, and hears when the caller has sent its last', async () => {
    const call = client.stream(talkPath)
    for (const request of ['a', 'b', 'c']) call.write(request)
    call.end()
    expect(await collect(call)).toEqual({
      responses: ['a', 'b', 'c', 'bye'],
      status: status.OK,
      message: '',
    })
  })

  test('holds a handler back whose caller does not read, and loses nothing', async () => {
    const total = 3000
    const heldBack = signpost<number>()
    handle = (_requests, sink) =>
      new Promise((resolve) => {
        let next = 0
        const go = (): void => {
          while (next < total) {
            if (sink.send(numbered(next++))) continue
            heldBack.reach(next)
            return
          }
          resolve()
        }
        sink.onDrain(go)
        go()
      })
    const call = client.stream(talkPath)
    call.pause()
    expect(await heldBack.reached).toBeLessThan(total)
    const collected = collect(call)
    call.resume()
    const { responses } = await collected
    expect(responses.map((response) => Number.parseInt(response, 10))).toEqual(
      Array.from({ length: total }, (_, index) => index),
    )
  })

  test('tells a handler when its caller is gone from one moment to the next', async () => {
    const running = signpost()
    handle = async (requests) => {
      running.reach()
      for await (const _ of requests);
    }
    const socket = await open()
    const call = openRaw(openSession(socket), talkPath)
    call.on('error', () => {})
    call.write(framed('hello'))
    await running.reached
    socket.destroy()
    await waitFor('no call runs', () => host.runningCalls === 0)
    expect(await client.unary(askPath, 'others go on')).toBe('others go on')
  })

  test('ends a connection whose client has closed its side', async () => {
    const running = signpost()
    answer = () => {
      running.reach()
      return new Promise(() => {})
    }
    const socket = await open()
    const call = openRaw(openSession(socket), askPath)
    call.on('error', () => {})
    call.write(framed('hello'))
    await running.reached
    socket.end()
    await once(socket, 'close')
  })

  test.each([
    ['offers another protocol', ['http/1.1']],
    ['offers none', undefined],
  ])('takes no connection of a client that %s', async (_name, ALPNProtocols) => {
    const socket = await open({ ALPNProtocols })
    const received: Buffer[] = []
    socket.on('data', (bytes: Buffer) => received.push(bytes))
    await once(socket, 'close')
    expect(Buffer.concat(received).length).toBe(0)
    expect(await client.unary(askPath, 'others go on')).toBe('others go on')
  })

  test('lets calls run on when it closes, and then ends their connections', async () => {
    const goOn = signpost()
    const running = signpost()
    answer = async () => {
      running.reach()
      await goOn.reached
      return 'at last'
    }
    const answered = client.unary(askPath, 'wait')
    await running.reached
    const closed = host.close({ graceMs: 10_000 })
    goOn.reach()
    expect(await answered).toBe('at last')
    await closed
  })
})

function numbered(index: number): string {
  return `${index}`.padStart(6, '0').padEnd(1000, '.')
}

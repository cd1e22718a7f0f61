import { createServer as createHttp2Server } from 'node:http2'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/system-clock.js'
import type { CallStatus } from '../../src/rpc/call-status.js'
import type { ClientCallListener } from '../../src/rpc/client/client-call.js'
import { ClientConnection } from '../../src/rpc/client/client-connection.js'
import { stream, unary } from '../../src/rpc/method.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import { type Running, serve, textMethod } from './text-service.js'

/** Remembers what happens to a call. */
class Heard implements ClientCallListener {
  readonly messages: string[] = []
  readonly ends: CallStatus[] = []
  drains = 0

  onMessage(bytes: Buffer): void {
    this.messages.push(bytes.toString())
  }

  onDrain(): void {
    this.drains++
  }

  onEnd(status: CallStatus): void {
    this.ends.push(status)
  }

  async end(): Promise<CallStatus | undefined> {
    await waitFor('the call has ended', () => this.ends.length > 0)
    return this.ends[0]
  }
}

const opened: ClientConnection[] = []
const losses: string[] = []

function connectTo(port: number, host = '127.0.0.1'): ClientConnection {
  const connection = new ClientConnection({
    host,
    port,
    clock: systemClock,
    pingIntervalMs: 50,
    maxReceiveBytes: 1000,
    onLost: (reason) => losses.push(reason),
  })
  opened.push(connection)
  return connection
}

afterEach(() => {
  for (const connection of opened.splice(0)) connection.destroy()
  losses.length = 0
})

describe.each(hostKinds)('a client of the %s host', (kind) => {
  let running: Running

  afterEach(() => running.close())

  test('asks and is answered, with its metadata', async () => {
    running = await serve(kind, [
      unary(textMethod('Ask', 'unary'), (request, context) => {
        return `${request}, ${context.metadata('name')}`
      }),
    ])
    const heard = new Heard()
    const call = connectTo(running.port).call('/test.Text/Ask', { name: 'you' }, heard)
    call?.send(Buffer.from('hello'))
    call?.halfClose()
    expect(await heard.end()).toEqual({ status: 0, message: '' })
    expect(heard.messages).toEqual(['hello, you'])
  })

  test('hears the status of a failure and its text, whatever that is made of', async () => {
    running = await serve(kind, [
      unary(textMethod('Fail', 'unary'), (request) => {
        throw new Error(request)
      }),
    ])
    const connection = connectTo(running.port)
    for (const text of ['9 plain', '7 schön 100 % — ümlaut']) {
      const heard = new Heard()
      const call = connection.call('/test.Text/Fail', {}, heard)
      call?.send(Buffer.from(text))
      call?.halfClose()
      expect(await heard.end()).toEqual({ status: Number(text[0]), message: text })
    }
  })

  test('streams both ways, in order, and hears the end after the last message', async () => {
    running = await serve(kind, [
      stream(textMethod('Echo', 'bidi-stream'), async (requests, sink) => {
        for await (const request of requests) sink.send(request)
        throw new Error('5 enough')
      }),
    ])
    const heard = new Heard()
    const call = connectTo(running.port).call('/test.Text/Echo', {}, heard)
    const texts = Array.from({ length: 500 }, (_, at) => `${at} `.repeat(1 + (at % 200)))
    for (const text of texts) call?.send(Buffer.from(text))
    call?.halfClose()
    expect(await heard.end()).toEqual({ status: 5, message: '5 enough' })
    expect(heard.messages).toEqual(texts)
  })

  test('hears nothing of a call that it has cancelled', async () => {
    let cancelled = false
    running = await serve(kind, [
      stream(textMethod('Wait', 'bidi-stream'), async (_requests, sink, context) => {
        sink.send('begun')
        await new Promise<void>((resolve) => {
          context.signal.addEventListener('abort', () => resolve())
        })
        cancelled = true
      }),
    ])
    const heard = new Heard()
    const call = connectTo(running.port).call('/test.Text/Wait', {}, heard)
    await waitFor('it has begun', () => heard.messages.length === 1)
    call?.cancel()
    await waitFor('it is cancelled there', () => cancelled)
    expect(heard.ends).toEqual([])
  })

  test('ends a call whose message is too large, and only that', async () => {
    running = await serve(kind, [
      unary(textMethod('Large', 'unary'), (request) => 'x'.repeat(Number(request))),
    ])
    const connection = connectTo(running.port)
    const ask = (size: string): Heard => {
      const heard = new Heard()
      const call = connection.call('/test.Text/Large', {}, heard)
      call?.send(Buffer.from(size))
      call?.halfClose()
      return heard
    }
    expect(await ask('1001').end()).toMatchObject({
      status: 8,
      message: 'grpc: received message larger than max (1001 vs. 1000)',
    })
    expect(await ask('1000').end()).toMatchObject({ status: 0 })
    expect(losses).toEqual([])
  })

  test('loses its calls with the connection', async () => {
    running = await serve(kind, [
      stream(textMethod('Wait', 'bidi-stream'), async (_requests, sink, context) => {
        sink.send('begun')
        await new Promise<void>((resolve) => {
          context.signal.addEventListener('abort', () => resolve())
        })
      }),
    ])
    const connection = connectTo(running.port)
    const heard = new Heard()
    connection.call('/test.Text/Wait', {}, heard)
    await waitFor('it has begun', () => heard.messages.length === 1)
    connection.destroy()
    connection.destroy()
    expect(await heard.end()).toMatchObject({ status: 14 })
    expect(connection.call('/test.Text/Wait', {}, heard)).toBeUndefined()
    expect(losses).toEqual([])
  })
})

describe('a client', () => {
  test('of nobody hears so, and its calls do', async () => {
    const server = await listen(createServer())
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    const heard = new Heard()
    connectTo(port).call('/test.Text/Ask', {}, heard)
    expect(await heard.end()).toMatchObject({ status: 14 })
    await waitFor('it is lost', () => losses.length === 1)
    expect(losses[0]).toContain('ECONNREFUSED')
  })

  test('of a server that speaks something else is lost', async () => {
    const server = await listen(
      createServer((socket) => {
        socket.on('error', () => {})
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(10))
      }),
    )
    const heard = new Heard()
    connectTo((server.address() as { port: number }).port).call('/test.Text/Ask', {}, heard)
    expect(await heard.end()).toMatchObject({ status: 14 })
    await waitFor('it is lost', () => losses.length === 1)
    server.close()
  })

  test('of a web server hears its status', async () => {
    const server = createHttp2Server()
    server.on('stream', (answer) => {
      answer.on('error', () => {})
      answer.respond({ ':status': 404 })
      answer.end('no such page')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const heard = new Heard()
    const connection = connectTo((server.address() as { port: number }).port)
    connection.call('/test.Text/Ask', {}, heard)
    expect(await heard.end()).toEqual({ status: 14, message: 'HTTP status 404' })
    connection.destroy()
    server.close()
  })
})

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

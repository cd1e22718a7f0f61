import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, createServer, type Socket } from 'node:net'
import { status } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import { stream, unary } from '../../src/rpc/method.js'
import { hostKinds } from '../support/hosts.js'
import {
  collect,
  makeHost,
  openRaw,
  type Running,
  serve,
  signpost,
  TextClient,
  textMethod,
} from './text-service.js'

describe.each(hostKinds)('the %s host', (kind) => {
  const ask = unary(textMethod('Ask', 'unary'), (request: string) => request)
  let running: Running

  afterEach(() => running.close())

  describe('a call nobody answers', () => {
    test.each([
      ['/test.Text/Nothing', 'unknown method Nothing for service test.Text'],
      ['/test.Other/Ask', 'unknown service test.Other'],
    ])('%s is Unimplemented', async (path, details) => {
      running = await serve(kind, [ask])
      await expect(running.client.unary(path, '')).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
        details,
      })
      expect(await collect(running.client.stream(path))).toMatchObject({
        status: status.UNIMPLEMENTED,
        message: details,
      })
    })

    test('with a path that names no method is Unimplemented', async () => {
      running = await serve(kind, [ask])
      const session = connectHttp2(`http://127.0.0.1:${running.port}`)
      const call = openRaw(session, '/nothing')
      const [headers] = await once(call, 'response')
      expect(headers).toMatchObject({ 'grpc-status': '12' })
      expect(decodeURIComponent(headers['grpc-message'])).toBe('malformed method name: "/nothing"')
      session.close()
    })

    test('on a connection that speaks something else ends that connection only', async () => {
      running = await serve(kind, [ask])
      const socket = connect(running.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write('not http/2 at all\r\n\r\n'.repeat(10))
      socket.resume()
      await once(socket, 'close')
      expect(await running.client.unary('/test.Text/Ask', 'still here')).toBe('still here')
    })
  })

  describe('binding', () => {
    test('serves the same routes on several addresses', async () => {
      running = await serve(kind, [ask])
      const second = await running.host.bind('127.0.0.1', 0)
      expect(second).not.toBe(running.port)
      const client = new TextClient(second)
      expect(await client.unary('/test.Text/Ask', 'second')).toBe('second')
      expect(await running.client.unary('/test.Text/Ask', 'first')).toBe('first')
      client.close()
    })

    test('says that the address is in use, and by which address', async () => {
      running = await serve(kind, [ask])
      await expect(running.host.bind('127.0.0.1', running.port)).rejects.toMatchObject({
        code: 'address-unusable',
        message: `cannot listen on 127.0.0.1:${running.port}: the address is already in use`,
      })
      expect(await running.client.unary('/test.Text/Ask', 'still here')).toBe('still here')
    })

    test('says that the machine does not have the address', async () => {
      running = await serve(kind, [ask])
      await expect(running.host.bind('203.0.113.7', 0)).rejects.toMatchObject({
        code: 'address-unusable',
        message: 'cannot listen on 203.0.113.7:0: this machine does not have that address',
      })
    })

    test('is refused after the host has closed', async () => {
      running = await serve(kind, [ask])
      await running.host.close({ graceMs: 0 })
      await expect(running.host.bind('127.0.0.1', 0)).rejects.toMatchObject({
        code: 'server-stopped',
      })
    })

    test('two routes for one method are a mistake', () => {
      expect(() => makeHost(kind, [ask, ask])).toThrow('two routes for /test.Text/Ask')
    })
  })

  describe('accepting', () => {
    test('serves a connection that somebody else accepted', async () => {
      running = await serve(kind, [ask])
      const listener = createServer((socket) => running.host.accept(socket))
      await once(listener.listen(0, '127.0.0.1'), 'listening')
      const address = listener.address()
      const client = new TextClient(typeof address === 'object' ? (address?.port ?? 0) : 0)
      expect(await client.unary('/test.Text/Ask', 'handed over')).toBe('handed over')
      client.close()
      listener.close()
    })

    test('drops a connection that comes after the close', async () => {
      running = await serve(kind, [ask])
      await running.host.close({ graceMs: 0 })
      const accepted = signpost<Socket>()
      const listener = createServer(accepted.reach)
      await once(listener.listen(0, '127.0.0.1'), 'listening')
      const address = listener.address()
      connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
      const socket = await accepted.reached
      running.host.accept(socket)
      expect(socket.destroyed).toBe(true)
      listener.close()
    })
  })

  describe('R12: closing', () => {
    test('lets a unary call end, and takes no new connection', async () => {
      const started = signpost()
      const release = signpost<string>()
      running = await serve(kind, [
        unary(textMethod('Wait', 'unary'), () => {
          started.reach()
          return release.reached
        }),
      ])
      const call = running.client.unary('/test.Text/Wait', '')
      await started.reached
      const closed = running.host.close({ graceMs: 20_000 })
      const late = connect(running.port, '127.0.0.1')
      const [error] = await once(late, 'error')
      expect(error).toMatchObject({ code: 'ECONNREFUSED' })
      release.reach('in time')
      expect(await call).toBe('in time')
      await closed
    })

    test('tells a streaming call to end at once', async () => {
      const started = signpost()
      running = await serve(kind, [
        stream(textMethod('Talk', 'bidi-stream'), async (requests) => {
          started.reach()
          for await (const _ of requests);
        }),
      ])
      const collected = collect(running.client.stream('/test.Text/Talk'))
      await started.reached
      await running.host.close({ graceMs: 20_000 })
      expect(await collected).toMatchObject({ message: 'etcdserver: server stopped' })
    })

    test('a streaming handler that swallows the end still ends with its reason', async () => {
      const started = signpost()
      running = await serve(kind, [
        stream(textMethod('Talk', 'bidi-stream'), async (_requests, _sink, context) => {
          started.reach()
          await new Promise<void>((resolve) => context.signal.addEventListener('abort', resolve))
        }),
      ])
      const collected = collect(running.client.stream('/test.Text/Talk'))
      await started.reached
      await running.host.close({ graceMs: 20_000 })
      expect(await collected).toMatchObject({ message: 'etcdserver: server stopped' })
    })

    test('tells a unary call to end after the grace, and waits for its last words', async () => {
      const started = signpost()
      running = await serve(kind, [
        unary(textMethod('Wait', 'unary'), (_request, context) => {
          started.reach()
          return new Promise((_resolve, reject) => {
            context.signal.addEventListener('abort', () => reject(context.signal.reason))
          })
        }),
      ])
      const call = running.client.unary('/test.Text/Wait', '')
      const refused = expect(call).rejects.toMatchObject({ details: 'etcdserver: server stopped' })
      await started.reached
      await running.host.close({ graceMs: 10 })
      await refused
    })

    test('cuts a call whose handler does not listen', async () => {
      const started = signpost()
      running = await serve(kind, [
        unary(textMethod('Wait', 'unary'), () => {
          started.reach()
          return new Promise<string>(() => {})
        }),
      ])
      const call = running.client.unary('/test.Text/Wait', '')
      const refused = expect(call).rejects.toBeDefined()
      await started.reached
      await running.host.close({ graceMs: 10 })
      await refused
    })

    test('ends a connection that is open and silent', async () => {
      running = await serve(kind, [ask])
      const socket = connect(running.port, '127.0.0.1')
      await once(socket, 'connect')
      const closed = once(socket, 'close')
      socket.resume()
      await running.host.close({ graceMs: 20_000 })
      await closed
    })

    test('twice is closing once', async () => {
      running = await serve(kind, [ask])
      expect(await running.client.unary('/test.Text/Ask', 'a')).toBe('a')
      const first = running.host.close({ graceMs: 20_000 })
      expect(running.host.close({ graceMs: 20_000 })).toBe(first)
      await first
      await running.host.close({ graceMs: 20_000 })
    })
  })
})

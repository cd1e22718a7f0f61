import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { status } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import { type StreamHandler, stream } from '../../src/rpc/method.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import {
  collect,
  framed,
  openRaw,
  type Running,
  serve,
  signpost,
  statusOf,
  textMethod,
} from './text-service.js'

describe.each(hostKinds)('the %s host', (kind) => {
  const path = '/test.Text/Talk'
  let running: Running

  afterEach(() => running.close())

  async function talking(handler: StreamHandler<string, string>): Promise<void> {
    running = await serve(kind, [stream(textMethod('Talk', 'bidi-stream'), handler)])
  }

  const echo: StreamHandler<string, string> = async (requests, sink) => {
    for await (const request of requests) sink.send(request)
    sink.send('bye')
  }

  describe('a streaming call', () => {
    test('hands over requests in order until the caller closes its half', async () => {
      await talking(echo)
      const call = running.client.stream(path)
      for (const request of ['a', 'b', 'c']) call.write(request)
      call.end()
      expect(await collect(call)).toEqual({
        responses: ['a', 'b', 'c', 'bye'],
        status: status.OK,
        message: '',
      })
      expect(running.host.runningCalls).toBe(0)
    })

    test('answers each request before the next one is sent', async () => {
      await talking(echo)
      const call = running.client.stream(path)
      const responses: string[] = []
      call.on('data', (response: string) => {
        responses.push(response)
        if (responses.length < 20) call.write(`${responses.length}`)
        else call.end()
      })
      call.write('0')
      await new Promise((resolve) => call.on('status', resolve))
      expect(responses).toEqual([...Array.from({ length: 20 }, (_, index) => `${index}`), 'bye'])
    })

    test('may answer before and without reading any request', async () => {
      await talking(async (_requests, sink) => {
        sink.send('first')
      })
      const call = running.client.stream(path)
      expect(await collect(call)).toMatchObject({ responses: ['first'], status: status.OK })
    })

    test('ends when the handler stops reading in the middle', async () => {
      await talking(async (requests, sink) => {
        for await (const request of requests) {
          sink.send(request)
          break
        }
      })
      const call = running.client.stream(path)
      for (const request of ['a', 'b', 'c']) call.write(request)
      expect(await collect(call)).toMatchObject({ responses: ['a'], status: status.OK })
    })

    test('becomes the status that the error is described with, after all responses', async () => {
      await talking(async (_requests, sink) => {
        sink.send('first')
        throw new Error('14 gone')
      })
      expect(await collect(running.client.stream(path))).toEqual({
        responses: ['first'],
        status: 14,
        message: '14 gone',
      })
    })

    test('whose bytes do not parse is Internal, and its handler ends', async () => {
      const ended = signpost<unknown>()
      await talking((requests, sink) => echo(requests, sink, never).catch(ended.reach))
      const call = running.client.stream(path)
      call.write('fine')
      call.write('garbage')
      expect(await collect(call)).toEqual({
        responses: ['fine'],
        status: status.INTERNAL,
        message: 'grpc: failed to unmarshal the received message: malformed protobuf message',
      })
      expect(await ended.reached).toMatchObject({ code: 'malformed-message' })
    })

    test('with a message over the size limit is ResourceExhausted, and its handler ends', async () => {
      const ended = signpost<unknown>()
      await talking((requests, sink) => echo(requests, sink, never).catch(ended.reach))
      const call = running.client.stream(path)
      call.write('x'.repeat(1001))
      expect(await collect(call)).toMatchObject({
        status: status.RESOURCE_EXHAUSTED,
        message: 'grpc: received message larger than max (1001 vs. 1000)',
      })
      await ended.reached
      expect(running.host.runningCalls).toBe(0)
    })

    test('whose response cannot be encoded ends with an error; its sender goes on', async () => {
      const sent = signpost<boolean>()
      await talking(async (requests, sink) => {
        sent.reach(sink.send('not encodable'))
        for await (const _ of requests);
      })
      expect(await collect(running.client.stream(path))).toMatchObject({
        status: status.UNKNOWN,
        message: 'cannot be encoded',
      })
      expect(await sent.reached).toBe(true)
    })
  })

  describe('a streaming call that is given up', () => {
    test('R8: ends the requests and aborts the signal, while the handler reads', async () => {
      const first = signpost<string>()
      const ended = signpost<unknown>()
      await talking(async (requests, _sink, context) => {
        try {
          for await (const request of requests) first.reach(request)
        } finally {
          ended.reach(context.signal.reason)
        }
      })
      const call = running.client.stream(path)
      call.write('hello')
      await first.reached
      call.cancel()
      expect(await ended.reached).toMatchObject({ code: 'context-canceled' })
      await waitFor('no call runs', () => running.host.runningCalls === 0)
    })

    test('R8: aborts the signal while the handler reads nothing', async () => {
      const started = signpost()
      const aborted = signpost()
      await talking(async (requests, _sink, context) => {
        for await (const _ of requests) break
        started.reach()
        await new Promise<void>((resolve) => context.signal.addEventListener('abort', resolve))
        aborted.reach()
      })
      const call = running.client.stream(path)
      for (let index = 0; index < 100; index++) call.write('x'.repeat(1000))
      await started.reached
      call.cancel()
      await aborted.reached
      await waitFor('no call runs', () => running.host.runningCalls === 0)
    })

    test('R8: aborts the signal when the connection breaks', async () => {
      const ended = signpost<unknown>()
      await talking((requests, sink, context) => echo(requests, sink, context).catch(ended.reach))
      const session = connect(`http://127.0.0.1:${running.port}`)
      session.on('error', () => {})
      const call = openRaw(session, path)
      call.on('error', () => {})
      call.write(framed('hello'))
      await new Promise((resolve) => call.once('data', resolve))
      session.destroy()
      expect(await ended.reached).toMatchObject({ code: 'context-canceled' })
    })

    test('R9: ends at its deadline', async () => {
      const ended = signpost<unknown>()
      await talking((requests, sink, context) =>
        echo(requests, sink, context).catch((reason) => {
          ended.reach(reason)
          throw reason
        }),
      )
      expect(await statusAfterDeadline()).toMatchObject({ code: 4 })
      expect(await ended.reached).toMatchObject({ code: 'deadline-exceeded' })
    })

    test('R9: at its deadline is answered with what the handler throws', async () => {
      await talking(async (requests) => {
        try {
          for await (const _ of requests);
        } catch {
          throw new Error('14 timed out')
        }
      })
      expect(await statusAfterDeadline()).toEqual({ code: 14, message: '14 timed out' })
    })

    /** Leaves the deadline to the server, where gRPC clients also keep it themselves. */
    async function statusAfterDeadline(): Promise<unknown> {
      const session = connect(`http://127.0.0.1:${running.port}`)
      const call = openRaw(session, path, { 'grpc-timeout': '20m' })
      const [headers] = await once(call, 'response')
      call.close(constants.NGHTTP2_NO_ERROR)
      session.close()
      return statusOf(headers)
    }
  })

  const never = {
    signal: new AbortController().signal,
    abort: () => {},
    timeoutMs: undefined,
    peer: '',
    metadata: () => undefined,
  }
})

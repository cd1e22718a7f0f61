import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { Metadata, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import type { CallContext } from '../../src/rpc/call-context.js'
import { type UnaryHandler, unary } from '../../src/rpc/method.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import {
  framed,
  openRaw,
  type Running,
  serve,
  signpost,
  statusOf,
  textMethod,
} from './text-service.js'

describe.each(hostKinds)('the %s host', (kind) => {
  const path = '/test.Text/Ask'
  let running: Running

  afterEach(() => running.close())

  async function answering(handler: UnaryHandler<string, string>): Promise<void> {
    running = await serve(kind, [unary(textMethod('Ask', 'unary'), handler)])
  }

  describe('a unary call', () => {
    test('answers with what the handler returns', async () => {
      await answering((request) => `you said ${request}`)
      expect(await running.client.unary(path, 'hello')).toBe('you said hello')
    })

    test('answers with what the handler resolves to', async () => {
      await answering(async (request) => `later ${request}`)
      expect(await running.client.unary(path, '')).toBe('later ')
    })

    test('answers as one message what is encoded in parts', async () => {
      const answer = `in parts${[0, 20_000, 1, 70_000].map((size) => `,${'x'.repeat(size)}`).join('')}`
      await answering(() => answer)
      expect(await running.client.unary(path, '')).toBe(answer)
    })

    test('answers 1,000 callers at once, each with its own', async () => {
      await answering((request) => new Promise((resolve) => setImmediate(resolve, request)))
      const requests = Array.from({ length: 1000 }, (_, index) => `request ${index}`)
      const answers = await Promise.all(requests.map((text) => running.client.unary(path, text)))
      expect(answers).toEqual(requests)
      expect(running.host.runningCalls).toBe(0)
    })

    test('becomes the status that the error is described with', async () => {
      await answering(() => {
        throw new Error('9 not now')
      })
      await expect(running.client.unary(path, '')).rejects.toMatchObject({
        code: 9,
        details: '9 not now',
      })
    })

    test('carries any text of an error', async () => {
      const text = '5 % ü 漢 \u{1f600} new\nline "quoted"'
      await answering(() => {
        throw new Error(`${text} \ud800`)
      })
      await expect(running.client.unary(path, '')).rejects.toMatchObject({
        code: 5,
        details: `${text} \ufffd`,
      })
    })

    test('whose response cannot be encoded ends with an error', async () => {
      await answering(() => 'not encodable')
      await expect(running.client.unary(path, '')).rejects.toMatchObject({
        code: status.UNKNOWN,
        details: 'cannot be encoded',
      })
    })

    test('whose bytes do not parse is Internal', async () => {
      await answering(() => 'never')
      await expect(running.client.unary(path, 'garbage')).rejects.toMatchObject({
        code: status.INTERNAL,
        details: 'grpc: error unmarshalling request: malformed protobuf message',
      })
      expect(running.host.runningCalls).toBe(0)
    })

    test('over the size limit is ResourceExhausted, at the limit it is not', async () => {
      await answering((request) => `${request.length}`)
      await expect(running.client.unary(path, 'x'.repeat(1001))).rejects.toMatchObject({
        code: status.RESOURCE_EXHAUSTED,
        details: 'grpc: received message larger than max (1001 vs. 1000)',
      })
      expect(await running.client.unary(path, 'x'.repeat(1000))).toBe('1000')
      expect(running.host.runningCalls).toBe(0)
    })

    test('without a message is Internal', async () => {
      await answering(() => 'never')
      const call = running.client.stream(path)
      call.resume()
      call.end()
      const ended = await new Promise<{ code: number }>((resolve) => call.on('status', resolve))
      expect(ended.code).toBe(status.INTERNAL)
      expect(running.host.runningCalls).toBe(0)
    })
  })

  describe('the context of a call', () => {
    test('knows metadata, deadline and caller', async () => {
      const seen: unknown[] = []
      await answering((_request, context) => {
        seen.push(context.metadata('token'), context.metadata('some-bin'), context.metadata('none'))
        seen.push(context.peer, context.timeoutMs, context.signal.aborted)
        return ''
      })
      const metadata = new Metadata()
      metadata.add('Token', 'first')
      metadata.set('some-bin', Buffer.from([1, 2]))
      await running.client.unary(path, '', { metadata, deadline: Date.now() + 60_000 })
      await running.client.unary(path, '')
      const [token, binary, missing, peer, timeoutMs, aborted, ...withoutDeadline] = seen
      expect([token, binary, missing, aborted]).toEqual(['first', 'AQI=', undefined, false])
      expect(peer).toMatch(/^127\.0\.0\.1:\d+$/)
      expect(timeoutMs).toBeGreaterThan(50_000)
      expect(timeoutMs).toBeLessThanOrEqual(60_000)
      expect(withoutDeadline[4]).toBeUndefined()
    })

    test('R9: aborts its signal when the caller cancels', async () => {
      const started = signpost<CallContext>()
      const aborted = signpost<unknown>()
      await answering((_request, context) => {
        context.signal.addEventListener('abort', () => aborted.reach(context.signal.reason))
        started.reach(context)
        return new Promise(() => {})
      })
      let cancel = () => {}
      const call = running.client.unary(path, '', { onCall: (given) => (cancel = given) })
      await started.reached
      cancel()
      await expect(call).rejects.toMatchObject({ code: status.CANCELLED })
      expect(await aborted.reached).toMatchObject({ code: 'context-canceled' })
    })

    test('R9: shows an aborted signal to who first looks after the cancel', async () => {
      const started = signpost<CallContext>()
      const looked = signpost<unknown>()
      await answering(async (_request, context) => {
        started.reach(context)
        await waitFor('the cancel comes', () => context.signal.aborted)
        looked.reach(context.signal.reason)
        return ''
      })
      let cancel = () => {}
      const call = running.client.unary(path, '', { onCall: (given) => (cancel = given) })
      await started.reached
      cancel()
      await expect(call).rejects.toMatchObject({ code: status.CANCELLED })
      expect(await looked.reached).toMatchObject({ code: 'context-canceled' })
    })

    test('R9: aborts its signal when the deadline passes; the handler answers', async () => {
      await answering((_request, context) => {
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason))
        })
      })
      const session = connect(`http://127.0.0.1:${running.port}`)
      const call = openRaw(session, path, { 'grpc-timeout': '20m' })
      call.end(framed('hello'))
      const [headers] = await once(call, 'response')
      expect(statusOf(headers)).toEqual({ code: 4, message: 'context deadline exceeded' })
      expect(running.host.runningCalls).toBe(0)
      session.close()
    })

    test('R9: aborts its signal when the connection breaks', async () => {
      const started = signpost()
      const aborted = signpost()
      await answering((_request, context) => {
        context.signal.addEventListener('abort', () => aborted.reach())
        started.reach()
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason))
        })
      })
      const session = connect(`http://127.0.0.1:${running.port}`)
      session.on('error', () => {})
      const call = openRaw(session, path)
      call.on('error', () => {})
      call.write(framed('hello'))
      await started.reached
      session.destroy()
      await aborted.reached
      await waitFor('no call runs', () => running.host.runningCalls === 0)
    })

    test('R9: is not needed for a call that is given up before its message came', async () => {
      await answering(() => 'never')
      const session = connect(`http://127.0.0.1:${running.port}`)
      const call = openRaw(session, path)
      call.on('error', () => {})
      await waitFor('the call runs', () => running.host.runningCalls === 1)
      call.close(constants.NGHTTP2_CANCEL)
      await waitFor('no call runs', () => running.host.runningCalls === 0)
      session.close()
    })
  })
})

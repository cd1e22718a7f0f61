import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes } from '../../../src/http2/index.js'
import type { CallContext } from '../../../src/rpc/call-context.js'
import { unary } from '../../../src/rpc/method.js'
import { data, headers } from '../../http2/frames.js'
import { hostDifferences } from '../../support/host-differences.js'
import { hostKinds } from '../../support/hosts.js'
import { waitFor } from '../../support/wait-for.js'
import { framed, type Running, serve, textMethod } from '../text-service.js'
import { callFields, RawCaller } from './raw-call.js'

const ask = '/test.Text/Ask'

describe.each(hostKinds)('the %s host', (kind) => {
  let running: Running
  let caller: RawCaller
  let seen: CallContext[]
  let failure: string | undefined

  beforeEach(async () => {
    seen = []
    failure = undefined
    running = await serve(kind, [
      unary(textMethod('Ask', 'unary'), (request: string, context) => {
        seen.push(context)
        if (failure !== undefined) throw new Error(failure)
        return request
      }),
    ])
    caller = await RawCaller.connect(running.port)
  })

  afterEach(async () => {
    caller.client.close()
    await running.close()
  })

  describe('grpc-timeout', () => {
    test.each([
      ['1H', 3_600_000],
      ['2M', 120_000],
      ['30S', 30_000],
      ['99999m', 99_999],
      ['99999999u', 99_999.999],
    ])('%s is understood', async (text, timeoutMs) => {
      expect((await caller.call(ask, 'x', { 'grpc-timeout': text })).code).toBe(0)
      const seenMs = seen[0]?.timeoutMs ?? 0
      expect(seenMs).toBeGreaterThan(timeoutMs - 5000)
      expect(seenMs).toBeLessThanOrEqual(timeoutMs + 1)
    })
  })

  describe('metadata', () => {
    test.each([
      ['AQID', 'AQID'],
      ['AQI=', 'AQI='],
      ['AQI', 'AQI='],
      ['', ''],
    ])('of a -bin key: %s', async (sent, base64) => {
      await caller.call(ask, 'x', { 'some-bin': sent })
      expect(seen[0]?.metadata('some-bin')).toBe(base64)
    })

    test('of several values joins them', async () => {
      const fields = [...callFields(ask), ['who', 'a'] as const, ['who', 'b'] as const]
      caller.client.send(headers(1, { fields }), data(1, framed('x'), true))
      expect(await caller.ending(1)).toMatchObject({ code: 0 })
      expect(seen[0]?.metadata('who')).toBe('a, b')
    })
  })

  describe('a status', () => {
    test.each([
      'plain',
      ' leads with a space',
      'ends with a space ',
      ' ',
      '100 %',
      '%41',
      'line\nfeed',
      'ü 漢 \u{1f600}',
      '"quoted"',
    ])('says %j', async (text) => {
      failure = text
      const { code, message, encodedMessage, messages } = await caller.call(ask, 'x')
      expect(code).toBeGreaterThan(0)
      expect(message).toBe(text)
      expect(messages).toEqual([])
      expect(encodedMessage).toMatch(hostDifferences.statusText[kind])
    })
  })

  test.each(['application/grpc', 'application/grpc+proto'])('%s is gRPC', async (type) => {
    expect(await caller.call(ask, 'x', { 'content-type': type })).toMatchObject({ code: 0 })
  })
})

describe.each(hostKinds)('calls at the edge, at the %s host', (kind) => {
  let running: Running
  let caller: RawCaller
  let seen: CallContext[]

  beforeEach(async () => {
    seen = []
    running = await serve(kind, [
      unary(textMethod('Ask', 'unary'), (request: string, context) => {
        seen.push(context)
        if (request !== 'wait') return request
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason))
        })
      }),
    ])
    caller = await RawCaller.connect(running.port)
  })

  afterEach(async () => {
    caller.client.close()
    await running.close()
  })

  test.each(['application/json', 'text/plain'])('%s is not gRPC', async (type) => {
    const ending = await caller.call(ask, 'x', { 'content-type': type })
    expect(ending).toMatchObject({ httpStatus: '415' })
    expect(seen).toEqual([])
  })

  test('application/grpcx is not gRPC, either', async () => {
    const ending = await caller.call(ask, 'x', { 'content-type': 'application/grpcx' })
    expect(ending).toMatchObject(hostDifferences.almostGrpc[kind])
  })

  test.each(['GET', 'PUT', 'post'])('%s is no method for a call', async (method) => {
    const ending = await caller.call(ask, 'x', { ':method': method })
    expect(ending).toMatchObject(hostDifferences.methodButPost[kind])
  })

  test.each(['http://localhost:2379', '#initially=[localhost:2379]'])(
    'an :authority of "%s", as some of etcd’s clients send it',
    async (authority) => {
      const id = caller.begin(ask, { ':authority': authority })
      caller.client.send(data(id, framed('x'), true))
      if (hostDifferences.urlAsAuthority[kind] === undefined) {
        expect(await caller.ending(id)).toMatchObject({ code: 0, messages: ['x'] })
      } else {
        await caller.client.expectStreamError(id, errorCodes.protocolError)
      }
    },
  )

  test('300 metadata', async () => {
    const metadata = Array.from({ length: 300 }, (_, index) => [`key${index}`, 'v'] as const)
    const id = caller.begin(ask, Object.fromEntries(metadata))
    caller.client.send(data(id, framed('x'), true))
    if (hostDifferences.manyFields[kind] === 'served') {
      expect(await caller.ending(id)).toMatchObject({ code: 0, messages: ['x'] })
    } else {
      await caller.client.expectStreamError(id, errorCodes.enhanceYourCalm)
    }
  })

  test('a grpc client that cancels 1,000 calls at once, again and again, keeps its connection', async () => {
    await running.client.unary(ask, 'first')
    for (let round = 0; round < 5; round++) {
      const cancels: (() => void)[] = []
      const calls = Array.from({ length: 1000 }, () =>
        running.client
          .unary(ask, 'wait', { onCall: (cancel) => cancels.push(cancel) })
          .catch((error: { code: number }) => error.code),
      )
      await waitFor('all run', () => running.host.runningCalls === 1000)
      for (const cancel of cancels) cancel()
      expect(new Set(await Promise.all(calls))).toEqual(new Set([1]))
    }
    await running.client.unary(ask, 'last')
    expect(seen.at(-1)?.peer).toBe(seen[0]?.peer)
  })

  test.each(['', '1', 'S', '1h'])('a grpc-timeout of "%s" is malformed: Internal', async (text) => {
    const ending = await caller.call(ask, 'x', { 'grpc-timeout': text })
    expect(ending).toMatchObject({ httpStatus: '200', code: 13 })
    expect(seen).toEqual([])
  })

  test.each(['1.5S', '-1S', '+1S', '123456789S', '1 S', '0x1S'])(
    'a grpc-timeout of "%s" is malformed, although a time is in it',
    async (text) => {
      const ending = await caller.call(ask, 'x', { 'grpc-timeout': text })
      expect(ending).toMatchObject(hostDifferences.malformedTimeout[kind])
    },
  )

  test.each(['0m', '1n', '1u'])('a grpc-timeout of %s passes at once', async (text) => {
    expect(await caller.call(ask, 'wait', { 'grpc-timeout': text })).toMatchObject({ code: 4 })
  })
})

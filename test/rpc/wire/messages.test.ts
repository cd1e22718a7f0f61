import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, frameTypes } from '../../../src/http2/protocol.js'
import { stream, unary } from '../../../src/rpc/method.js'
import { data, windowUpdate } from '../../http2/frames.js'
import { hostDifferences } from '../../support/host-differences.js'
import { hostKinds } from '../../support/hosts.js'
import { waitFor } from '../../support/wait-for.js'
import { framed, type Running, serve, textMethod } from '../text-service.js'
import { flagged, RawCaller } from './raw-call.js'

const ask = '/test.Text/Ask'
const talk = '/test.Text/Talk'
const ok = { code: 0, httpStatus: '200' }

describe.each(hostKinds)('the %s host', (kind) => {
  let running: Running
  let caller: RawCaller

  beforeEach(async () => {
    running = await serve(kind, [
      unary(textMethod('Ask', 'unary'), (request: string) => `you said ${request}`),
      stream(textMethod('Talk', 'bidi-stream'), async (requests: AsyncIterable<string>, sink) => {
        for await (const request of requests) sink.send(`heard ${request}`)
      }),
    ])
    caller = await RawCaller.connect(running.port)
  })

  afterEach(async () => {
    caller.client.close()
    await running.close()
  })

  describe('messages and frames', () => {
    test('a message may be cut anywhere', async () => {
      const bytes = framed('in two')
      for (let at = 0; at <= bytes.length; at++) {
        const id = caller.begin(ask)
        caller.client.send(data(id, bytes.subarray(0, at)), data(id, bytes.subarray(at), true))
        expect(await caller.ending(id)).toMatchObject({ ...ok, messages: ['you said in two'] })
      }
    })

    test('a message may come byte by byte, each in a packet of its own', async () => {
      const id = caller.begin(ask)
      for (const byte of framed('slowly')) {
        caller.client.send(data(id, Buffer.from([byte])))
        await caller.client.settled()
      }
      caller.client.send(data(id, '', true))
      expect(await caller.ending(id)).toMatchObject({ ...ok, messages: ['you said slowly'] })
    })

    test('a frame may hold several messages, empty ones, too', async () => {
      const body = Buffer.concat([framed('a'), framed(''), framed('b'), framed('')])
      expect(await caller.call(talk, body)).toMatchObject({
        ...ok,
        messages: ['heard a', 'heard ', 'heard b', 'heard '],
      })
    })

    test('any messages, cut into any frames, arrive', async () => {
      const texts = fc.array(fc.string({ maxLength: 300, unit: 'binary' }), { maxLength: 20 })
      const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 })
      await fc.assert(
        fc.asyncProperty(texts, cuts, async (sent, sizes) => {
          const messages = sent.map((text) => `t${Buffer.from(text)}`)
          const body = Buffer.concat(messages.map(framed))
          const id = caller.begin(talk)
          for (let at = 0, count = 0; at < body.length; count++) {
            const size = sizes[count % sizes.length] ?? 1
            caller.client.send(data(id, body.subarray(at, at + size)))
            at += size
          }
          caller.client.send(data(id, '', true))
          const { code, messages: heard } = await caller.ending(id)
          expect([code, heard]).toEqual([0, messages.map((text) => `heard ${text}`)])
        }),
        { numRuns: 25 },
      )
    })

    test('a message over the limit is refused before it has come in', async () => {
      const id = caller.begin(ask)
      caller.client.send(data(id, Buffer.from('00ffffffff78', 'hex')))
      expect(await caller.ending(id)).toMatchObject({ code: 8 })
    })

    test('a response that precedes the end of the request is whole; the rest is ignored', async () => {
      const id = caller.begin(ask)
      caller.client.send(data(id, framed('early')))
      expect(await caller.ending(id)).toMatchObject({ ...ok, messages: ['you said early'] })
      caller.client.send(data(id, framed('more')))
      if (hostDifferences.afterEarlyAnswer[kind] === 'told') {
        await caller.client.expectStreamError(id, errorCodes.noError)
      }
      caller.client.send(data(id, framed('and more')), data(id, '', true))
      expect(await caller.call(ask, 'after')).toMatchObject({ messages: ['you said after'] })
      await waitFor('no call runs', () => running.host.runningCalls === 0)
    })
  })

  describe('compressed messages', () => {
    test.each([
      ['gzip', gzipSync('squeezed')],
      ['deflate', deflateSync('squeezed')],
    ])('of %s are read', async (encoding, bytes) => {
      const body = Buffer.concat([flagged(1, bytes), framed('plain'), flagged(1, bytes)])
      const ending = await caller.call(talk, body, { 'grpc-encoding': encoding })
      expect(ending).toMatchObject({
        ...ok,
        messages: ['heard squeezed', 'heard plain', 'heard squeezed'],
      })
    })

    test('may inflate to the limit', async () => {
      const body = flagged(1, gzipSync('x'.repeat(1000)))
      const ending = await caller.call(ask, body, { 'grpc-encoding': 'gzip' })
      expect(ending).toMatchObject({ ...ok, messages: [`you said ${'x'.repeat(1000)}`] })
    })

    test('that inflate beyond it are ResourceExhausted', async () => {
      const bomb = gzipSync(Buffer.alloc(500_000))
      expect(bomb.length).toBeLessThan(1000)
      const ending = await caller.call(ask, flagged(1, bomb), { 'grpc-encoding': 'gzip' })
      expect(ending).toMatchObject({ code: 8, messages: [] })
    })

    test('of an unknown encoding are Unimplemented', async () => {
      const ending = await caller.call(ask, flagged(1, Buffer.from('?')), {
        'grpc-encoding': 'snappy',
      })
      expect(ending.code).toBe(12)
    })
  })
})

describe.each(hostKinds)('requests that are not in order, at the %s host', (kind) => {
  let running: Running
  let caller: RawCaller
  let mayRead: () => void

  beforeEach(async () => {
    const reading = new Promise<void>((resolve) => {
      mayRead = resolve
    })
    running = await serve(kind, [
      unary(textMethod('Ask', 'unary'), (request: string) => `you said ${request}`),
      stream(textMethod('Talk', 'bidi-stream'), async (requests: AsyncIterable<string>, sink) => {
        await reading
        for await (const request of requests) sink.send(`heard ${request}`)
      }),
    ])
    caller = await RawCaller.connect(running.port)
  })

  afterEach(async () => {
    caller.client.close()
    await running.close()
  })

  test.each([
    ['of no known flag', flagged(2, Buffer.from('x')), hostDifferences.unknownFlag],
    ['cut short by the end', framed('cut').subarray(0, 7), hostDifferences.messageCutShort],
    ['cut short in its head', framed('x').subarray(0, 3), hostDifferences.messageCutShort],
  ])('a message %s', async (_name, body, expected) => {
    mayRead()
    const [asked, talked] = expected[kind]
    expect(await caller.call(ask, body)).toMatchObject(asked)
    expect(await caller.call(talk, Buffer.concat([framed('whole'), body]))).toMatchObject(talked)
    await waitFor('no call runs', () => running.host.runningCalls === 0)
  })

  test('a damaged gzip message is Internal', async () => {
    const body = flagged(1, Buffer.from('not gzip'))
    const ending = await caller.call(ask, body, { 'grpc-encoding': 'gzip' })
    expect(ending).toMatchObject(hostDifferences.damagedGzip[kind])
  })

  test('a compressed message without an encoding', async () => {
    const ending = await caller.call(ask, flagged(1, gzipSync('x')))
    expect(ending).toMatchObject(hostDifferences.compressedByNothing[kind])
  })

  test('says which encodings it reads', async () => {
    const told = async (encoding: string, flag: number): Promise<string | undefined> => {
      const id = caller.begin(ask, { 'grpc-encoding': encoding })
      caller.client.send(data(id, flagged(flag, Buffer.from('x')), true))
      return (await caller.client.response(id)).fields['grpc-accept-encoding']
    }
    const expected = hostDifferences.encodingsRead[kind]
    expect(await told('identity', 0)).toBe(expected.answered)
    expect(await told('snappy', 1)).toBe(expected.refused)
  })

  test('a second message of a unary call is ignored', async () => {
    const body = Buffer.concat([framed('first'), flagged(7, Buffer.alloc(500))])
    expect(await caller.call(ask, body)).toMatchObject({ code: 0, messages: ['you said first'] })
  })

  test('a second message of a unary call that is over the limit', async () => {
    const body = Buffer.concat([framed('first'), framed('x'.repeat(2000))])
    const ending = await caller.call(ask, body)
    expect(ending).toMatchObject(hostDifferences.largeSecondMessage[kind])
  })

  test('10,000 messages that nobody reads are held as bytes, and read later', async () => {
    const id = caller.begin(talk)
    for (let count = 0; count < 10; count++) {
      caller.client.send(data(id, Buffer.concat(Array.from({ length: 1000 }, () => framed('')))))
    }
    caller.client.send(data(id, '', true))
    await caller.client.settled()
    expect(caller.client.unread(frameTypes.windowUpdate, id)).toEqual([])
    caller.client.send(windowUpdate(0, 1_000_000), windowUpdate(id, 1_000_000))
    mayRead()
    expect((await caller.ending(id)).messages).toHaveLength(10_000)
  })
})

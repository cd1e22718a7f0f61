import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageReader } from '../../../src/rpc/http2/message-reader.js'
import { framed } from '../text-service.js'

describe('MessageReader', () => {
  test('keeps nothing of the memory it was handed, once settled', () => {
    const reader = new MessageReader(100, undefined)
    const chunk = Buffer.concat([framed('whole'), framed('in part').subarray(0, 7)])
    reader.push(chunk, 0, chunk.length)
    expect(reader.next()?.toString()).toBe('whole')
    expect(reader.next()).toBeUndefined()
    reader.settle()
    chunk.fill(0xff)
    reader.push(framed('in part'), 7, 12)
    expect(reader.next()?.toString()).toBe('in part')
    expect(reader.heldBytes).toBe(0)
  })

  test('hands out the same however bytes come and whenever it is asked', () => {
    const steps = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 90 }), asks: fc.nat(3) }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 })), steps, (texts, plan) => {
        const body = Buffer.concat(texts.map(framed))
        const reader = new MessageReader(1000, undefined)
        const seen: Buffer[] = []
        const ask = () => {
          const foreseen = reader.hasMessage
          const message = reader.next()
          expect(message !== undefined).toBe(foreseen)
          if (message !== undefined) seen.push(message)
          return message !== undefined
        }
        for (let at = 0, step = 0; at < body.length; step++) {
          const { bytes, asks } = plan[step % plan.length] ?? { bytes: 1, asks: 1 }
          reader.push(body, at, Math.min(body.length, at + bytes))
          at += bytes
          for (let count = 0; count < asks; count++) ask()
          reader.settle()
        }
        while (ask());
        expect(seen.map(String)).toEqual(texts)
        expect(reader.heldBytes).toBe(0)
      }),
    )
  })

  test('a megabyte that comes byte by byte is not copied for each byte', () => {
    const reader = new MessageReader(2_000_000, undefined)
    const body = framed('x'.repeat(1_000_000))
    const began = performance.now()
    for (let at = 0; at < body.length; at++) {
      reader.push(body, at, at + 1)
      reader.settle()
    }
    expect(reader.next()?.length).toBe(1_000_000)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  test('an announced length takes no memory', () => {
    const readers = Array.from({ length: 2000 }, () => new MessageReader(0xffff_ffff, undefined))
    const before = process.memoryUsage().arrayBuffers
    for (const reader of readers) {
      reader.push(Buffer.from('00ffffffff78', 'hex'), 0, 6)
      expect(reader.next()).toBeUndefined()
      reader.settle()
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000)
  })
})

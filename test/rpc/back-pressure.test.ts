import { status } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import { type ResponseSink, type StreamHandler, stream } from '../../src/rpc/method.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import { collect, type Running, serve, signpost, textMethod } from './text-service.js'

describe.each(hostKinds)('the %s host', (kind) => {
  const path = '/test.Text/Talk'
  let running: Running

  afterEach(() => running.close())

  async function talking(handler: StreamHandler<string, string>): Promise<void> {
    running = await serve(kind, [stream(textMethod('Talk', 'bidi-stream'), handler)])
  }

  describe('back pressure', () => {
    test('a slow reader makes the sink answer false; it calls when it has drained', async () => {
      const heldBack = signpost<number>()
      const total = 3000
      await talking((_requests, sink) => sendAll(sink, total, heldBack.reach))
      const call = running.client.stream(path)
      call.pause()
      const sentBeforeReading = await heldBack.reached
      expect(sentBeforeReading).toBeLessThan(total)
      const collected = collect(call)
      call.resume()
      const { responses, status: ended } = await collected
      expect(ended).toBe(status.OK)
      expect(responses.map((response) => response.slice(0, 6))).toEqual(
        Array.from({ length: total }, (_, index) => numbered(index).slice(0, 6)),
      )
    })

    test('a handler that does not read holds its caller back', async () => {
      const mayRead = signpost()
      let read = 0
      await talking(async (requests) => {
        await mayRead.reached
        for await (const _ of requests) read++
      })
      const call = running.client.stream(path)
      const total = 2000
      let written = 0
      const writeMore = (): void => {
        if (written < total) call.write(numbered(written++), writeMore)
      }
      writeMore()
      await settled(() => written)
      expect(written).toBeLessThan(total)
      mayRead.reach()
      await waitFor('all is written', () => written === total)
      call.end()
      await collect(call)
      expect(read).toBe(total)
    })

    test('sending after the end does nothing', async () => {
      const left = signpost<ResponseSink<string>>()
      await talking(async (_requests, sink) => left.reach(sink))
      const call = running.client.stream(path)
      expect(await collect(call)).toMatchObject({ responses: [], status: status.OK })
      expect((await left.reached).send('too late')).toBe(true)
    })
  })

  async function sendAll(
    sink: ResponseSink<string>,
    total: number,
    heldBack: (sent: number) => void,
  ): Promise<void> {
    let next = 0
    await new Promise<void>((resolve) => {
      const go = (): void => {
        while (next < total) {
          if (sink.send(numbered(next++))) continue
          heldBack(next)
          return
        }
        resolve()
      }
      sink.onDrain(go)
      go()
    })
  }

  function numbered(index: number): string {
    return `${index}`.padStart(6, '0').padEnd(1000, '.')
  }

  /** Waits until a number has been above zero and the same for a while. */
  async function settled(value: () => number): Promise<void> {
    let before = 0
    await expect
      .poll(
        () => {
          const still = value() > 0 && value() === before
          before = value()
          return still
        },
        { interval: 100, timeout: 20_000 },
      )
      .toBe(true)
  }
})

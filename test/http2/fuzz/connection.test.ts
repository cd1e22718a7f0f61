import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FrameParser } from '../../../src/http2/inbound/frame-parser.js'
import { ConnectionError, clientPreface } from '../../../src/http2/protocol.js'
import { waitFor } from '../../support/wait-for.js'
import type { FrameClient } from '../frame-client.js'
import { get, ping } from '../frames.js'
import { TestServer } from '../test-server.js'
import { clientBytes, packetBytes } from './draw-bytes.js'

const seconds = Number(process.env.METASTORE_FUZZ_SECONDS ?? 2)
const forLong = { numRuns: 1_000_000_000, interruptAfterTimeLimit: seconds * 1000 }
const timeoutMs = seconds * 1000 + 60_000

describe('whatever bytes come in', () => {
  test('frames are cut alike however the bytes are cut', { timeout: timeoutMs }, () => {
    const randomBytes = fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => Buffer.concat([clientPreface, bytes]))
    fc.assert(
      fc.property(fc.oneof(clientBytes, randomBytes), packetBytes, (bytes, sizes) => {
        expect(framesOf(bytes, sizes)).toEqual(framesOf(bytes, [bytes.length + 1]))
      }),
      forLong,
    )
  })

  describe('to a connection', () => {
    let server: TestServer
    let bystander: FrameClient

    beforeEach(async () => {
      server = await TestServer.start({ maxConcurrentStreams: 8, maxHeaderListBytes: 5000 })
      bystander = await server.client()
    })

    afterEach(() => server[Symbol.asyncDispose]())

    test('it answers or closes, and others are served', { timeout: timeoutMs }, async () => {
      let streamId = 1
      await fc.assert(
        fc.asyncProperty(clientBytes, packetBytes, async (bytes, sizes) => {
          const client = await server.silentClient()
          client.ignoresBlocks = true
          for (const packet of packets(bytes, sizes)) client.socket.write(packet)
          // A frame that was cut short swallows some of the pings, not all: it has a bounded size.
          client.socket.write(Buffer.concat(Array.from({ length: 1100 }, () => ping())))
          const answered = () => client.unread(6).length > 0 || client.isClosed
          await waitFor('it answers or closes', answered)
          bystander.send(get(streamId))
          await bystander.response(streamId)
          streamId += 2
          client.close()
          expect(server.troubles).toEqual([])
        }),
        forLong,
      )
      await waitFor(
        'all are gone',
        () => server.closedConnections === server.connections.length - 1,
      )
      const open = server.requests.filter(({ stream }) => stream.pendingBytes > 0)
      expect(open).toEqual([])
    })
  })
})

function packets(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = sizes[cut.length % sizes.length] ?? 1
    cut.push(bytes.subarray(at, at + size))
    at += size
  }
  return cut
}

/** Every frame as text, and how it ended. */
function framesOf(bytes: Buffer, sizes: readonly number[]): string[] {
  const seen: string[] = []
  const parser = new FrameParser({
    frame(type, flags, streamId, from, start, end) {
      seen.push(`${type} ${flags} ${streamId} ${from.toString('hex', start, end)}`)
    },
  })
  try {
    for (const packet of packets(bytes, sizes)) parser.push(packet)
  } catch (thrown) {
    if (!(thrown instanceof ConnectionError)) throw thrown
    seen.push(`${thrown.code} ${thrown.message}`)
  }
  return seen
}

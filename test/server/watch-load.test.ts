import { connect } from 'node:http2'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { WatchService } from '../../src/api/generated/services.js'
import type { Metastore, MetastoreOptions } from '../../src/index.js'
import {
  PutRequest,
  RequestOp,
  WatchCancelRequest,
  WatchCreateRequest,
  WatchRequest,
  type WatchResponse,
} from '../../src/wire/index.js'
import { createMetastore } from '../support/embedded-server.js'
import { RawClient, type RawStream } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

type WatchStream = RawStream<WatchRequest, WatchResponse>

const key = Buffer.from('key')
/** Half of what is written while nobody reads; the log and the engine keep some of it by themselves. */
const mostMiB = 100
const longMs = 120_000
const none = { streams: 0, watchers: 0, behind: 0 }

/** A server with its data on disk, and one connection to it. */
async function withServer(
  options: MetastoreOptions,
  work: (server: Metastore, client: RawClient) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder('watch-load')
  await using server = await createMetastore({ ...options, dataDirectory: `${folder.path}/data` })
  const client = new RawClient(server.endpoints[0] ?? '')
  try {
    await work(server, client)
  } finally {
    client.close()
  }
}

function create(stream: WatchStream, init: Partial<WatchCreateRequest> = {}): void {
  stream.send(WatchRequest.create({ createRequest: WatchCreateRequest.create({ key, ...init }) }))
}

async function openWatches(
  client: RawClient,
  count: number,
  init?: Partial<WatchCreateRequest>,
): Promise<WatchStream> {
  const stream = client.open(WatchService.watch)
  for (let index = 0; index < count; index++) create(stream, init)
  await stream.at(count - 1)
  return stream
}

async function putMany(server: Metastore, count: number, valueBytes: number): Promise<void> {
  const value = Buffer.alloc(valueBytes, 'v')
  for (let left = count; left > 0; left -= 20) {
    const round = Array.from({ length: Math.min(20, left) }, () => server.store.put({ key, value }))
    await Promise.all(round)
  }
}

/** Mod revisions of each watch's events, in the order in which they came. */
class Seen {
  readonly byWatch = new Map<bigint, number[]>()
  total = 0
  private looked = 0

  constructor(private readonly stream: WatchStream) {}

  take(): number {
    for (; this.looked < this.stream.received.length; this.looked++) {
      const { watchId, events } = this.stream.received[this.looked] as WatchResponse
      const revisions = this.byWatch.get(watchId) ?? []
      for (const { kv } of events) revisions.push(kv.modRevision)
      this.byWatch.set(watchId, revisions)
      this.total += events.length
    }
    return this.total
  }
}

function revisions(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 2)
}

/** What the process holds after everything that nobody needs is gone, in MiB. */
function heldMiB(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

describe('a reader that stops', () => {
  test(
    'while 200 MB are written costs little memory, then gets every event once, in order',
    {
      timeout: longMs,
    },
    () =>
      withServer({}, async (server, client) => {
        const stream = await openWatches(client, 1)
        await putMany(server, 20, 100_000)
        const before = heldMiB()
        stream.pause()
        await putMany(server, 1980, 100_000)
        expect(server.store.watchStatus().behind).toBe(1)
        await waitFor('nothing piles up', () => heldMiB() - before < mostMiB)
        stream.resume()
        const seen = new Seen(stream)
        await stream.until(() => seen.take() >= 2000, longMs)
        expect(seen.byWatch.get(0n)).toEqual(revisions(2000))
        await waitFor('it is up to date', () => server.store.watchStatus().behind === 0)
      }),
  )

  test(
    'with 1,000 watches on its stream costs no more, and each gets every event once',
    {
      timeout: longMs,
    },
    () =>
      withServer({}, async (server, client) => {
        const stream = await openWatches(client, 1000)
        const before = heldMiB()
        stream.pause()
        await putMany(server, 100, 2000)
        expect(server.store.watchStatus().behind).toBeGreaterThan(900)
        await waitFor('nothing piles up', () => heldMiB() - before < mostMiB)
        stream.resume()
        const seen = new Seen(stream)
        await stream.until(() => seen.take() >= 100_000, longMs)
        expect(seen.byWatch.size).toBe(1000)
        for (const each of seen.byWatch.values()) expect(each).toEqual(revisions(100))
      }),
  )
})

describe('ten thousand watches on one stream', () => {
  test('are created, get one put each, are cancelled, and leave nothing', { timeout: longMs }, () =>
    withServer({}, async (server, client) => {
      const count = 10_000
      const stream = await openWatches(client, count)
      expect(server.store.watchStatus()).toEqual({ streams: 1, watchers: count, behind: 0 })
      await putMany(server, 1, 10)
      const seen = new Seen(stream)
      await stream.until(() => seen.take() >= count)
      expect(seen.byWatch.size).toBe(count)
      for (const each of seen.byWatch.values()) expect(each).toEqual([2])
      for (let watchId = 0n; watchId < count; watchId++) {
        const cancelRequest = WatchCancelRequest.create({ watchId })
        stream.send(WatchRequest.create({ cancelRequest }))
      }
      await stream.at(3 * count - 1)
      expect(server.store.watchStatus()).toEqual({ streams: 1, watchers: 0, behind: 0 })
      stream.cancel()
      await waitFor('the stream is gone', () => server.store.watchStatus().streams === 0)
    }),
  )
})

describe('R8: the end of a stream', () => {
  const ends: readonly (readonly [string, (stream: WatchStream) => void])[] = [
    ['is cancelled', (stream) => stream.cancel()],
    [
      'is half-closed, then cancelled',
      (stream) => {
        stream.end()
        stream.cancel()
      },
    ],
  ]
  test.each(ends)('R8: releases all watches, live, behind and of the future: it %s', (_, end) =>
    withServer({}, async (server, client) => {
      await putMany(server, 10, 10)
      const stream = await openWatches(client, 10, { progressNotify: true })
      for (const startRevision of [2, 1000]) create(stream, { startRevision })
      await stream.at(11)
      expect(server.store.watchStatus()).toMatchObject({ streams: 1, watchers: 12 })
      end(stream)
      await waitFor('nothing is open', () => server.store.watchStatus().streams === 0)
      expect(server.store.watchStatus()).toEqual(none)
    }),
  )

  test('R8: a connection that is lost releases them', () =>
    withServer({}, async (server) => {
      const connection = connect(`http://${server.endpoints[0]}`)
      connection.on('error', () => {})
      const stream = connection.request({
        ':method': 'POST',
        ':path': WatchService.watch.path,
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      stream.on('error', () => {})
      const createRequest = WatchCreateRequest.create({ key })
      stream.write(framed(WatchRequest.encode(WatchRequest.create({ createRequest }))))
      await waitFor('the watch is open', () => server.store.watchStatus().watchers === 1)
      connection.destroy()
      await waitFor('nothing is open', () => server.store.watchStatus().streams === 0)
      expect(server.store.watchStatus()).toEqual(none)
    }))

  test('R8: a server that closes releases them', () =>
    withServer({}, async (server, client) => {
      const stream = await openWatches(client, 10)
      await server.close()
      expect(server.store.watchStatus()).toEqual(none)
      await stream.until(() => stream.ended !== undefined)
      expect(stream.ended?.code).toBe('UNAVAILABLE')
    }))
})

describe('what an operator sets', () => {
  test('fragments stay below max-request-bytes and 512 KiB, the last is not marked', () =>
    withServer({ maxRequestBytes: 1_000_000 }, async (server, client) => {
      const stream = await openWatches(client, 1, { rangeEnd: Buffer.from('l'), fragment: true })
      create(stream, { rangeEnd: Buffer.from('l') })
      await stream.at(1)
      await server.store.txn({ success: keysWith(Buffer.alloc(8000, 'v'), 100) })
      // With the previous values, a second revision is above the limit.
      const past = await openWatches(client, 1, {
        rangeEnd: Buffer.from('l'),
        prevKv: true,
        fragment: true,
      })
      await server.store.txn({ success: keysWith(Buffer.alloc(8500, 'w'), 100) })
      await past.until(() => past.received.at(-1)?.fragment === false && past.received.length > 2)
      const fragments = past.received.slice(1)
      expect(fragments.map(({ fragment }) => fragment)).toEqual([true, false])
      expect(fragments.flatMap(({ events }) => events).length).toBe(100)
      const sizes = fragments.map(({ events }) =>
        events.reduce((sum, { encoded }) => sum + encoded.length, 0),
      )
      expect(Math.max(...sizes)).toBeLessThan(1_000_000 + 512 * 1024)
      expect(Math.max(...sizes)).toBeGreaterThan(1_000_000)
      await stream.at(5)
      expect(stream.received.slice(2).map(({ events }) => events.length)).toEqual([
        100, 100, 100, 100,
      ])
    }))

  test('a quiet watch hears how far it is each watch-progress-notify-interval', () =>
    withServer({ watchProgressIntervalMs: 100 }, async (server, client) => {
      const stream = await openWatches(client, 1, { progressNotify: true })
      create(stream, { key: Buffer.from('silent') })
      await stream.at(1)
      await server.store.put({ key: Buffer.from('another') })
      await stream.until(() => stream.received.at(-1)?.header?.revision === 2)
      const { watchId, events } = stream.received.at(-1) as WatchResponse
      expect([watchId, events]).toEqual([0n, []])
    }))
})

function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function keysWith(value: Buffer, count: number): RequestOp[] {
  return Array.from({ length: count }, (_, index) => {
    const requestPut = PutRequest.create({ key: Buffer.from(`key${index}`), value })
    return RequestOp.create({ requestPut })
  })
}

import { describe, expect, test } from 'vitest'
import { WatchService } from '../../src/api/generated/services.js'
import {
  WatchCancelRequest,
  WatchCreateRequest,
  WatchProgressRequest,
  WatchRequest,
  WatchResponse,
} from '../../src/wire/index.js'
import type { RawStream } from '../support/raw-client.js'
import { waitFor } from '../support/wait-for.js'
import type { FakeWatchStream } from './fake-store.js'
import { type ServedMember, serveMember } from './member.js'

type Client = RawStream<WatchRequest, WatchResponse>

const create = WatchRequest.create({
  createRequest: WatchCreateRequest.create({ key: Buffer.from('key'), startRevision: 3 }),
})

/** A stream whose first watch has reached the store. */
async function openWatch(member: ServedMember): Promise<[Client, FakeWatchStream]> {
  const client = member.client.open(WatchService.watch)
  client.send(create)
  await waitFor('the watch comes', () => member.store.watches[0]?.told.length === 1)
  const [watches] = member.store.watches
  if (watches === undefined) throw new Error('no watch')
  return [client, watches]
}

describe('the watch service', () => {
  test('hands over requests in order', async () => {
    await using member = await serveMember()
    const [client, watches] = await openWatch(member)
    client.send(WatchRequest.create())
    client.send(WatchRequest.create({ progressRequest: WatchProgressRequest.create() }))
    client.send(WatchRequest.create({ cancelRequest: WatchCancelRequest.create({ watchId: 4n }) }))
    await waitFor('all requests come', () => watches.told.length === 3)
    expect(watches.told).toEqual([{ create: create.createRequest }, 'progress', { cancel: 4n }])
  })

  test('sends what the store sends, in order', async () => {
    await using member = await serveMember()
    const [client, watches] = await openWatch(member)
    for (const watchId of [0n, 1n, 2n]) watches.send(WatchResponse.create({ watchId }))
    expect((await client.at(2)).watchId).toBe(2n)
    expect(client.received.map(({ watchId }) => watchId)).toEqual([0n, 1n, 2n])
  })

  test('tells the store when a slow reader can take more', async () => {
    await using member = await serveMember()
    const [client, watches] = await openWatch(member)
    const response = WatchResponse.create({ cancelReason: 'x'.repeat(10_000) })
    let sent = 0
    while (sent < 10_000 && watches.send(response)) sent++
    expect(sent).toBeLessThan(10_000)
    await waitFor('the sink drains', () => watches.drainedCount === 1)
    await client.at(sent)
  })

  test('goes on after the caller has sent its last request', async () => {
    await using member = await serveMember()
    const [client, watches] = await openWatch(member)
    client.end()
    // On the same connection: when this stream has come, that end has come.
    await member.client.open(WatchService.watch).end()
    await waitFor('the second stream opens', () => member.store.watches.length === 2)
    watches.send(WatchResponse.create({ watchId: 9n }))
    expect((await client.at(0)).watchId).toBe(9n)
    expect(watches.closed).toBe(false)
  })

  test('R8: a cancelled stream releases its watches', async () => {
    await using member = await serveMember()
    const [client, watches] = await openWatch(member)
    client.cancel()
    await waitFor('no watch is open', () => member.store.openWatches === 0)
    expect(watches.send(WatchResponse.create())).toBe(true)
  })

  test('R8: a cancelled stream whose requests had ended releases its watches', async () => {
    await using member = await serveMember()
    const [client, watches] = await openWatch(member)
    client.end()
    watches.send(WatchResponse.create())
    await client.at(0)
    client.cancel()
    await waitFor('no watch is open', () => member.store.openWatches === 0)
  })

  test('R8: garbage on a stream releases its watches', async () => {
    await using member = await serveMember()
    const garbage = { ...WatchService.watch, request: { ...WatchRequest, encode: () => broken } }
    const client = member.client.open(garbage)
    client.send(create)
    await client.until(() => client.ended !== undefined)
    expect(client.ended?.code).toBe('INTERNAL')
    await waitFor('no watch is open', () => member.store.openWatches === 0)
  })

  test('R8: a member that closes releases all watches and says why', async () => {
    await using member = await serveMember()
    const [client] = await openWatch(member)
    await member.host.close({ graceMs: 20_000 })
    expect(member.store.openWatches).toBe(0)
    await client.until(() => client.ended !== undefined)
    expect(client.ended).toEqual({ code: 'UNAVAILABLE', message: 'etcdserver: server stopped' })
  })
})

/** Field 1, said to be longer than what follows. */
const broken = Buffer.from([0x0a, 0x7f, 0x00])

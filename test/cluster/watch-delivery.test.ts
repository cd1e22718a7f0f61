import { describe, expect, test } from 'vitest'
import { KvService, WatchService } from '../../src/api/generated/services.js'
import {
  PutRequest,
  WatchCreateRequest,
  WatchRequest,
  type WatchResponse,
} from '../../src/wire/index.js'
import { engineNames, startMember } from '../support/member-process.js'
import { RawClient, type RawStream } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'

type WatchStream = RawStream<WatchRequest, WatchResponse>

const connectionCount = 10
const putsUnderWay = 50
const watched = { key: Buffer.from('watched/'), rangeEnd: Buffer.from('watched0') }

describe.each(engineNames)('a member with engine %s', (engine) => {
  test.each([
    { watchers: 10, puts: 10 },
    { watchers: 100, puts: 1000 },
  ])('R14: delivers every event, in order: %o', { timeout: 60_000 }, async ({ watchers, puts }) => {
    await using folder = await temporaryFolder('watch')
    await using member = await startMember({ engine, dataDirectory: `${folder.path}/data` })
    const clients = Array.from({ length: connectionCount }, () => new RawClient(member.endpoint))
    try {
      const streams = await Promise.all(
        clients.map((client) => openWatches(client, watchers / connectionCount)),
      )
      const written = await putAll(clients, puts)
      const expected = [...written].sort((left, right) => left - right)
      for (const stream of streams) {
        await eventsOf(stream, (puts * watchers) / connectionCount)
        for (const revisions of revisionsOfWatches(stream)) expect(revisions).toEqual(expected)
      }
    } finally {
      for (const client of clients) client.close()
    }
  })
})

/** All watches of a connection share one stream; resolves when all are created. */
async function openWatches(client: RawClient, count: number): Promise<WatchStream> {
  const stream = client.open(WatchService.watch)
  const createRequest = WatchCreateRequest.create(watched)
  for (let index = 0; index < count; index++) stream.send(WatchRequest.create({ createRequest }))
  await stream.at(count - 1)
  return stream
}

/** Puts distinct keys, some of them side by side, and answers the revisions they got. */
async function putAll(clients: readonly RawClient[], count: number): Promise<number[]> {
  const revisions: number[] = []
  let next = 0
  const write = async (client: RawClient): Promise<void> => {
    while (next < count) {
      const key = Buffer.from(`watched/${next++}`)
      const { header } = await client.call(KvService.put, PutRequest.create({ key, value: key }))
      revisions.push(header?.revision ?? 0)
    }
  }
  const writers = Array.from(
    { length: putsUnderWay },
    (_, index) => clients[index % clients.length],
  )
  await Promise.all(writers.map((client) => client && write(client)))
  return revisions
}

async function eventsOf(stream: WatchStream, count: number): Promise<void> {
  let looked = 0
  let seen = 0
  await stream.until(() => {
    for (; looked < stream.received.length; looked++) {
      seen += stream.received[looked]?.events.length ?? 0
    }
    return seen >= count
  })
}

function revisionsOfWatches(stream: WatchStream): number[][] {
  const byWatch = new Map<bigint, number[]>()
  for (const { watchId, events } of stream.received) {
    const revisions = byWatch.get(watchId) ?? []
    revisions.push(...events.map(({ kv }) => kv.modRevision))
    byWatch.set(watchId, revisions)
  }
  return [...byWatch.values()]
}

import { describe, expect, test } from 'vitest'
import { KvService, WatchService } from '../../src/api/generated/services.js'
import { type Event, RangeRequest, WatchCreateRequest, WatchRequest } from '../../src/wire/index.js'
import { type AcknowledgedPut, PutLoad } from '../support/load.js'
import { engineNames, startMember } from '../support/member-process.js'
import { RawClient } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

const rounds = 3
const writerCount = 8
const putsBeforeTheKill = 400
const everything = { key: Buffer.from([0]), rangeEnd: Buffer.from([0]) }

describe.each(engineNames)('a member with engine %s, killed under load', (engine) => {
  test('R5: has every acknowledged write when it is back', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder('kill')
    const dataDirectory = `${folder.path}/data`
    const acknowledged: AcknowledgedPut[] = []
    for (let round = 1; round <= rounds; round++) {
      await using member = await startMember({ engine, dataDirectory })
      const highest = Math.max(1, ...acknowledged.map(({ revision }) => revision))
      expect(await currentRevision(member.endpoint)).toBeGreaterThanOrEqual(highest)

      const load = new PutLoad(member.endpoint, `round ${round}`, writerCount)
      await waitFor('enough writes', () => load.acknowledged.length >= putsBeforeTheKill)
      await member.process.kill()
      await load.broken()
      await load.stop()
      expect(Math.min(...load.acknowledged.map(({ revision }) => revision))).toBeGreaterThan(
        highest,
      )
      acknowledged.push(...load.acknowledged)
    }
    await using member = await startMember({ engine, dataDirectory })
    await expectAll(member.endpoint, acknowledged)
  })
})

/** Every acknowledged put is in the history, and the last of each key is what is read now. */
async function expectAll(
  endpoint: string,
  acknowledged: readonly AcknowledgedPut[],
): Promise<void> {
  const client = new RawClient(endpoint)
  try {
    const { kvs, header } = await client.call(KvService.range, RangeRequest.create(everything))
    const history = await allEvents(client, header?.revision ?? 0)
    const known = new Set(history.map(({ kv }) => entry(kv.key, kv.value, kv.modRevision)))
    const lost = acknowledged.filter((put) => !known.has(entry(put.key, put.value, put.revision)))
    expect(lost).toEqual([])

    const last = new Map(history.map(({ kv }) => [String(kv.key), kv.modRevision]))
    expect(kvs.map(({ key, modRevision }) => [String(key), modRevision])).toEqual(
      [...last].sort(([left], [right]) => (left < right ? -1 : 1)),
    )
  } finally {
    client.close()
  }
}

async function allEvents(client: RawClient, lastRevision: number): Promise<Event[]> {
  const stream = client.open(WatchService.watch)
  const createRequest = WatchCreateRequest.create({ ...everything, startRevision: 1 })
  stream.send(WatchRequest.create({ createRequest }))
  const events = () => stream.received.flatMap((response) => response.events)
  const last = () => stream.received.at(-1)?.events.at(-1)?.kv.modRevision
  await stream.until(() => last() === lastRevision)
  stream.cancel()
  return events()
}

async function currentRevision(endpoint: string): Promise<number> {
  const client = new RawClient(endpoint)
  try {
    const range = RangeRequest.create({ ...everything, limit: 1 })
    return (await client.call(KvService.range, range)).header?.revision ?? 0
  } finally {
    client.close()
  }
}

function entry(key: Buffer | string, value: Buffer | string, revision: number): string {
  return `${revision} ${key} = ${value}`
}

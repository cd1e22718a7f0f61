import { describe, expect, test } from 'vitest'
import { KvService } from '../../src/api/generated/services.js'
import { PutRequest, RangeRequest } from '../../src/wire/index.js'
import { engineNames, startMember } from '../support/member-process.js'
import { RawClient } from '../support/raw-client.js'
import { type SmallDisk, smallDisk } from '../support/small-disk.js'

const diskMebibytes = 48
const valueBytes = 128 * 1024
/** More than fits on the disk, so that the writes must fail before. */
const mostPuts = (diskMebibytes * 1024 * 1024) / valueBytes

describe.each(engineNames)('a member with engine %s on a full disk', (engine) => {
  test('refuses writes, goes on reading, and has lost nothing when there is room again', {
    timeout: 120_000,
  }, async () => {
    await using disk = await smallDisk(diskMebibytes)
    const start = () => startMember(placeOn(disk, engine))
    let acknowledged: number
    {
      await using member = await start()
      await withClient(member.endpoint, async (client) => {
        expect(await putUntilRefused(client, 5)).toEqual({ acknowledged: 5, refusal: undefined })
        await disk.fill()
        const { acknowledged: more, refusal } = await putUntilRefused(client, mostPuts, 5)
        expect(refusal).toMatch(/^(RESOURCE_EXHAUSTED|UNAVAILABLE|INTERNAL): /)
        acknowledged = 5 + more
        await expectAll(client, acknowledged)
      })
      await disk.makeRoom()
    }
    await using member = await start()
    await withClient(member.endpoint, async (client) => {
      await expectAll(client, acknowledged)
      expect((await putUntilRefused(client, 1, acknowledged)).refusal).toBeUndefined()
    })
  })
})

function placeOn(disk: SmallDisk, engine: (typeof engineNames)[number]) {
  return { engine, dataDirectory: `${disk.path}/data`, environment: disk.environment }
}

/** Puts numbered keys from `first` on, one after the other. */
async function putUntilRefused(
  client: RawClient,
  count: number,
  first = 0,
): Promise<{ acknowledged: number; refusal: string | undefined }> {
  for (let index = 0; index < count; index++) {
    const request = PutRequest.create({ key: keyOf(first + index), value: valueAt(first + index) })
    const answer = await client.unary(KvService.put, request)
    if ('failure' in answer) {
      const { code, message } = answer.failure
      return { acknowledged: index, refusal: `${code}: ${message}` }
    }
  }
  return { acknowledged: count, refusal: undefined }
}

/** A write that was refused may be there all the same; one that was acknowledged must be. */
async function expectAll(client: RawClient, acknowledged: number): Promise<void> {
  for (let index = 0; index < acknowledged; index++) {
    const answer = await client.call(KvService.range, RangeRequest.create({ key: keyOf(index) }))
    expect(answer.kvs[0]?.value.equals(valueAt(index)), `value of key ${index}`).toBe(true)
  }
}

function keyOf(index: number): Buffer {
  return Buffer.from(`key ${index}`)
}

function valueAt(index: number): Buffer {
  return Buffer.alloc(valueBytes, `value ${index} `)
}

async function withClient(endpoint: string, use: (client: RawClient) => Promise<void>) {
  const client = new RawClient(endpoint)
  try {
    await use(client)
  } finally {
    client.close()
  }
}

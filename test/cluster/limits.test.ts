import { connect } from 'node:http2'
import { describe, expect, test } from 'vitest'
import { KvService, WatchService } from '../../src/api/generated/services.js'
import {
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
  WatchCreateRequest,
  WatchRequest,
} from '../../src/wire/index.js'
import { hostKinds } from '../support/hosts.js'
import { startMember } from '../support/member-process.js'
import { RawClient, type RawStream } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

const key = Buffer.from('k')
const allowance = 512 * 1024

describe.each(hostKinds)('the limits of a member with --grpc-server %s', (server) => {
  async function withMember(
    flags: readonly string[],
    work: (client: RawClient, endpoint: string) => Promise<void>,
  ): Promise<void> {
    await using folder = await temporaryFolder('limits')
    await using member = await startMember({
      engine: 'memory',
      dataDirectory: folder.path,
      flags: ['--grpc-server', server, ...flags],
    })
    const client = new RawClient(member.endpoint)
    try {
      await work(client, member.endpoint)
    } finally {
      client.close()
    }
  }

  async function outcome(client: RawClient, request: PutRequest): Promise<string> {
    const answer = await client.unary(KvService.put, request)
    return 'failure' in answer ? `${answer.failure.code}: ${answer.failure.message}` : 'put'
  }

  async function expectBytesBounded(client: RawClient, maxBytes: number): Promise<void> {
    const putOf = (size: number) => PutRequest.create({ key, value: Buffer.alloc(size) })
    expect(await outcome(client, putOf(maxBytes - 100))).toBe('put')
    const tooLarge = 'INVALID_ARGUMENT: etcdserver: request is too large'
    expect(await outcome(client, putOf(maxBytes))).toBe(tooLarge)
    const maxMessage = maxBytes + allowance
    const around = PutRequest.encode(putOf(maxMessage - 100)).length - (maxMessage - 100)
    expect(await outcome(client, putOf(maxMessage - around))).toBe(tooLarge)
    const refused = `grpc: received message larger than max (${maxMessage + 1} vs. ${maxMessage})`
    expect(await outcome(client, putOf(maxMessage - around + 1))).toBe(
      `RESOURCE_EXHAUSTED: ${refused}`,
    )
    const longKey = RangeRequest.create({ key: Buffer.alloc(maxBytes + 1000, 'k') })
    expect((await client.call(KvService.range, longKey)).count).toBe(0)
    const stored = await client.call(KvService.range, RangeRequest.create({ key }))
    expect(stored.kvs[0]?.version).toBe(1)
  }

  test('are 1.5 MiB for a write and 512 KiB more for a message, unless told otherwise', () =>
    withMember([], (client) => expectBytesBounded(client, 1_572_864)))

  test('of bytes are those of --max-request-bytes', () =>
    withMember(['--max-request-bytes', '10000'], (client) => expectBytesBounded(client, 10_000)))

  test('of operations are those of --max-txn-ops', () =>
    withMember(['--max-txn-ops', '3'], async (client) => {
      const requestRange = RangeRequest.create({ key })
      const txnOf = (count: number) =>
        TxnRequest.create({
          success: Array.from({ length: count }, () => RequestOp.create({ requestRange })),
        })
      expect((await client.call(KvService.txn, txnOf(3))).succeeded).toBe(true)
      expect(await client.unary(KvService.txn, txnOf(4))).toEqual({
        failure: {
          code: 'INVALID_ARGUMENT',
          message: 'etcdserver: too many operations in txn request',
        },
      })
    }))

  test('of streams on one connection are those of --max-concurrent-streams', () =>
    withMember(['--max-concurrent-streams', '3'], async (client, endpoint) => {
      const session = connect(`http://${endpoint}`)
      const settings = await new Promise<{ maxConcurrentStreams?: number }>((resolve, reject) => {
        session.once('remoteSettings', resolve)
        session.once('error', reject)
      })
      session.close()
      expect(settings.maxConcurrentStreams).toBe(3)

      const watches: RawStream<WatchRequest, unknown>[] = []
      for (let index = 0; index < 3; index++) {
        const watch = client.open(WatchService.watch)
        watch.send(WatchRequest.create({ createRequest: WatchCreateRequest.create({ key }) }))
        await watch.at(0)
        watches.push(watch)
      }
      let answered = false
      const fourth = outcome(client, PutRequest.create({ key })).then((text) => {
        answered = true
        return text
      })
      const other = new RawClient(endpoint)
      expect(await outcome(other, PutRequest.create({ key }))).toBe('put')
      other.close()
      expect(answered).toBe(false)
      watches[0]?.cancel()
      expect(await fourth).toBe('put')
      await waitFor('both writes to be seen', () => (watches[1]?.received.length ?? 0) >= 3)
      for (const watch of watches) watch.cancel()
    }))
})

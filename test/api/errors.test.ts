import { status } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { statusNumbers } from '../../src/api/error-mapping.js'
import { KvService, WatchService } from '../../src/api/generated/services.js'
import { type ErrorCode, errorCatalogue } from '../../src/base/error-catalogue.js'
import { MetastoreError } from '../../src/base/errors.js'
import { PutRequest } from '../../src/wire/index.js'
import { type ServedMember, serveMember } from './member.js'

const codes = Object.keys(errorCatalogue) as ErrorCode[]

async function failureOfPut(member: ServedMember, thrown: unknown): Promise<unknown> {
  member.store.failure = thrown
  const answer = await member.client.unary(KvService.put, PutRequest.create())
  return 'failure' in answer ? answer.failure : 'no failure'
}

describe('an error of the store', () => {
  test('every row of the catalogue reaches the client with its status and exact text', async () => {
    await using member = await serveMember()
    for (const code of codes) {
      const { status: name, message } = errorCatalogue[code]
      const sent = code === 'too-many-requests' ? 'Unknown' : name
      expect(await failureOfPut(member, new MetastoreError(code))).toEqual({
        code: status[statusNumbers[sent]],
        message,
      })
    }
  })

  test('status names are numbered as gRPC numbers them', () => {
    for (const [name, number] of Object.entries(statusNumbers)) {
      const grpcName = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
      expect(status[number]).toBe(grpcName === 'CANCELED' ? 'CANCELLED' : grpcName)
    }
  })

  test('a text of its own goes out in place of the row of its code', async () => {
    await using member = await serveMember()
    const error = new MetastoreError('data-corrupt', 'row 7 is damaged')
    expect(await failureOfPut(member, error)).toEqual({
      code: 'DATA_LOSS',
      message: 'row 7 is damaged',
    })
  })

  test('anything else goes out as Unknown with its own text, and is logged', async () => {
    await using member = await serveMember()
    const error = new TypeError('cannot read it')
    expect(await failureOfPut(member, error)).toEqual({
      code: 'UNKNOWN',
      message: 'cannot read it',
    })
    expect(member.logged).toEqual([error])
  })

  test('the trouble of the member is logged, the mistake of a caller is not', async () => {
    await using member = await serveMember()
    const trouble = new MetastoreError('disk-failed')
    await failureOfPut(member, trouble)
    await failureOfPut(member, new MetastoreError('key-not-provided'))
    expect(member.logged).toEqual([trouble])
  })

  test('ends a stream with the same status', async () => {
    await using member = await serveMember()
    member.store.failure = new MetastoreError('server-stopped')
    const stream = member.client.open(WatchService.watch)
    await stream.until(() => stream.ended !== undefined)
    expect(stream.ended).toEqual({ code: 'UNAVAILABLE', message: 'etcdserver: server stopped' })
  })
})

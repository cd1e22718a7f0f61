import { describe, expect, test } from 'vitest'
import { LeaseService } from '../../src/api/generated/services.js'
import { MetastoreError } from '../../src/base/errors.js'
import { LeaseKeepAliveRequest } from '../../src/wire/index.js'
import { header } from './fake-store.js'
import { serveMember } from './member.js'

const ids = Array.from({ length: 100 }, (_, index) => BigInt(index + 1))

describe('a keep-alive stream', () => {
  test('has one answer for each request, in order, and ends with its requests', async () => {
    await using member = await serveMember()
    const stream = member.client.open(LeaseService.leaseKeepAlive)
    for (const id of ids) stream.send(LeaseKeepAliveRequest.create({ id }))
    stream.end()
    await stream.until(() => stream.ended !== undefined)
    expect(stream.ended?.code).toBe('OK')
    expect(stream.received).toEqual(ids.map((id) => ({ header, id, ttl: 60 })))
    expect(member.store.calls).toHaveLength(ids.length)
  })

  test('ends with the error of the store', async () => {
    await using member = await serveMember()
    member.store.failure = new MetastoreError('request-timed-out')
    const stream = member.client.open(LeaseService.leaseKeepAlive)
    stream.send(LeaseKeepAliveRequest.create({ id: 5n }))
    await stream.until(() => stream.ended !== undefined)
    expect(stream.ended).toEqual({
      code: 'UNAVAILABLE',
      message: 'etcdserver: request timed out',
    })
  })
})

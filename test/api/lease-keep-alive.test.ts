import { describe, expect, test } from 'vitest'
import { KvService, LeaseService } from '../../src/api/generated/services.js'
import { MetastoreError } from '../../src/base/errors.js'
import { LeaseKeepAliveRequest, RangeRequest } from '../../src/wire/index.js'
import { waitFor } from '../support/wait-for.js'
import { type FakeStore, header } from './fake-store.js'
import { serveMember } from './member.js'

/** Renewals of one lease, or of all, wait until they are released. */
function holdRenewalOf(store: FakeStore, id: bigint | undefined) {
  const renew = store.leaseKeepAlive.bind(store)
  const held = { count: 0, release: () => {} }
  const released = new Promise<void>((resolve) => {
    held.release = resolve
  })
  store.leaseKeepAlive = async (request, options) => {
    if (id === undefined || request.id === id) {
      held.count++
      await released
    }
    return renew(request, options)
  }
  return held
}

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

  test('a renewal that waits for a lease to be gone holds up no other', async () => {
    await using member = await serveMember()
    const held = holdRenewalOf(member.store, 1n)
    const stream = member.client.open(LeaseService.leaseKeepAlive)
    for (const id of ids) stream.send(LeaseKeepAliveRequest.create({ id }))
    await stream.until(() => stream.received.length === ids.length - 1)
    expect(stream.received.map(({ id }) => id)).toEqual(ids.slice(1))
    held.release()
    stream.end()
    await stream.until(() => stream.ended !== undefined)
    expect(stream.received.at(-1)?.id).toBe(1n)
    expect(stream.received).toHaveLength(ids.length)
  })

  test('reads no further while 1,024 renewals are under way', async () => {
    await using member = await serveMember()
    const held = holdRenewalOf(member.store, undefined)
    const stream = member.client.open(LeaseService.leaseKeepAlive)
    for (let id = 1n; id <= 1100n; id++) stream.send(LeaseKeepAliveRequest.create({ id }))
    await waitFor('the first renewals', () => held.count >= 1024)
    await member.client.call(KvService.range, RangeRequest.create({ key: Buffer.from('a') }))
    expect(held.count).toBe(1024)
    held.release()
    stream.end()
    await stream.until(() => stream.ended !== undefined)
    expect(stream.received).toHaveLength(1100)
  })

  test('R9: that is cancelled takes its renewals with it', async () => {
    await using member = await serveMember()
    member.store.hangs = true
    const stream = member.client.open(LeaseService.leaseKeepAlive)
    for (const id of ids) stream.send(LeaseKeepAliveRequest.create({ id }))
    await waitFor('the renewals', () => member.store.calls.length === ids.length)
    stream.cancel()
    const aborted = () => member.store.calls.filter(({ signal }) => signal?.aborted)
    await waitFor('their end', () => aborted().length === ids.length)
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

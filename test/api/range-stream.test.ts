import { describe, expect, test } from 'vitest'
import { KvService } from '../../src/api/generated/services.js'
import { MetastoreError } from '../../src/base/errors.js'
import { KeyValue, RangeRequest, RangeResponse } from '../../src/wire/index.js'
import { waitFor } from '../support/wait-for.js'
import { header } from './fake-store.js'
import { serveMember } from './member.js'

const request = RangeRequest.create({ key: Buffer.from('a'), rangeEnd: Buffer.from('z') })

/** A response of one key whose value has so many bytes. */
function piece(valueBytes: number, end: Partial<RangeResponse> = {}): RangeResponse {
  const kv = KeyValue.of({
    key: Buffer.from('a'),
    value: Buffer.alloc(valueBytes, 'v'),
    createRevision: 2,
    modRevision: 2,
    version: 1,
    lease: 0n,
  })
  return RangeResponse.create({ kvs: [kv], ...end })
}

describe('KV.RangeStream', () => {
  test('sends each piece as it comes and ends with the last', async () => {
    await using member = await serveMember()
    member.store.pieces = [piece(1), piece(2), piece(3, { header, more: true, count: 9 })]
    const stream = member.client.open(KvService.rangeStream)
    stream.send(request)
    stream.end()
    await stream.until(() => stream.ended !== undefined)
    expect(stream.ended?.code).toBe('OK')
    const responses = stream.received.map(({ rangeResponse }) => rangeResponse)
    expect(responses.map((each) => each?.kvs[0]?.value.length)).toEqual([1, 2, 3])
    expect(responses.map((each) => each?.header)).toEqual([undefined, undefined, header])
    expect(responses[2]).toMatchObject({ more: true, count: 9 })
    expect(member.store.calls[0]).toMatchObject({ method: 'rangeStream', request })
  })

  test('ends with the error of the store', async () => {
    await using member = await serveMember()
    member.store.pieces = [piece(1)]
    member.store.failure = new MetastoreError('compacted')
    const stream = member.client.open(KvService.rangeStream)
    stream.send(request)
    await stream.until(() => stream.ended !== undefined)
    expect(stream.ended).toEqual({
      code: 'OUT_OF_RANGE',
      message: 'etcdserver: mvcc: required revision has been compacted',
    })
  })

  test('reads no further than a reader that has stopped can take, and goes on with it', async () => {
    await using member = await serveMember()
    const count = 400
    member.store.pieces = Array.from({ length: count }, () => piece(256 * 1024))
    const stream = member.client.open(KvService.rangeStream)
    stream.pause()
    stream.send(request)
    await settled(() => member.store.takenPieces)
    expect(member.store.openRangeStreams).toBe(1)
    expect(member.store.takenPieces).toBeLessThan(count / 4)
    stream.resume()
    await stream.until(() => stream.ended !== undefined)
    expect([stream.ended?.code, stream.received.length]).toEqual(['OK', count])
  })

  test('R8: lets go of the range when its caller cancels while it is held back', async () => {
    await using member = await serveMember()
    const count = 400
    member.store.pieces = Array.from({ length: count }, () => piece(256 * 1024))
    const stream = member.client.open(KvService.rangeStream)
    stream.pause()
    stream.send(request)
    await settled(() => member.store.takenPieces)
    expect(member.store.openRangeStreams).toBe(1)
    stream.cancel()
    await waitFor('the range to be let go', () => member.store.openRangeStreams === 0)
    await waitFor('the call to end', () => member.host.runningCalls === 0)
    expect(member.store.takenPieces).toBeLessThan(count)
  })
})

/** Waits until a number above zero has stopped growing. */
async function settled(value: () => number): Promise<void> {
  let last = 0
  let looks = 0
  await waitFor('growth to stop', () => {
    looks = value() === last ? looks + 1 : 0
    last = value()
    return last > 0 && looks === 20
  })
}

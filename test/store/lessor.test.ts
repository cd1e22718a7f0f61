import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { Lessor } from '../../src/store/leases/lessor.js'
import { FakeClock, settled } from '../watch/fake-clock.js'
import {
  LessorSetup,
  lateRenewalTimeoutMs,
  leading,
  pauseMs,
  retryDelayMs,
  secondMs,
} from './lessor-setup.js'

describe('a lease', () => {
  test('is proposed for revocation when its time is over, not before, and once', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs - 1)
    expect(setup.proposed()).toEqual([])
    await setup.clock.advance(1)
    expect(setup.proposed()).toEqual([[1n]])
    await setup.clock.advance(60 * secondMs)
    expect(setup.proposed()).toEqual([])
  })

  test('that is renewed in time lives on by its whole time', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    for (let turn = 0; turn < 10; turn++) {
      await setup.clock.advance(4 * secondMs)
      expect(await setup.lessor.renew(1n)).toBe(5)
    }
    expect(setup.proposed()).toEqual([])
    await setup.clock.advance(5 * secondMs)
    expect(setup.proposed()).toEqual([[1n]])
  })

  test('that was revoked is never proposed, and leaves no timer behind', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    setup.lessor.granted(2n, 7)
    setup.lessor.revoked(1n)
    setup.lessor.revoked(1n)
    await setup.clock.advance(6 * secondMs)
    setup.lessor.revoked(2n)
    await setup.clock.advance(6 * secondMs)
    expect(setup.proposed()).toEqual([])
    expect([setup.lessor.size, setup.clock.timerCount]).toEqual([0, 0])
  })

  test('of the longest time asks for no delay that the platform’s timers cannot keep', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 9_000_000_000)
    await setup.clock.advance(90 * 24 * 3600 * secondMs)
    expect(setup.proposed()).toEqual([])
    expect(setup.lessor.remainingSeconds(1n)).toBe(9_000_000_000 - 90 * 24 * 3600)
    expect(setup.clock.longestDelayMs).toBeLessThan(2 ** 31)
  })

  test('tells its remaining whole seconds; an unknown one has none', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(1500)
    expect(setup.lessor.remainingSeconds(1n)).toBe(3)
    expect(setup.lessor.remainingSeconds(2n)).toBeUndefined()
    await setup.clock.advance(60 * secondMs)
    expect(setup.lessor.remainingSeconds(1n)).toBe(0)
  })
})

describe('renewing', () => {
  test('an unknown lease answers nothing', async () => {
    expect(await leading().lessor.renew(9n)).toBeUndefined()
  })

  test('a lease that has run out waits until it is gone, then answers nothing', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    const answers: unknown[] = []
    for (let count = 0; count < 2; count++) {
      void setup.lessor.renew(1n).then((answer) => answers.push(answer))
    }
    await settled()
    expect(answers).toEqual([])
    await setup.commit([1n])
    expect(answers).toEqual([undefined, undefined])
  })

  test('a lease that has run out ends with an error when this member is deposed', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    const late = setup.lessor.renew(1n)
    setup.lessor.demote()
    await expect(late).rejects.toMatchObject({ code: 'not-leader' })
  })

  test('a lease that has run out ends when the caller gives up', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    const abort = new AbortController()
    const late = setup.lessor.renew(1n, { signal: abort.signal })
    abort.abort()
    await expect(late).rejects.toMatchObject({ code: 'request-canceled' })
    const aborted = setup.lessor.renew(1n, { signal: abort.signal })
    await expect(aborted).rejects.toMatchObject({ code: 'request-canceled' })
  })

  test('that is renewed too late, and cannot be revoked, answers in bounded time', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    const late = setup.lessor.renew(1n)
    const answer = expect(late).rejects.toMatchObject({ code: 'request-timed-out' })
    await setup.clock.advance(lateRenewalTimeoutMs)
    await answer
    expect(setup.clock.timerCount).toBe(0)
  })

  test('is for the leader', async () => {
    const setup = new LessorSetup()
    setup.lessor.granted(1n, 5)
    await expect(setup.lessor.renew(1n)).rejects.toMatchObject({ code: 'not-leader' })
    expect(() => setup.lessor.remainingSeconds(1n)).toThrow(
      expect.objectContaining({ code: 'not-leader' }),
    )
  })

  test('R10: goes on while expiry is stuck, and the stuck leases do not come back', async () => {
    const setup = leading(1)
    for (const id of [1n, 2n]) setup.lessor.granted(id, 5)
    setup.lessor.granted(3n, 60)
    await setup.clock.advance(5 * secondMs)
    for (let turn = 0; turn < 10; turn++) {
      expect(await setup.lessor.renew(3n)).toBe(60)
      await setup.clock.advance(50 * secondMs)
    }
    expect(setup.proposed()).toEqual([[1n]])
    const late = setup.lessor.renew(2n)
    await setup.commitAndGoOn([1n])
    await setup.commit([2n])
    expect(await late).toBeUndefined()
  })
})

describe('expiry', () => {
  test('goes in bounded batches, one after the other', async () => {
    const setup = leading(3)
    for (let id = 1n; id <= 7n; id++) setup.lessor.granted(id, 5)
    await setup.clock.advance(5 * secondMs)
    const sizes: number[] = []
    for (let batch = setup.proposed(); batch.length > 0; batch = setup.proposed()) {
      expect(batch.length).toBe(1)
      sizes.push(batch.flat().length)
      await setup.commitAndGoOn(batch.flat())
    }
    expect(sizes).toEqual([3, 3, 1])
    expect(setup.lessor.size).toBe(0)
  })

  test('has one batch under way, whatever is granted and runs out meanwhile', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    setup.lessor.granted(2n, 5)
    await setup.clock.advance(5 * secondMs)
    expect(setup.proposed()).toEqual([[1n]])
    await setup.commitAndGoOn([1n])
    expect(setup.proposed()).toEqual([[2n]])
  })

  test('leaves a pause to others after each batch, however much is due', async () => {
    const setup = leading(2)
    for (let id = 1n; id <= 4n; id++) setup.lessor.granted(id, 5)
    await setup.clock.advance(5 * secondMs)
    await setup.commit(setup.proposed().flat())
    await setup.clock.advance(pauseMs - 1)
    expect(setup.proposed()).toEqual([])
    await setup.clock.advance(1)
    expect(setup.proposed().flat().length).toBe(2)
  })

  test('is tried again after a failure, a while later, for what is still there', async () => {
    const setup = leading(2)
    for (const id of [1n, 2n, 3n]) setup.lessor.granted(id, 5)
    await setup.clock.advance(5 * secondMs)
    const [gone, stays] = setup.proposed().flat()
    setup.lessor.revoked(gone ?? 0n)
    await setup.fail()
    expect(setup.errors).toEqual([new MetastoreError('request-timed-out')])
    setup.lessor.granted(4n, 60)
    await setup.clock.advance(retryDelayMs - 1)
    expect(setup.proposed()).toEqual([])
    await setup.clock.advance(1)
    const again = setup.proposed().flat()
    expect(again.length).toBe(2)
    expect(again).toContain(stays)
    expect(again).not.toContain(gone)
  })

  test('is tried again when a proposal went through without the lease being gone', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    await setup.commit([])
    expect(setup.proposed()).toEqual([[1n]])
    await setup.clock.advance(retryDelayMs)
    expect(setup.proposed()).toEqual([[1n]])
  })

  test('waits for no lease that is renewed while others run out', async () => {
    const setup = leading()
    for (let id = 1n; id <= 100n; id++) setup.lessor.granted(id, 5)
    await setup.clock.advance(4 * secondMs)
    for (let id = 2n; id <= 100n; id++) await setup.lessor.renew(id)
    await setup.clock.advance(secondMs)
    expect(setup.proposed()).toEqual([[1n]])
  })

  test('100,000 leases in one second go in bounded batches, each once', async () => {
    const clock = new FakeClock()
    const maxBatch = 500
    const seen = new Set<bigint>()
    let calls = 0
    const lessor: Lessor = new Lessor({
      clock,
      pace: { maxBatch, pauseMs, retryDelayMs },
      checkpoints: true,
      lateRenewalTimeoutMs,
      checkpoint: () => Promise.reject(new Error('nothing lives that long')),
      expire: async (ids) => {
        calls++
        expect(ids.length).toBeLessThanOrEqual(maxBatch)
        for (const id of ids) {
          seen.add(id)
          lessor.revoked(id)
        }
      },
    })
    for (let id = 1n; id <= 100_000n; id++) lessor.granted(id, 10)
    const startMs = performance.now()
    lessor.promote(0)
    expect(performance.now() - startMs).toBeLessThan(1000)
    await clock.advance(10 * secondMs)
    expect(calls).toBe(1)
    await clock.advance(199 * pauseMs)
    expect([seen.size, calls, lessor.size]).toEqual([100_000, 200, 0])
  })
})

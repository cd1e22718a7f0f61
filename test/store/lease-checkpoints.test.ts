import { describe, expect, test } from 'vitest'
import { settled } from '../watch/fake-clock.js'
import { CheckpointSetup } from './lease-checkpoints-setup.js'
import { extraMs, secondMs } from './lessor-setup.js'

const intervalMs = 300 * secondMs

function leading(enabled?: boolean): CheckpointSetup {
  const setup = new CheckpointSetup(enabled)
  setup.lead(0)
  return setup
}

describe('what is left of a lease', () => {
  test('is noted every five minutes while it lasts longer than that', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    setup.grant(2n, 300)
    await setup.clock.advance(intervalMs - 1)
    expect(setup.waiting).toEqual([])
    await setup.clock.advance(1)
    expect(setup.waiting).toEqual([{ 1: 700 }])
    await setup.applyNext()
    await setup.clock.advance(intervalMs - 1)
    expect(setup.waiting).toEqual([])
    await setup.clock.advance(1)
    expect(setup.waiting).toEqual([{ 1: 400 }])
    await setup.applyNext()
    await setup.clock.advance(intervalMs)
    expect(setup.waiting).toEqual([{ 1: 100 }])
    await setup.applyNext()
    await setup.run(200)
    expect(setup.lessor.size).toBe(0)
  })

  test('is what a new leader gives it, and an election timeout', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    await setup.run(301)
    setup.lessor.promote(extraMs)
    expect(setup.lessor.remainingSeconds(1n)).toBe(701)
  })

  test('is not asked for without checkpoints: a change of leader gives all time', async () => {
    const setup = leading(false)
    setup.grant(1n, 1000)
    setup.lessor.checkpointed(1n, 20)
    await setup.clock.advance(intervalMs * 3)
    expect(setup.waiting).toEqual([])
    setup.lessor.promote(extraMs)
    expect(setup.lessor.remainingSeconds(1n)).toBe(1001)
  })

  test('is noted of many leases in bounded batches, one at a time', async () => {
    const setup = leading()
    for (let id = 1n; id <= 1000n; id++) setup.grant(id, 1000)
    await setup.clock.advance(intervalMs)
    const sizes: number[] = []
    while (setup.waiting.length > 0) {
      expect(setup.waiting.length).toBe(1)
      sizes.push(Object.keys(setup.waiting[0] ?? {}).length)
      await setup.applyNext()
      await setup.clock.advance(secondMs)
    }
    expect(sizes).toEqual([200, 200, 200, 200, 200])
  })

  test('is noted again after a failure, for leases that are still there', async () => {
    const setup = leading()
    for (const id of [1n, 2n]) setup.grant(id, 1000)
    await setup.clock.advance(intervalMs)
    setup.lessor.revoked(2n)
    await setup.failNext()
    expect(setup.errors).toHaveLength(1)
    await setup.clock.advance(secondMs)
    expect(setup.waiting).toEqual([{ 1: 700 }])
  })

  test('goes neither down nor up over three changes of leader', async () => {
    const setup = new CheckpointSetup(true, 3)
    setup.lead(0)
    setup.grant(1n, 2000)
    let expected = 2000
    for (const next of [1, 2, 0]) {
      await setup.run(301)
      setup.lead(next)
      // Seen from the last note: five minutes less; each change adds the election timeout alone.
      expected -= 300
      expect(setup.member(next).remainingSeconds(1n)).toBe(expected + extraMs / secondMs)
    }
    await setup.run(expected)
    expect(setup.lessor.size).toBe(1)
    await setup.run(extraMs / secondMs)
    expect(setup.members.map(({ size }) => size)).toEqual([0, 0, 0])
  })

  test('is not noted by a member that no longer leads', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    setup.lessor.demote()
    await setup.clock.advance(intervalMs * 3)
    expect(setup.waiting).toEqual([])
  })
})

describe('a renewal', () => {
  test('takes back what is noted before it answers, and only then', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    await setup.run(301)
    const answers: unknown[] = []
    const renewal = setup.lessor.renew(1n).then((ttl) => answers.push(ttl))
    await settled()
    expect(answers).toEqual([])
    expect(setup.waiting).toEqual([{ 1: 0 }])
    await setup.applyNext()
    await renewal
    expect(answers).toEqual([1000])
    expect(await setup.lessor.renew(1n)).toBe(1000)
    expect(setup.waiting).toEqual([])
    setup.lessor.promote(extraMs)
    expect(setup.lessor.remainingSeconds(1n)).toBe(1001)
  })

  test('of a lease whose checkpoint is under way takes that back', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    await setup.clock.advance(intervalMs)
    const renewal = setup.lessor.renew(1n)
    expect(setup.waiting).toEqual([{ 1: 700 }, { 1: 0 }])
    await setup.applyNext()
    await setup.applyNext()
    expect(await renewal).toBe(1000)
    setup.lessor.promote(extraMs)
    expect(setup.lessor.remainingSeconds(1n)).toBe(1001)
  })

  test('after a checkpoint that failed takes it back, as it may still come', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    await setup.clock.advance(intervalMs)
    await setup.failNext()
    const renewal = setup.lessor.renew(1n)
    expect(setup.waiting).toEqual([{ 1: 0 }])
    await setup.applyNext()
    expect(await renewal).toBe(1000)
  })

  test('that is under way keeps checkpoints away from the lease; others share it', async () => {
    const setup = leading()
    setup.grant(1n, 700)
    await setup.run(301)
    await setup.clock.advance(intervalMs - 2 * secondMs)
    const renewals = [setup.lessor.renew(1n), setup.lessor.renew(1n)]
    await setup.clock.advance(intervalMs * 2)
    expect(setup.waiting).toEqual([{ 1: 0 }])
    await setup.applyNext()
    expect(await Promise.all(renewals)).toEqual([700, 700])
  })

  test('that cannot take it back fails, and what is noted is put right later', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    await setup.run(601)
    const renewal = setup.lessor.renew(1n)
    const refused = expect(renewal).rejects.toMatchObject({ code: 'request-timed-out' })
    await setup.failNext()
    await refused
    await setup.clock.advance(intervalMs)
    expect(setup.waiting).toEqual([{ 1: 700 }])
  })

  test('ends when its caller gives up, and when the lease goes meanwhile', async () => {
    const setup = leading()
    setup.grant(1n, 1000)
    await setup.run(301)
    const abort = new AbortController()
    const renewal = setup.lessor.renew(1n, { signal: abort.signal })
    const other = setup.lessor.renew(1n)
    abort.abort()
    await expect(renewal).rejects.toMatchObject({ code: 'request-canceled' })
    setup.lessor.revoked(1n)
    await setup.applyNext()
    expect(await other).toBeUndefined()
  })
})

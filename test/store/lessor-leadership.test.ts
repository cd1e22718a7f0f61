import { describe, expect, test } from 'vitest'
import { extraMs, LessorSetup, leading, secondMs } from './lessor-setup.js'

describe('a change of leader', () => {
  test('R10: gives every lease its whole time and an election timeout', async () => {
    const setup = new LessorSetup()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(60 * secondMs)
    expect(setup.proposed()).toEqual([])
    setup.lessor.promote(extraMs)
    await setup.clock.advance(5 * secondMs + extraMs - 1)
    expect(setup.proposed()).toEqual([])
    await setup.clock.advance(1)
    expect(setup.proposed()).toEqual([[1n]])
  })

  test('a member that no longer leads proposes nothing', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    setup.lessor.demote()
    setup.lessor.demote()
    await setup.clock.advance(60 * secondMs)
    expect(setup.proposed()).toEqual([])
    expect(setup.clock.timerCount).toBe(0)
  })

  test('a proposal of former leadership that fails late changes nothing', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    await setup.clock.advance(5 * secondMs)
    expect(setup.proposed()).toEqual([[1n]])
    setup.lessor.demote()
    setup.lessor.promote(extraMs)
    await setup.fail()
    await setup.clock.advance(5 * secondMs)
    expect(setup.proposed()).toEqual([])
    expect(await setup.lessor.renew(1n)).toBe(5)
    await setup.clock.advance(5 * secondMs)
    expect(setup.proposed()).toEqual([[1n]])
  })

  test('a member that was deposed while a batch was under way proposes no other', async () => {
    const setup = leading(1)
    for (const id of [1n, 2n]) setup.lessor.granted(id, 5)
    await setup.clock.advance(5 * secondMs)
    expect(setup.proposed()).toEqual([[1n]])
    setup.lessor.demote()
    await setup.commit([1n])
    await setup.clock.advance(60 * secondMs)
    expect(setup.proposed()).toEqual([])
  })

  test('leases of a snapshot take the place of those before', async () => {
    const setup = leading()
    setup.lessor.granted(1n, 5)
    setup.lessor.clear()
    setup.lessor.granted(2n, 6)
    await setup.clock.advance(60 * secondMs)
    expect(setup.proposed()).toEqual([[2n]])
  })
})

describe('the list of leases', () => {
  test('begins with the next to run out', async () => {
    const setup = leading()
    for (const [id, ttlSeconds] of [
      [1n, 30],
      [2n, 10],
      [3n, 20],
    ] as const) {
      setup.lessor.granted(id, ttlSeconds)
    }
    expect(setup.lessor.idsByExpiry()).toEqual([2n, 3n, 1n])
    await setup.clock.advance(5 * secondMs)
    await setup.lessor.renew(2n)
    await setup.clock.advance(6 * secondMs)
    await setup.lessor.renew(3n)
    expect(setup.lessor.idsByExpiry()).toEqual([2n, 1n, 3n])
  })

  test('is in the order of grants on a member that does not lead', () => {
    const { lessor } = new LessorSetup()
    lessor.granted(2n, 30)
    lessor.granted(1n, 10)
    expect(lessor.idsByExpiry()).toEqual([2n, 1n])
  })
})

test('closing ends what waits and proposes nothing more; twice is safe', async () => {
  const setup = leading()
  setup.lessor.granted(1n, 5)
  await setup.clock.advance(5 * secondMs)
  const late = setup.lessor.renew(1n)
  setup.lessor.close()
  setup.lessor.close()
  await expect(late).rejects.toMatchObject({ code: 'not-leader' })
  await setup.fail()
  setup.lessor.promote(extraMs)
  setup.lessor.granted(2n, 5)
  await setup.clock.advance(60 * secondMs)
  expect(setup.proposed()).toEqual([[1n]])
  expect(setup.clock.timerCount).toBe(0)
})

import { expect, test } from 'vitest'
import { ReadBudget } from '../../src/store/read-budget.js'
import { FakeClock } from '../watch/fake-clock.js'

const mebibyte = 1024 * 1024

/** Turns that end when the test says so. */
class Turns {
  #waiting: (() => void)[] = []

  readonly next = (): Promise<void> => new Promise((resolve) => this.#waiting.push(resolve))

  async end(): Promise<void> {
    for (const go of this.#waiting.splice(0)) go()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  )
}

test('reads under way at once draw on one budget', async () => {
  const budget = new ReadBudget(new FakeClock(), () => Promise.resolve(), 10 * mebibyte)
  let finish = (): void => {}
  const first = budget.run(async (share) => {
    share.take(6 * mebibyte)
    await new Promise<void>((resolve) => {
      finish = resolve
    })
  })
  const second = budget.run((share) => share.take(6 * mebibyte))
  expect(await codeOf(second)).toBe('too-many-requests')
  expect(await codeOf(budget.run((share) => share.take(4 * mebibyte)))).toBe('answered')
  finish()
  expect(await codeOf(first)).toBe('answered')
})

test('an answer counts until the turn in which it is handed off has ended', async () => {
  const turns = new Turns()
  const budget = new ReadBudget(new FakeClock(), turns.next, 10 * mebibyte)
  const read = () => codeOf(budget.run((share) => share.take(6 * mebibyte)))
  expect(await read()).toBe('answered')
  expect(await read()).toBe('too-many-requests')
  await turns.end()
  expect(await read()).toBe('answered')
})

test('a read that fails gives back what it held at once', async () => {
  const budget = new ReadBudget(new FakeClock(), new Turns().next, 10 * mebibyte)
  for (let round = 0; round < 5; round++) {
    const failing = budget.run((share) => {
      share.take(9 * mebibyte)
      throw Object.assign(new Error('gone'), { code: 'compacted' })
    })
    expect(await codeOf(failing)).toBe('compacted')
  }
})

test('after a large answer that came at once, others have as much time before the next read', async () => {
  const clock = new FakeClock()
  const budget = new ReadBudget(clock, () => new Promise(setImmediate), 100 * mebibyte)
  await budget.run((share) => share.take(mebibyte / 2))
  expect(budget.turn()).toBe(undefined)
  await budget.run((share) => share.take(4 * mebibyte))
  const begun: string[] = []
  const read = async (name: string, bytes: number) => {
    await budget.turn()
    begun.push(name)
    await budget.run((share) => share.take(bytes))
  }
  const reads = [read('large', 4 * mebibyte), read('small', 10), read('next', 10)]
  await clock.advance(3)
  expect(begun).toEqual([])
  await clock.advance(1)
  expect(begun).toEqual(['large'])
  await clock.advance(4)
  await Promise.all(reads)
  expect(begun).toEqual(['large', 'small', 'next'])
  await new Promise(setImmediate)
  expect(budget.turn()).toBe(undefined)
})

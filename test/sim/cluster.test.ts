import { expect, test } from 'vitest'
import { runSeed } from './run/run-seed.js'

const seeds = 12

test(`one member keeps its promises to all kinds of clients over ${seeds} seeds of faults`, async () => {
  let answered = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const { failure, figures } = await runSeed(seed, { members: 1 })
    expect(failure, `npm run sim -- --seed ${seed} --members 1`).toBeUndefined()
    answered += figures.answered
  }
  expect(answered).toBeGreaterThan(seeds * 200)
})

test('the same seed gives the same run', async () => {
  const { failure } = await runSeed(11, { members: 1, twice: true })
  expect(failure).toBeUndefined()
})

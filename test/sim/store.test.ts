import { expect, test } from 'vitest'
import { StoreRun } from './store-run.js'

const seeds = 60

test(`a whole member keeps what it answered, and tells watchers of it, over ${seeds} seeds of crashes`, async () => {
  let acknowledged = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const run = new StoreRun(seed)
    await run.run()
    expect(run.fatal).toEqual([])
    acknowledged += run.acknowledged.length
  }
  expect(acknowledged).toBeGreaterThan(seeds * 10)
})

test('the same seed gives the same run of a whole member', async () => {
  const runs = [new StoreRun(5), new StoreRun(5)]
  for (const run of runs) await run.run()
  const [first, second] = runs
  expect(second?.disk.trace).toEqual(first?.disk.trace)
  expect(second?.trace).toEqual(first?.trace)
  expect(first?.trace.length).toBeGreaterThan(10)
})

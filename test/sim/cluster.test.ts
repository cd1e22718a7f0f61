import { expect, test } from 'vitest'
import { runSeed } from './run/run-seed.js'

const seeds = 30

test(`clusters of one, three and five members keep their promises over ${seeds} seeds of faults`, async () => {
  const seen = { answered: 0, elections: 0, lives: 0, snapshots: 0, watchEvents: 0, leases: 0 }
  for (let seed = 1; seed <= seeds; seed++) {
    const { failure, figures } = await runSeed(seed)
    expect(failure, `npm run sim -- --seed ${seed}`).toBeUndefined()
    seen.answered += figures.answered
    seen.elections += figures.elections
    seen.lives += figures.lives
    seen.snapshots += figures.snapshots
    seen.watchEvents += figures.watchEvents
    seen.leases += figures.leasesExpired
  }
  // A cluster in which nothing comes about keeps all promises.
  expect(seen.answered).toBeGreaterThan(seeds * 100)
  expect(seen.elections).toBeGreaterThan(seeds)
  expect(seen.lives).toBeGreaterThan(seeds * 3)
  expect(seen.snapshots).toBeGreaterThan(3)
  expect(seen.watchEvents).toBeGreaterThan(seeds * 20)
  expect(seen.leases).toBeGreaterThan(seeds)
}, 120_000)

test('the same seed gives the same run', async () => {
  for (const seed of [5, 11]) {
    const { failure } = await runSeed(seed, { twice: true })
    expect(failure).toBeUndefined()
  }
})

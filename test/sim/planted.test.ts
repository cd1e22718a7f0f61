import { describe, expect, test } from 'vitest'
import { findPlant, plants } from './plants/find.js'

/** Those that show soon; `npm run sim -- --planted` looks for all of them. */
const soonFound = [
  'acknowledged before the sync',
  'applied twice',
  'snapshot without its last entry',
  'no sync of directories',
  'remembered range out of date',
  'keys outlive their lease',
  'watch progress ahead of events',
  'watch event lost',
  'vote without a sync',
  'two votes in a term',
  'commit without a quorum',
  'forwarded proposal proposed twice',
  'lease extension lost',
]
const seeds = Array.from({ length: 20 }, (_, at) => at + 1)

describe('the simulator finds', () => {
  for (const plant of plants.filter(({ name }) => soonFound.includes(name))) {
    test(`${plant.name}: ${plant.says}`, async () => {
      const { seed } = await findPlant(plant, seeds)
      expect(seed).toBeDefined()
    }, 60_000)
  }
})

test('all of these are planted', () => {
  const names = plants.map(({ name }) => name)
  expect(soonFound.filter((name) => !names.includes(name))).toEqual([])
})

import { runSeed } from '../run/run-seed.js'
import { nodePlants } from './node-plants.js'
import type { Plant } from './plant.js'
import { raftPlants } from './raft-plants.js'
import { storePlants } from './store-plants.js'

export const plants: readonly Plant[] = [...raftPlants, ...nodePlants, ...storePlants]

interface Found {
  /** The first seed that showed the bug; undefined: none did. */
  readonly seed: number | undefined
  readonly failure: string
}

/** Plants a bug and runs seeds until one shows it. */
export async function findPlant(plant: Plant, seeds: readonly number[]): Promise<Found> {
  const { members, swarm } = plant
  const undo = plant.plant()
  try {
    for (const seed of seeds) {
      const { failure } = await runSeed(seed, { members, swarm })
      if (failure !== undefined) return { seed, failure }
    }
    return { seed: undefined, failure: '' }
  } finally {
    undo()
  }
}

import type { Swarm } from '../run/swarm.js'

/** A bug that is put into the program while it runs, to see whether the simulator finds it. */
export interface Plant {
  readonly name: string
  /** What is wrong then. */
  readonly says: string
  /** How many members it takes. */
  readonly members: number
  /** For a bug that takes a rare coincidence: the kind of run in which that comes about. */
  readonly swarm?: Partial<Swarm>
  /** Returns what takes it out again. */
  readonly plant: () => () => void
}

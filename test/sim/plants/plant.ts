/** A bug that is put into the program while it runs, to see whether the simulator finds it. */
export interface Plant {
  readonly name: string
  /** What is wrong then. */
  readonly says: string
  /** How many members it takes. */
  readonly members: number
  /** Returns what takes it out again. */
  readonly plant: () => () => void
}

import type { Engine } from '../engine/index.js'
import { BucketKeeper, type BucketTarget } from '../mvcc/index.js'
import type { ReplicatedState } from './replicated-state.js'

interface KeyCountingParts {
  readonly engine: Engine
  readonly state: ReplicatedState
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Keeps the buckets that count keys small, behind the requests that fill them. */
export class KeyCounting {
  readonly #keeper: BucketKeeper
  readonly #onTrouble: KeyCountingParts['onTrouble']

  constructor({ engine, state, nextTurn, onTrouble }: KeyCountingParts) {
    this.#keeper = new BucketKeeper(engine, bucketTarget(state), nextTurn)
    this.#onTrouble = onTrouble
    state.onOverfull(() => this.#balanceBehind())
  }

  /** Ends after the step under way. Idempotent. */
  close(): Promise<void> {
    return this.#keeper.close()
  }

  #balanceBehind(): void {
    this.#keeper.balance().catch((error: unknown) => {
      this.#onTrouble('splitting counts of keys', error)
    })
  }
}

/** The state may be another object after a snapshot, so the keeper looks it up each time. */
function bucketTarget(state: ReplicatedState): BucketTarget {
  return {
    beginSplit: () => state.keyValues.beginSplit(),
    endSplit: (split, pieces) => state.keyValues.endSplit(split, pieces),
  }
}

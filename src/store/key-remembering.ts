import type { Engine } from '../engine/index.js'
import { FactLoader } from '../mvcc/index.js'
import type { ReplicatedState } from './replicated-state.js'

interface KeyRememberingParts {
  readonly engine: Engine
  readonly state: ReplicatedState
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Loads what puts have to know of keys, behind the requests, once they ask for much that is not in memory. */
export class KeyRemembering {
  readonly #loader: FactLoader

  constructor({ engine, state, nextTurn, onTrouble }: KeyRememberingParts) {
    this.#loader = new FactLoader(engine, () => state.keyValues.facts, nextTurn)
    state.onFactsWanted(() => {
      this.#loader.load().catch((error: unknown) => onTrouble('loading facts of keys', error))
    })
  }

  /** Ends after the step under way. Idempotent. */
  close(): Promise<void> {
    return this.#loader.close()
  }
}

import type { Engine } from '../engine/index.js'
import { FactLoader } from '../mvcc/index.js'
import type { ReplicatedState } from './replicated-state.js'

interface KeyRememberingParts {
  readonly engine: Engine
  readonly state: ReplicatedState
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Loads what puts have to know of keys, behind the requests, as they ask for what is not in memory. */
export class KeyRemembering {
  readonly #loader: FactLoader

  constructor({ engine, state, onTrouble }: KeyRememberingParts) {
    this.#loader = new FactLoader(engine, () => state.keyValues.facts)
    state.onFactsWanted(() => {
      this.#loader.load().catch((error: unknown) => onTrouble('loading facts of keys', error))
    })
  }

  /** Ends after the step under way. Idempotent. */
  close(): Promise<void> {
    return this.#loader.close()
  }
}

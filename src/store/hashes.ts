import { MetastoreError } from '../base/errors.js'
import type { Pause, StateHash } from '../mvcc/index.js'
import { HashKVRequest, HashKVResponse, HashResponse } from '../wire/index.js'
import type { Headers } from './headers.js'
import type { ReplicatedState } from './replicated-state.js'
import type { CallOptions } from './store.js'

export interface HashesParts {
  readonly state: ReplicatedState
  readonly headers: Headers
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
}

/** Hashes under way at once: each keeps a view open and some memory. */
const maxUnderWay = 8

/** Hashes of this member's state, made in small steps so that nothing else has to wait. */
export class Hashes {
  readonly #parts: HashesParts
  readonly #underWay = new Set<Promise<StateHash>>()
  #closed = false

  constructor(parts: HashesParts) {
    this.#parts = parts
  }

  async hashKv(init: Partial<HashKVRequest>, options?: CallOptions): Promise<HashKVResponse> {
    const { revision } = HashKVRequest.create(init)
    const { keyValues } = this.#parts.state
    const found = await this.#run(options, (pause) => keyValues.hashKeyValues(revision, pause))
    return HashKVResponse.create({
      header: this.#parts.headers.at(found.revision),
      hash: found.hash,
      compactRevision: found.compactedRevision,
      hashRevision: found.hashRevision,
    })
  }

  async hash(options?: CallOptions): Promise<HashResponse> {
    const { keyValues } = this.#parts.state
    const found = await this.#run(options, (pause) => keyValues.hashAll(pause))
    return HashResponse.create({
      header: this.#parts.headers.at(found.revision),
      hash: found.hash,
    })
  }

  /** Resolves when none is under way; those that were are answered with `server-stopped`. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#underWay)
  }

  async #run(
    { signal }: CallOptions = {},
    start: (pause: Pause) => Promise<StateHash>,
  ): Promise<StateHash> {
    if (this.#underWay.size >= maxUnderWay) throw new MetastoreError('too-many-requests')
    const running = start(async () => {
      await this.#parts.nextTurn()
      if (signal?.aborted) throw signal.reason
      if (this.#closed) throw new MetastoreError('server-stopped')
    })
    this.#underWay.add(running)
    try {
      return await running
    } finally {
      this.#underWay.delete(running)
    }
  }
}

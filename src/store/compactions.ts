import type { CancelSignal } from '../base/cancel-signal.js'
import { MetastoreError } from '../base/errors.js'
import type { Engine } from '../engine/index.js'
import { Sweeper, type SweepTarget } from '../mvcc/index.js'
import { CompactionRequest, type CompactionResponse } from '../wire/index.js'
import type { Proposer } from './proposer.js'
import type { ReplicatedState } from './replicated-state.js'
import type { CallOptions } from './store.js'

export interface CompactionParts {
  readonly engine: Engine
  readonly state: ReplicatedState
  readonly proposer: Proposer
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Compacts the history: through the log, and then, behind the answer, on this member's disk. */
export class Compactions {
  readonly #parts: CompactionParts
  readonly #sweeper: Sweeper
  #defragmenting: Promise<void> | undefined

  constructor(parts: CompactionParts) {
    this.#parts = parts
    this.#sweeper = new Sweeper(parts.engine, sweepTarget(parts.state), parts.nextTurn)
    this.#sweepBehind()
  }

  /** See {@link Store.compact}. */
  async compact(
    init: Partial<CompactionRequest>,
    options?: CallOptions,
  ): Promise<CompactionResponse> {
    const compaction = CompactionRequest.create(init)
    const response: CompactionResponse = await this.#parts.proposer.propose({ compaction }, options)
    if (compaction.physical) await unlessCanceled(this.#sweeper.sweep(), options?.signal)
    else this.#sweepBehind()
    return response
  }

  /** See {@link Store.defragment}. Who asks while one is under way waits for that one. */
  async defragment(options?: CallOptions): Promise<void> {
    const everything = { gte: '', lt: undefined }
    this.#defragmenting ??= this.#parts.engine.reclaim(everything).finally(() => {
      this.#defragmenting = undefined
    })
    await unlessCanceled(this.#defragmenting, options?.signal)
  }

  /** Ends the sweep after the step under way; the next start goes on with it. Idempotent. */
  close(): Promise<void> {
    return this.#sweeper.close()
  }

  #sweepBehind(): void {
    this.#sweeper.sweep().catch((error: unknown) => {
      if (error instanceof MetastoreError && error.code === 'server-stopped') return
      this.#parts.onTrouble('removing compacted revisions', error)
    })
  }
}

/** The state may be another object after a snapshot, so the sweeper looks it up each time. */
function sweepTarget(state: ReplicatedState): SweepTarget {
  return {
    get appliedIndex() {
      return state.keyValues.appliedIndex
    },
    get compactedRevision() {
      return state.keyValues.compactedRevision
    },
    get sweptRevision() {
      return state.keyValues.sweptRevision
    },
    markSwept: (revision) => state.keyValues.markSwept(revision),
  }
}

/** Waits for work that others wait for too: it goes on when one of them no longer does. */
async function unlessCanceled<T>(work: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let cancel = (): void => {}
  const canceled = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(new MetastoreError('request-canceled'))
  })
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel)
  try {
    return await Promise.race([work, canceled])
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

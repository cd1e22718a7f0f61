import type { Clock } from '../../base/clock.js'
import { hasCode } from '../../base/errors.js'
import type { Engine } from '../../engine/index.js'
import { Sweeper, type SweepTarget } from '../../mvcc/index.js'
import type { RaftNode } from '../../node/index.js'
import { CompactionRequest, type CompactionResponse } from '../../wire/index.js'
import { followLeadership } from '../leadership.js'
import type { Proposer } from '../proposer.js'
import type { ReplicatedState } from '../replicated-state.js'
import type { CallOptions } from '../store.js'
import { unlessCanceled } from '../unless-canceled.js'
import { type CompactionRetention, scheduleOf } from './auto-compaction-schedule.js'
import { AutoCompactor } from './auto-compactor.js'

export interface CompactionParts {
  readonly engine: Engine
  readonly state: ReplicatedState
  readonly node: RaftNode
  readonly proposer: Proposer
  readonly clock: Clock
  /** undefined: history is compacted only when somebody asks for it. */
  readonly autoCompaction: CompactionRetention | undefined
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Compacts the history: through the log, and then, behind the answer, on this member's disk. */
export class Compactions {
  readonly #parts: CompactionParts
  readonly #sweeper: Sweeper
  readonly #stopAutomatic: () => void
  #defragmenting: Promise<void> | undefined

  constructor(parts: CompactionParts) {
    this.#parts = parts
    this.#sweeper = new Sweeper(parts.engine, sweepTarget(parts.state), parts.nextTurn)
    this.#stopAutomatic = this.#startAutomatic()
    parts.state.onCompacted(() => this.#sweepBehind())
  }

  /** See {@link Store.compact}. */
  async compact(
    init: Partial<CompactionRequest>,
    options?: CallOptions,
  ): Promise<CompactionResponse> {
    const compaction = CompactionRequest.create(init)
    const response: CompactionResponse = await this.#parts.proposer.propose({ compaction }, options)
    if (compaction.physical) await unlessCanceled(this.#sweeper.sweep(), options?.signal)
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

  /** Compacts no more, and ends the sweep after the step under way; the next start goes on with it. Idempotent. */
  close(): Promise<void> {
    this.#stopAutomatic()
    return this.#sweeper.close()
  }

  #startAutomatic(): () => void {
    const { autoCompaction, clock, state, node, onTrouble } = this.#parts
    if (autoCompaction === undefined) return () => {}
    const compactor = new AutoCompactor({
      clock,
      schedule: scheduleOf(autoCompaction),
      revision: () => state.revision,
      compactedRevision: () => state.compactedRevision,
      compact: (revision) => this.compact({ revision }),
      onFailure: (error) => onTrouble('compacting automatically', error),
    })
    const release = followLeadership(node, clock, compactor)
    return () => {
      release()
      compactor.close()
    }
  }

  #sweepBehind(): void {
    this.#sweeper.sweep().catch((error: unknown) => {
      if (hasCode(error, 'server-stopped')) return
      this.#parts.onTrouble('removing compacted revisions', error)
    })
  }
}

/** The state may be another object after a snapshot, so the sweeper looks it up each time. */
function sweepTarget(state: ReplicatedState): SweepTarget {
  return {
    get state() {
      return state.keyValues
    },
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

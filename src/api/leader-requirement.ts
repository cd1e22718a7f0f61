import type { Clock, Timer } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import type { CallContext } from '../rpc/call-context.js'
import type { Route } from '../rpc/method.js'
import type { Store } from '../store/store.js'

type RaftStatus = ReturnType<Store['getRaftStatus']>

export interface LeaderRequirementOptions {
  readonly raftStatus: () => RaftStatus
  readonly clock: Clock
  readonly electionTimeoutMs: number
}

/** So many election timeouts in a row without a leader end a stream that requires one. */
const patience = 3

/** A store without Raft needs no leader; any other without one can neither write nor confirm. */
export function lacksLeader(raft: RaftStatus): boolean {
  return raft.leaderId === 0n && raft.state !== 'standalone'
}

/** Calls with the metadata `hasleader: true` are refused, and streams cut, while there is none. */
export class LeaderRequirement {
  readonly #options: LeaderRequirementOptions
  readonly #streams = new Set<CallContext>()
  #missed = 0
  #timer: Timer | undefined

  constructor(options: LeaderRequirementOptions) {
    this.#options = options
  }

  /** The same route, minding the metadata. */
  guard(route: Route): Route {
    if ('unary' in route) {
      const { unary } = route
      return {
        method: route.method,
        unary: (request, context) => {
          this.#check(context)
          return unary(request, context)
        },
      }
    }
    const { stream } = route
    return {
      method: route.method,
      stream: async (requests, sink, context) => {
        if (!this.#check(context)) return stream(requests, sink, context)
        this.#add(context)
        try {
          await stream(requests, sink, context)
        } finally {
          this.#remove(context)
        }
      },
    }
  }

  /** Whether the call requires a leader. @throws MetastoreError `no-leader` when it does in vain */
  #check(context: CallContext): boolean {
    if (context.metadata('hasleader') !== 'true') return false
    if (lacksLeader(this.#options.raftStatus())) throw new MetastoreError('no-leader')
    return true
  }

  #add(context: CallContext): void {
    this.#streams.add(context)
    if (this.#timer === undefined) this.#wait()
  }

  #remove(context: CallContext): void {
    this.#streams.delete(context)
    if (this.#streams.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
    this.#missed = 0
  }

  #wait(): void {
    this.#timer = this.#options.clock.schedule(this.#options.electionTimeoutMs, () => this.#look())
  }

  #look(): void {
    this.#missed = lacksLeader(this.#options.raftStatus()) ? this.#missed + 1 : 0
    if (this.#missed >= patience) {
      for (const context of this.#streams) context.abort(new MetastoreError('no-leader'))
      this.#missed = 0
    }
    this.#wait()
  }
}

import { invariant } from '../base/errors.js'
import type { InFlightLimits } from './in-flight.js'
import { Progress } from './progress.js'
import { membersOf, reachedByQuorum } from './quorum.js'
import type { Configuration, MemberId } from './types.js'

/** A leader's view of all members, itself included. */
export class Tracker {
  readonly #own: Progress
  readonly #ownId: MemberId
  readonly #limits: InFlightLimits
  #progress = new Map<MemberId, Progress>()
  #configuration: Configuration

  constructor(
    configuration: Configuration,
    own: MemberId,
    lastIndex: number,
    limits: InFlightLimits,
  ) {
    this.#configuration = configuration
    this.#ownId = own
    this.#limits = limits
    this.#own = new Progress(lastIndex + 1, limits)
    this.configure(configuration, lastIndex)
    invariant(this.#progress.has(own), 'a leader is a member')
    for (const progress of this.#progress.values()) progress.active = false
  }

  /** Who is new counts as heard of: it has had no time to answer. */
  configure(configuration: Configuration, lastIndex: number): void {
    const before = this.#progress
    this.#configuration = configuration
    this.#progress = new Map()
    for (const id of membersOf(configuration)) {
      this.#progress.set(
        id,
        id === this.#ownId ? this.#own : (before.get(id) ?? this.#fresh(lastIndex)),
      )
    }
  }

  get own(): Progress {
    return this.#own
  }

  /** Undefined: not a member. */
  of(id: MemberId): Progress | undefined {
    return this.#progress.get(id)
  }

  /** The leader itself has stored everything up to `index`. */
  stored(index: number): void {
    this.#own.accepted(index, 0)
  }

  /** Everyone but the leader, in the order of the configuration. */
  *others(): Generator<[MemberId, Progress]> {
    for (const row of this.#progress) if (row[1] !== this.#own) yield row
  }

  /** The last index that is durable on a quorum. */
  matchedByQuorum(): number {
    return reachedByQuorum(this.#configuration, (id) => this.#progress.get(id)?.match ?? 0)
  }

  /** Whether a quorum was heard of since the last call. */
  takeQuorumActive(): boolean {
    const heard = (id: MemberId) => (this.#progress.get(id)?.active === true ? 1 : 0)
    this.#own.active = true
    const active = reachedByQuorum(this.#configuration, heard) === 1
    for (const progress of this.#progress.values()) progress.active = false
    return active
  }

  /** The newest ReadIndex round that a quorum has confirmed. */
  roundOfQuorum(): number {
    return reachedByQuorum(this.#configuration, (id) => this.#progress.get(id)?.confirmedRound ?? 0)
  }

  #fresh(lastIndex: number): Progress {
    const progress = new Progress(lastIndex + 1, this.#limits)
    progress.active = true
    return progress
  }
}

import type { Configuration, MemberId } from './types.js'

/** `add-voter` also promotes a learner; `add-learner` also takes a voter's vote. */
export interface ConfigurationStep {
  readonly kind: 'add-voter' | 'add-learner' | 'remove'
  readonly id: MemberId
}

/** What a `configuration` entry carries. */
export interface ConfigurationChange {
  /** None: joint consensus is left. */
  readonly steps: readonly ConfigurationStep[]
  /**
   * `auto`: a single step is taken directly, several through joint consensus. `joint`: through joint consensus,
   * which the leader leaves by itself. `explicit`: joint consensus lasts until a change without steps.
   */
  readonly transition: 'auto' | 'joint' | 'explicit'
  /** The application's own: names, addresses. */
  readonly context: Uint8Array
}

export function isJoint(configuration: Configuration): boolean {
  return configuration.votersOutgoing.length > 0
}

/** The configuration after a change (Raft thesis 4.1 and 4.3). Undefined: the change does not fit. */
export function changed(
  before: Configuration,
  { steps, transition }: ConfigurationChange,
): Configuration | undefined {
  if (steps.length === 0) return isJoint(before) ? leftJoint(before) : undefined
  if (isJoint(before)) return undefined
  const joint = transition !== 'auto' || steps.length > 1
  const after = new Draft(before, joint)
  for (const step of steps) after.take(step)
  return after.voters.size === 0 ? undefined : after.configuration(transition !== 'explicit')
}

function leftJoint({ voters, learners, learnersNext }: Configuration): Configuration {
  return {
    voters,
    votersOutgoing: [],
    learners: [...learners, ...learnersNext],
    learnersNext: [],
    autoLeave: false,
  }
}

class Draft {
  readonly voters: Set<MemberId>
  readonly #outgoing: readonly MemberId[]
  readonly #learners: Set<MemberId>
  /** They vote in the outgoing half, and learn when that is left. */
  readonly #learnersNext = new Set<MemberId>()

  constructor(before: Configuration, joint: boolean) {
    this.voters = new Set(before.voters)
    this.#outgoing = joint ? before.voters : []
    this.#learners = new Set(before.learners)
  }

  take({ kind, id }: ConfigurationStep): void {
    this.voters.delete(id)
    this.#learners.delete(id)
    this.#learnersNext.delete(id)
    if (kind === 'add-voter') this.voters.add(id)
    if (kind !== 'add-learner') return
    if (this.#outgoing.includes(id)) this.#learnersNext.add(id)
    else this.#learners.add(id)
  }

  configuration(autoLeave: boolean): Configuration {
    return {
      voters: [...this.voters],
      votersOutgoing: this.#outgoing,
      learners: [...this.#learners],
      learnersNext: [...this.#learnersNext],
      autoLeave: autoLeave && this.#outgoing.length > 0,
    }
  }
}

import { invariant } from '../base/errors.js'
import type { Member } from './member.js'
import type { HardState, SoftState } from './types.js'
import { noMember } from './types.js'

/** Soft and hard state as the driver last saw them. */
export class HandedState {
  #hard: HardState
  #soft: SoftState = { role: 'follower', leaderId: noMember }

  constructor(hard: HardState) {
    this.#hard = hard
  }

  isBehind(member: Member): boolean {
    return this.#hardStateChanged(member) || this.#softStateChanged(member)
  }

  termOrVoteChanged({ term, vote }: Member): boolean {
    return term !== this.#hard.term || vote !== this.#hard.vote
  }

  /** Undefined: as before. */
  takeHardState(member: Member): HardState | undefined {
    if (!this.#hardStateChanged(member)) return undefined
    const { term, vote, log } = member
    invariant(log.commit >= this.#hard.commit, 'the commit index never goes back')
    this.#hard = { term, vote, commit: log.commit }
    return this.#hard
  }

  /** Undefined: as before. */
  takeSoftState(member: Member): SoftState | undefined {
    if (!this.#softStateChanged(member)) return undefined
    const { reportedRole: role, leaderId } = member
    this.#soft = { role, leaderId }
    return this.#soft
  }

  #hardStateChanged(member: Member): boolean {
    return this.termOrVoteChanged(member) || member.log.commit !== this.#hard.commit
  }

  #softStateChanged({ reportedRole: role, leaderId }: Member): boolean {
    return role !== this.#soft.role || leaderId !== this.#soft.leaderId
  }
}

import type { ProgressState } from './progress.js'
import type { MemberId, Role } from './types.js'

export type ProposalRefusal =
  | { readonly outcome: 'no-leader' }
  | { readonly outcome: 'leaving' }
  | { readonly outcome: 'too-much-uncommitted' }

interface Accepted {
  readonly outcome: 'accepted'
  readonly firstIndex: number
  readonly term: number
}

export type ProposeResult = Accepted | ProposalRefusal

/** `change-unapplied`: the change before is under way. `change-unfit`: it cannot be made here. */
export type ChangeResult =
  | ProposeResult
  | { readonly outcome: 'change-unapplied' }
  | { readonly outcome: 'change-unfit' }

/** How far the log has come. */
export interface LogExtent {
  readonly commit: number
  /** The last index {@link Raft.applied} has confirmed. */
  readonly applied: number
  readonly lastIndex: number
  /** What entries hold in memory that are committed and not applied. */
  readonly unappliedBytes: number
}

export interface RaftCoreStatus extends LogExtent {
  readonly id: MemberId
  readonly term: number
  /** 0n: no leader is known. */
  readonly leaderId: MemberId
  readonly role: Role
  /** Whom leadership is being handed over to; 0n: nobody. */
  readonly transferTo: MemberId
}

export interface MemberProgress {
  readonly id: MemberId
  readonly state: ProgressState
  /** The last index known to be durable there. */
  readonly match: number
  readonly next: number
  readonly appendsInFlight: number
}

import type { RaftOptions } from './options.js'
import type { MemberId, Message, Proposal, Ready, Role } from './types.js'

export type ProposeResult =
  | { readonly outcome: 'accepted'; readonly firstIndex: number; readonly term: number }
  | { readonly outcome: 'no-leader' }
  | { readonly outcome: 'too-much-uncommitted' }

export interface RaftCoreStatus {
  readonly id: MemberId
  readonly term: number
  /** 0n: no leader is known. */
  readonly leaderId: MemberId
  readonly role: Role
  readonly commit: number
  /** The last index {@link Raft.applied} has confirmed. */
  readonly applied: number
  readonly lastIndex: number
}

/**
 * One member of a Raft group, as a function of what is handed to it: no I/O, no clock, no promise.
 * After any call the driver asks {@link hasReady}, takes {@link ready}, and carries it out.
 *
 * Several Ready may be under way. They are made durable in the order they were handed out, and
 * `messagesAfterPersist` leave when their own Ready and all before it are durable. A message whose
 * `to` is this member's own id goes back into {@link step}: that is how a member counts its own vote
 * no earlier than it is durable.
 */
export class Raft {
  /** @throws MetastoreError `log-corrupt` when hard state, log and applied index do not fit together. */
  constructor(_options: RaftOptions) {
    throw new Error('being written')
  }

  /** The driver's clock has moved by one tick. */
  tick(): void {}

  /** Starts an election now, unless this member leads already or is no voter. */
  campaign(): void {}

  /**
   * Appends proposals to the leader's log, all or none. The n-th one gets index `firstIndex` + n; it is
   * lost when `committedEntries` shows another term at that index. `no-leader`: this member does not
   * lead (another might: see {@link status}). `too-much-uncommitted`: see RaftLimits.
   */
  propose(_proposals: readonly Proposal[]): ProposeResult {
    return { outcome: 'no-leader' }
  }

  /**
   * Asks from which applied index on a read is linearizable. True: a ReadState with `requestId` follows in
   * a Ready, unless this member stops leading first, and then it never does. False: this member does not
   * lead, or too many reads wait.
   */
  readIndex(_requestId: number): boolean {
    return false
  }

  /** Takes a message from a member, itself included. Messages of the past, of any order and repeated are fine. */
  step(_message: Message): void {}

  /** Whether {@link ready} has anything to hand out. */
  hasReady(): boolean {
    return false
  }

  /** Hands out all work that waits, each piece once. */
  ready(): Ready {
    throw new Error('being written')
  }

  /**
   * A Ready with entries (or a snapshot) is durable: `index` and `term` are those of its last entry (or of
   * the snapshot). One call for each such Ready, in order; Ready without either need none. Entries that
   * have been replaced since are not counted.
   */
  persisted(_index: number, _term: number): void {}

  /** All committed entries (or the snapshot) up to `index`, handed out before, are in the state machine. */
  applied(_index: number): void {}

  /** Drops entries up to `index` from memory; `index` is applied and persisted. Older indexes do nothing. */
  compact(_index: number): void {}

  status(): RaftCoreStatus {
    throw new Error('being written')
  }
}

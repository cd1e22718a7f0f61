/** A member's id: 64 bits, never reused; 0n means none. */
export type MemberId = bigint

export const noMember: MemberId = 0n

export type Role = 'leader' | 'follower' | 'candidate' | 'pre-candidate' | 'learner'

/** One place in the replicated log. `index` counts from 1 without gaps. */
export interface Entry {
  readonly index: number
  readonly term: number
  /** `configuration`: `data` is an encoded membership change. Empty `normal` data: a leader's first. */
  readonly kind: 'normal' | 'configuration'
  readonly data: Uint8Array
  /** What the proposer already knows about `data`; stays in the process, is never stored or sent. */
  readonly attachment?: unknown
}

export interface Proposal {
  readonly data: Uint8Array
  readonly attachment?: unknown
}

/** What a member must remember across a crash, besides its log (Raft paper, figure 2). */
export interface HardState {
  readonly term: number
  readonly vote: MemberId
  readonly commit: number
}

/** What changes often and need not be remembered. */
export interface SoftState {
  readonly role: Role
  readonly leaderId: MemberId
}

/** Who takes part. `votersOutgoing` is not empty only during joint consensus (Raft thesis 4.3). */
export interface Configuration {
  readonly voters: readonly MemberId[]
  readonly votersOutgoing: readonly MemberId[]
  readonly learners: readonly MemberId[]
  readonly learnersNext: readonly MemberId[]
  readonly autoLeave: boolean
}

/** Where a snapshot stands in the log: it replaces all entries up to and including `index`. */
export interface SnapshotMetadata {
  readonly index: number
  readonly term: number
  readonly configuration: Configuration
}

/** A reader's ReadIndex round is confirmed: reads at applied >= `index` are linearizable. */
export interface ReadState {
  readonly requestId: number
  readonly index: number
}

/**
 * Work the core hands to its driver. Each piece is handed out once. Order: `messages` may leave at
 * once; `snapshot`, `entries` and `hardState` go to disk together or in this order (the stored commit
 * index never lies beyond the stored log); `messagesAfterPersist` leave only when that and every
 * Ready before it is durable, and then `Raft.persisted` is called; `committedEntries` are durable here
 * already: they are applied in order, and then `Raft.applied` is called.
 */
export interface Ready {
  /** Present when role or leader changed. */
  readonly softState: SoftState | undefined
  /** Present when it changed. */
  readonly hardState: HardState | undefined
  /** False when only the commit index changed: losing that costs nothing. */
  readonly mustSync: boolean
  /** Present when a snapshot from the leader replaces log and state. */
  readonly snapshot: SnapshotMetadata | undefined
  /** To append; a first index at or below the stored last one replaces that tail. */
  readonly entries: readonly Entry[]
  readonly committedEntries: readonly Entry[]
  readonly messages: readonly Message[]
  readonly messagesAfterPersist: readonly Message[]
  readonly readStates: readonly ReadState[]
  /**
   * Followers whose next entries have been compacted. For each the driver calls `Raft.sendSnapshot`, and
   * `Raft.snapshotEnded` when the rows have arrived or it has given up.
   */
  readonly snapshotsWanted: readonly MemberId[]
}

interface MessageBase {
  readonly from: MemberId
  readonly to: MemberId
  /** The sender's own. */
  readonly term: number
}

/** What members say to each other. */
export type Message =
  | (MessageBase & {
      readonly type: 'vote-request'
      readonly lastIndex: number
      readonly lastTerm: number
      /** The leader itself wants this election: that it was heard of is no reason to refuse. */
      readonly transfer: boolean
    })
  | (MessageBase & { readonly type: 'vote-response'; readonly reject: boolean })
  /** Would the receiver vote for the sender in the term after `term`? Changes nothing (Raft thesis 9.6). */
  | (MessageBase & {
      readonly type: 'pre-vote-request'
      readonly lastIndex: number
      readonly lastTerm: number
    })
  | (MessageBase & { readonly type: 'pre-vote-response'; readonly reject: boolean })
  | (MessageBase & {
      readonly type: 'append-request'
      readonly previousIndex: number
      readonly previousTerm: number
      readonly entries: readonly Entry[]
      readonly commit: number
    })
  | (MessageBase & {
      readonly type: 'append-response'
      /** The last index that matches; on a reject, the index that was refused. */
      readonly index: number
      readonly reject: boolean
      /** On a reject: where the sender might look next. */
      readonly hintIndex: number
      readonly hintTerm: number
    })
  | (MessageBase & {
      readonly type: 'heartbeat-request'
      readonly commit: number
      /** The newest ReadIndex round this heartbeat confirms; 0: none. A fresh id for every try. */
      readonly readRound: number
    })
  | (MessageBase & { readonly type: 'heartbeat-response'; readonly readRound: number })
  /** From a leader that hands over: campaign at once. */
  | (MessageBase & { readonly type: 'timeout-now' })
  | (MessageBase & { readonly type: 'snapshot-request'; readonly snapshot: SnapshotMetadata })

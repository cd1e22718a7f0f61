import type { Random } from '../base/random.js'
import type { Configuration, Entry, HardState, MemberId } from './types.js'
import { noMember } from './types.js'

/** A place in the log. Index 0, term 0: before the first entry. */
export interface LogPosition {
  readonly index: number
  readonly term: number
}

/** What a member's storage holds when it starts. */
export interface StoredLog {
  /** The last entry that a snapshot or durable state has replaced; 0, 0 for a log kept from its start. */
  readonly previous: LogPosition
  /** All entries behind `previous`, without gaps. */
  readonly entries: readonly Entry[]
}

/** Bounds of what the core holds or hands out; each at least 1. */
export interface RaftLimits {
  /** Proposals are refused while the data of uncommitted entries is larger; one alone always fits. */
  readonly maxUncommittedBytes: number
  /** The data in one append request; one entry alone always fits. */
  readonly maxAppendBytes: number
  /** Appends under way to one member without an answer. */
  readonly maxAppendsInFlight: number
  /** The data of those appends; the one that reaches it is still sent. */
  readonly maxBytesInFlight: number
  /** The data of `committedEntries` in one Ready; one entry alone always fits. */
  readonly maxCommittedBytes: number
  /** Reads that wait for a ReadIndex round. */
  readonly maxWaitingReads: number
}

export const defaultRaftLimits: RaftLimits = {
  maxUncommittedBytes: 64 * 1024 * 1024,
  maxAppendBytes: 1024 * 1024,
  maxAppendsInFlight: 256,
  maxBytesInFlight: 16 * 1024 * 1024,
  maxCommittedBytes: 8 * 1024 * 1024,
  maxWaitingReads: 10_000,
}

export interface RaftOptions {
  readonly id: MemberId
  /** Ticks without a leader until a member campaigns: drawn anew from [electionTicks, 2 x electionTicks). */
  readonly electionTicks: number
  /** Ticks between a leader's heartbeats; less than `electionTicks`. */
  readonly heartbeatTicks: number
  readonly random: Random
  /** Ask whether an election could be won before the term is raised for it. Default false. */
  readonly preVote?: boolean
  /**
   * A leader that has not heard of a quorum for `electionTicks` steps down, and nobody votes while a leader
   * was heard of within that time. Default false; all members of a group alike.
   */
  readonly checkQuorum?: boolean
  /** Refuse a membership change while another is unapplied, and one that does not fit. Default true. */
  readonly checkChanges?: boolean
  /** A leader without a vote steps down. False: it leads on until another is elected. Default true. */
  readonly stepDownOnRemoval?: boolean
  /**
   * A leader sends no append for a commit index alone, unless another member waits for it, before the driver calls
   * `announceCommit`. Default false.
   */
  readonly holdsCommits?: boolean
  /** As of `applied`, or newer; for a member that joins with an empty log, the one that the group's log began with. */
  readonly configuration: Configuration
  /** The entry that `configuration` came with, when that is newer than `applied`. Default: `applied`. */
  readonly configurationIndex?: number
  /** As last stored; {@link initialHardState} for a new member. */
  readonly hardState: HardState
  readonly log: StoredLog
  /** The last index the state machine holds; at least `log.previous.index`. */
  readonly applied: number
  readonly limits: RaftLimits
}

export const initialHardState: HardState = { term: 0, vote: noMember, commit: 0 }

/** A configuration of voters alone. */
export function configurationOf(voters: readonly MemberId[]): Configuration {
  return { voters, votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
}

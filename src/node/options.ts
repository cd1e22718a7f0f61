import type { CancelSignal } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import type { FileSystem } from '../base/file-system.js'
import type { Random } from '../base/random.js'
import type { MemberId } from '../raft/types.js'
import type { TornTail } from './log/raft-log.js'
import type { StateMachine } from './state-machine.js'
import type { PeerMessage, Transport } from './transport.js'

/** Where a member keeps its log, and its snapshots when the state machine needs them. */
export interface NodeStorage {
  readonly fileSystem: FileSystem
  /** The log goes into `<directory>/log`, snapshots into `<directory>/snapshots`. */
  readonly directory: string
  /** Size of a log segment. Default 64 MiB. */
  readonly segmentBytes?: number
  /** The log grows by at least this before a snapshot is written. Default 64 MiB. */
  readonly snapshotThresholdBytes?: number
}

/** What a node may hold of proposals that are not yet applied; beyond: `too-many-requests`. */
export interface ProposalLimits {
  /** Default 32,768. */
  readonly count: number
  /** Default 128 MiB. A follower that has as much committed and not applied takes no more entries meanwhile. */
  readonly bytes: number
}

export interface RaftNodeOptions {
  readonly memberId: MemberId
  /** The cluster or group the log belongs to; a log of another one is refused. */
  readonly groupId: bigint
  /** Who votes when the log is made; later the log itself says. */
  readonly initialVoters: readonly MemberId[]
  readonly stateMachine: StateMachine
  /** Absent: a volatile member, nothing survives. */
  readonly storage?: NodeStorage
  /** Absent: nobody to talk to. */
  readonly transport?: Transport
  readonly clock: Clock
  readonly random: Random
  /** Milliseconds between ticks. Default 100. */
  readonly tickMs?: number
  /** Ticks without a leader before an election. Default 10. */
  readonly electionTicks?: number
  /**
   * As soon as a quorum can be reached, a member that starts is made to wait for a leader no longer than
   * heartbeats take, instead of a whole election timeout; where nobody has led yet, the voter with the lowest id
   * stands for election at once. Default true.
   */
  readonly initialElectionTickAdvance?: boolean
  /** Ticks between heartbeats. Default 1. */
  readonly heartbeatTicks?: number
  /** How long a proposal or a ReadIndex round may take when the caller says nothing. Default 7,000. */
  readonly requestTimeoutMs?: number
  readonly proposalLimits?: ProposalLimits
  /**
   * Applied entries kept in memory and in the log for members that are a little behind, unless they hold more than
   * 64 MiB; who is further behind gets a snapshot. Nothing is kept by a member that is alone. Default 10,000.
   */
  readonly catchUpEntries?: number
  /** Called once when the node has stopped because it could not go on; it is closed then. */
  readonly onFatal?: (error: Error) => void
  /** Called when a membership change has removed this member and it has applied that; it is closed then. */
  readonly onRemoved?: () => void
  /** Called with what came from another member and makes no sense; it is not taken. */
  readonly onDropped?: (message: PeerMessage, problem: string) => void
  /** Hears of failures that the node recovers from by itself. */
  readonly onTrouble?: (what: string, error: unknown) => void
  /** Called at open when the last write before a crash was cut short. */
  readonly onTornTail?: (tail: TornTail) => void
  /** Runs a callback after what the event loop has at hand now. Default `setImmediate`. */
  readonly defer?: (callback: () => void) => void
}

export interface ProposeOptions {
  /**
   * Aborting answers `request-canceled` at once, or `request-timed-out` when its reason is a deadline;
   * the proposal may still take place.
   */
  readonly signal?: CancelSignal | undefined
  /** Until applied, at tick resolution. Default, and at most, `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined
  /**
   * Only the leader of this term may take the proposal, and this member must be that leader: it is
   * refused with `not-leader` instead of waiting for another. Absent: any leader.
   */
  readonly term?: number | undefined
}

export interface ReadIndexOptions {
  /** Aborting rejects at once with its reason, or `context-canceled`. */
  readonly signal?: CancelSignal | undefined
  /** Default, and at most, `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined
}

/** How long a caller waits for what a leader must do. */
export interface WaitOptions {
  /** Aborting rejects at once with its reason, or `context-canceled`. */
  readonly signal?: CancelSignal | undefined
  /** Default `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined
}

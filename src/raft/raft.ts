import { invariant } from '../base/errors.js'
import type { ConfigurationChange } from './configuration-change.js'
import { dispatch } from './dispatch.js'
import { campaign } from './election.js'
import { HandedState } from './handed-state.js'
import type { Leadership } from './leadership.js'
import { Member } from './member.js'
import { applyChange, leaveJoint, proposeChange } from './membership.js'
import type { RaftOptions } from './options.js'
import { problemOf } from './plausibility.js'
import { propose } from './proposing.js'
import { addRead, beginReadRound, readRoundDue } from './read-index.js'
import {
  advanceCommit,
  appendsDue,
  commitHeld,
  sendAppends,
  sendHeartbeats,
} from './replication.js'
import type {
  ChangeResult,
  LogExtent,
  MemberProgress,
  ProposeResult,
  RaftCoreStatus,
} from './results.js'
import { sendSnapshot, snapshotsWanted, takeSnapshotsWanted } from './snapshot.js'
import { type TransferResult, tickTransfer, transfer } from './transfer.js'
import {
  type Configuration,
  type Entry,
  type MemberId,
  type Message,
  noMember,
  type Proposal,
  type Ready,
  type SnapshotMetadata,
} from './types.js'

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
  readonly #member: Member
  readonly #handed: HandedState

  /** @throws MetastoreError `log-corrupt` when hard state, log and applied index do not fit together. */
  constructor(options: RaftOptions) {
    this.#member = new Member(options)
    this.#handed = new HandedState(options.hardState)
  }

  /** The driver's clock has moved by one tick. */
  tick(): void {
    const member = this.#member
    const { leadership } = member
    if (leadership === undefined) {
      if (member.tickElectionTimer()) campaign(member)
      return
    }
    leadership.ticksSinceHeartbeat += 1
    if (leadership.ticksSinceHeartbeat >= member.heartbeatTicks) sendHeartbeats(member, leadership)
    tickTransfer(member, leadership)
    if (member.checkQuorum) checkQuorum(member, leadership)
  }

  /** Starts an election now, unless this member leads, is no voter, or has a membership change to apply first. */
  campaign(): void {
    campaign(this.#member)
  }

  /**
   * Appends proposals to the leader's log, all or none. The n-th one gets index `firstIndex` + n; it is
   * lost when `committedEntries` shows another term at that index. `no-leader`: this member does not
   * lead (another might: see {@link status}). `leaving`: it hands leadership over; ask again. `too-much-uncommitted`: see RaftLimits.
   * `awaited`: another member waits for them, so that their commit is never held (see RaftOptions).
   */
  propose(proposals: readonly Proposal[], awaited = false): ProposeResult {
    return propose(this.#member, proposals, awaited)
  }

  /**
   * Appends a change of membership, as {@link propose} does. One at a time: the one before must be applied.
   * It takes effect on each member when {@link applyConfiguration} is called there.
   */
  proposeConfiguration(change: ConfigurationChange, attachment?: unknown): ChangeResult {
    return proposeChange(this.#member, change, attachment)
  }

  /**
   * Makes a committed `configuration` entry take effect, before {@link applied} is called for it; an application
   * that refuses the change leaves the call out, on all members alike. Entries handed out before a snapshot
   * are in it, and need not be applied any more. Returns the configuration from now on.
   * @throws MetastoreError `log-corrupt` when the entry cannot be read
   */
  applyConfiguration(entry: Entry): Configuration {
    return applyChange(this.#member, entry)
  }

  /**
   * Asks from which applied index on a read is linearizable. True: a ReadState with `requestId` follows in
   * a Ready, unless this member stops leading first, and then it never does. False: this member does not
   * lead, or too many reads wait.
   */
  readIndex(requestId: number): boolean {
    const { leadership } = this.#member
    return leadership !== undefined && addRead(this.#member, leadership, requestId)
  }

  /**
   * Hands leadership over to a voter. Until that is done, or has failed for as long as an election takes,
   * proposals are refused. Done is what {@link status} shows; `done` at once: the target leads already.
   */
  transferLeadership(to: MemberId): TransferResult {
    const { leadership } = this.#member
    return leadership === undefined ? 'no-leader' : transfer(this.#member, leadership, to)
  }

  /** Whether somebody is not told of a commit index until entries follow, or {@link announceCommit}. */
  get holdsCommit(): boolean {
    const { leadership } = this.#member
    return leadership !== undefined && commitHeld(this.#member, leadership)
  }

  /** The others are to hear now of what is committed. */
  announceCommit(): void {
    const { leadership, log } = this.#member
    leadership?.commitNews.awaited(log.commit, log.commit)
  }

  /** A follower acts as if it had not heard of its leader: it may vote at once. Until it hears of it again. */
  forgetLeader(): void {
    this.#member.forgetLeader()
  }

  /**
   * Why a message that came from outside must not go into {@link step}: no member that works could have sent it,
   * and a rule that this member relies on would be broken. Undefined: it may.
   */
  problemOf(message: Message): string | undefined {
    return problemOf(this.#member, message)
  }

  /** Takes a message from a member, itself included. Messages of the past, of any order and repeated are fine. */
  step(message: Message): void {
    const member = this.#member
    invariant(message.to === member.id, 'a message reaches the one it is for')
    dispatch(member, message)
  }

  /** Whether {@link ready} has anything to hand out. */
  hasReady(): boolean {
    const { log, outbox, leadership } = this.#member
    return (
      !outbox.isEmpty ||
      log.hasUnstored ||
      log.hasUnapplied ||
      this.#handed.isBehind(this.#member) ||
      (leadership !== undefined && this.#leaderHasWork(leadership))
    )
  }

  /** Hands out all work that waits, each piece once. */
  ready(): Ready {
    const { log, outbox, leadership, limits } = this.#member
    if (leadership !== undefined) this.#doLeaderWork(leadership)
    const snapshotsWanted = leadership === undefined ? [] : takeSnapshotsWanted(leadership)
    const snapshot = log.takeSnapshot()
    const entries = log.takeUnstored()
    const voteChanged = this.#handed.termOrVoteChanged(this.#member)
    return {
      softState: this.#handed.takeSoftState(this.#member),
      hardState: this.#handed.takeHardState(this.#member),
      mustSync: voteChanged || entries.length > 0 || snapshot !== undefined,
      snapshot,
      entries,
      committedEntries: log.takeUnapplied(limits.maxCommittedBytes),
      messages: outbox.takeMessages(),
      messagesAfterPersist: outbox.takeMessagesAfterPersist(),
      readStates: outbox.takeReadStates(),
      snapshotsWanted,
    }
  }

  /**
   * A Ready with entries (or a snapshot) is durable: `index` and `term` are those of its last entry (or of
   * the snapshot). One call for each such Ready, in order; Ready without either need none. Entries that
   * have been replaced since are not counted.
   */
  persisted(index: number, term: number): void {
    const { log, leadership } = this.#member
    log.persisted(index, term)
    if (leadership === undefined) return
    leadership.tracker.stored(log.stable)
    advanceCommit(this.#member, leadership)
  }

  /** All committed entries (or the snapshot) up to `index`, handed out before, are in the state machine. */
  applied(index: number): void {
    const { log, leadership } = this.#member
    log.appliedTo(index)
    if (leadership !== undefined) leaveJoint(this.#member, leadership)
  }

  /**
   * Answers `snapshotsWanted`: a snapshot-request with this metadata leaves, and the driver sends the rows
   * beside it. `snapshot`: any the state machine can serve; the newer, the less must follow.
   */
  sendSnapshot(to: MemberId, snapshot: SnapshotMetadata): void {
    const { leadership } = this.#member
    if (leadership !== undefined) sendSnapshot(this.#member, leadership, to, snapshot)
  }

  /** A snapshot has arrived at a member, or will not; then another one is asked for after a heartbeat. */
  snapshotEnded(to: MemberId, arrived: boolean): void {
    this.#member.leadership?.tracker.of(to)?.snapshotEnded(arrived)
  }

  /** Drops entries up to `index` from memory; `index` is applied and persisted. Older indexes do nothing. */
  compact(index: number): void {
    this.#member.log.compact(index)
  }

  /** What the leader knows of the other members; nothing when this member does not lead. */
  progress(): MemberProgress[] {
    const { leadership } = this.#member
    const others = leadership === undefined ? [] : [...leadership.tracker.others()]
    return others.map(([id, { state, match, next, inFlight }]) => {
      return { id, state, match, next, appendsInFlight: inFlight.count }
    })
  }

  /** What the log holds beyond the last entry applied, committed or not. */
  unapplied(): Entry[] {
    const { log } = this.#member
    return log.read(log.applied + 1, log.lastIndex, Number.POSITIVE_INFINITY)
  }

  /** As of the last entry applied. */
  get configuration(): Configuration {
    return this.#member.configuration
  }

  /** The entry, or the snapshot, that {@link configuration} came with; never below what was applied at the start. */
  get configurationIndex(): number {
    return this.#member.configurationIndex
  }

  get term(): number {
    return this.#member.term
  }

  /** As of every moment at which it is looked at. */
  get extent(): LogExtent {
    return this.#member.log
  }

  status(): RaftCoreStatus {
    const { id, term, leaderId, reportedRole: role, log, leadership } = this.#member
    return {
      id,
      term,
      leaderId,
      role,
      commit: log.commit,
      applied: log.applied,
      lastIndex: log.lastIndex,
      unappliedBytes: log.unappliedBytes,
      transferTo: leadership?.transfer?.to ?? noMember,
    }
  }

  #leaderHasWork(leadership: Leadership): boolean {
    return (
      readRoundDue(this.#member, leadership) ||
      appendsDue(this.#member, leadership) ||
      snapshotsWanted(leadership)
    )
  }

  #doLeaderWork(leadership: Leadership): void {
    if (readRoundDue(this.#member, leadership)) beginReadRound(this.#member, leadership)
    sendAppends(this.#member, leadership)
  }
}

/** A leader that a quorum may have left must not go on answering for it. */
function checkQuorum(member: Member, leadership: Leadership): void {
  leadership.ticksSinceQuorumCheck += 1
  if (leadership.ticksSinceQuorumCheck < member.electionTicks) return
  leadership.ticksSinceQuorumCheck = 0
  if (!leadership.tracker.takeQuorumActive()) member.stepDown()
}

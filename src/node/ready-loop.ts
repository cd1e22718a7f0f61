import type { Clock } from '../base/clock.js'
import { hasCode, invariant } from '../base/errors.js'
import type { LogPosition, MemberId, Raft, Ready, Role } from '../raft/index.js'
import type { ApplyPipeline } from './apply-pipeline.js'
import { CommitAnnouncer } from './commit-announcer.js'
import type { LeaderWaits } from './leader-waits.js'
import type { RaftLog } from './log/raft-log.js'
import { isAlone } from './membership.js'
import type { Proposals } from './proposals/proposals.js'
import type { ReadAnswers } from './reads/read-answers.js'
import type { Reads } from './reads/reads.js'
import { ReadyWriter } from './ready-writer.js'
import type { RoleListeners } from './role-listeners.js'
import type { SnapshotReceiver } from './snapshots/snapshot-receiver.js'
import type { SnapshotSender } from './snapshots/snapshot-sender.js'
import type { Transport } from './transport.js'

interface ReadyLoopParts {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly log: RaftLog
  readonly transport: Transport | undefined
  readonly clock: Clock
  readonly pipeline: ApplyPipeline
  readonly proposals: Proposals
  readonly reads: Reads
  readonly readAnswers: ReadAnswers
  readonly roles: RoleListeners
  readonly waits: LeaderWaits
  readonly sender: SnapshotSender
  readonly receiver: SnapshotReceiver
  /** The state machine holds a snapshot of another member now. */
  readonly onInstalled: (snapshot: LogPosition) => void
  /** The log goes on from that snapshot too, durably. */
  readonly onLogReplaced: () => void
  readonly defer: (callback: () => void) => void
  /** Called with every write that found no room. */
  readonly onOutOfSpace: () => void
  /** Called with what a step threw; the node cannot go on. */
  readonly onFailure: (cause: unknown) => void
}

/** Carries out what the core hands out, one Ready after another. */
export class ReadyLoop {
  private readonly writer: ReadyWriter
  private readonly announcer: CommitAnnouncer
  private turnWaits = false
  private working = false
  /** A state is being exchanged: nothing more is handed out meanwhile. */
  private installing = false
  private stopped = false

  constructor(private readonly parts: ReadyLoopParts) {
    this.writer = new ReadyWriter({
      ...parts,
      guard: (step) => this.guard(step),
      onWritten: () => this.work(),
      onSnapshotWritten: () => {
        parts.receiver.installed()
        parts.onLogReplaced()
      },
      onFailure: (error) => this.writeFailed(error),
    })
    this.announcer = new CommitAnnouncer(parts.raft, parts.clock, () => this.scheduleTurn())
  }

  /** Runs a step of the node, unless it has stopped; what it throws ends the node. */
  guard(step: () => void): void {
    if (this.stopped) return
    try {
      step()
    } catch (error) {
      this.parts.onFailure(error)
    }
  }

  /** Everything that the event loop has at hand now goes into one append and one write. */
  scheduleTurn(): void {
    if (this.turnWaits || this.stopped) return
    this.turnWaits = true
    this.parts.defer(() => {
      this.turnWaits = false
      this.guard(() => this.work())
    })
  }

  /** Carries out all that the core has to do. */
  work(): void {
    if (this.working || this.installing) return
    const { pipeline, receiver } = this.parts
    this.working = true
    try {
      this.workOff()
      while (!this.stopped && !this.installing && pipeline.isIdle && receiver.hasStaged) {
        receiver.advance()
        this.workOff()
      }
    } finally {
      this.working = false
    }
  }

  /** Idempotent. */
  stop(): void {
    this.stopped = true
    this.announcer.stop()
  }

  private workOff(): void {
    this.handOver()
    while (!this.stopped && !this.installing && this.parts.raft.hasReady()) {
      this.carryOut(this.parts.raft.ready())
      this.handOver()
    }
  }

  private handOver(): void {
    const { raft, proposals, reads } = this.parts
    if (proposals.hasWaiting) proposals.handOver(raft)
    if (reads.hasWaiting) reads.handOver(raft)
  }

  private carryOut(ready: Ready): void {
    const { transport, sender, receiver } = this.parts
    if (ready.softState !== undefined) this.changeRole(ready.softState.role)
    if (ready.messages.length > 0) transport?.send(sender.take(ready.messages))
    sender.want(ready.snapshotsWanted)
    const install = receiver.installationOf(ready.snapshot)
    if (install === undefined) this.carryOutRest(ready)
    else this.install(ready, install)
  }

  private carryOutRest(ready: Ready): void {
    const { reads, readAnswers, pipeline } = this.parts
    this.writer.write(ready)
    for (const state of ready.readStates) {
      if (!readAnswers.confirm(state)) reads.confirm(state, pipeline.applied.index)
    }
    if (ready.committedEntries.length > 0) pipeline.push(ready.committedEntries)
    this.announcer.carriedOut(ready.entries.length > 0)
  }

  /** The state comes before the log: a start that finds the log behind the state knows what to do. */
  private install(ready: Ready, install: () => Promise<void>): void {
    const { snapshot } = ready
    invariant(snapshot !== undefined, 'what is installed is a snapshot')
    this.installing = true
    const end = () => {
      this.installing = false
      this.parts.onInstalled(snapshot)
      this.carryOutRest(ready)
      this.work()
    }
    install().then(() => this.guard(end), this.parts.onFailure)
  }

  private changeRole(role: Role): void {
    const { roles, proposals, reads, readAnswers, raft, waits, sender } = this.parts
    const ledHere = roles.current === 'leader'
    proposals.leaderChanged(ledHere)
    if (ledHere) readAnswers.leadershipLost()
    if (ledHere && role !== 'leader') sender.leadershipLost()
    reads.leaderChanged()
    roles.change(role, raft.status().term)
    waits.check()
  }

  /** Without room the member leads and reads on as far as it can; nothing is written until it is started again. */
  private writeFailed(error: unknown): void {
    if (!hasCode(error, 'no-space')) {
      this.parts.onFailure(error)
      return
    }
    const { raft, proposals, onOutOfSpace } = this.parts
    proposals.outOfSpace(error, raft.status().commit, isAlone(raft.configuration))
    this.guard(onOutOfSpace)
  }
}

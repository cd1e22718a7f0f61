import { invariant, MetastoreError } from '../base/errors.js'
import type { MemberId, Raft, Ready, Role } from '../raft/index.js'
import type { ApplyPipeline } from './apply-pipeline.js'
import type { LeaderWaits } from './leader-waits.js'
import type { RaftLog } from './log/raft-log.js'
import type { Proposals } from './proposals.js'
import type { ReadAnswers } from './read-answers.js'
import type { Reads } from './reads.js'
import { ReadyWriter } from './ready-writer.js'
import type { RoleListeners } from './role-listeners.js'
import type { Transport } from './transport.js'

interface ReadyLoopParts {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly log: RaftLog
  readonly transport: Transport | undefined
  readonly pipeline: ApplyPipeline
  readonly proposals: Proposals
  readonly reads: Reads
  readonly readAnswers: ReadAnswers
  readonly roles: RoleListeners
  readonly waits: LeaderWaits
  readonly defer: (callback: () => void) => void
  /** Called with every write that found no room. */
  readonly onOutOfSpace: () => void
  /** Called with what a step threw; the node cannot go on. */
  readonly onFailure: (cause: unknown) => void
}

/** Carries out what the core hands out, one Ready after another. */
export class ReadyLoop {
  private readonly writer: ReadyWriter
  private turnWaits = false
  private working = false
  private stopped = false

  constructor(private readonly parts: ReadyLoopParts) {
    this.writer = new ReadyWriter({
      ...parts,
      guard: (step) => this.guard(step),
      onWritten: () => this.work(),
      onFailure: (error) => this.writeFailed(error),
    })
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
    if (this.working) return
    this.working = true
    try {
      this.handOver()
      while (!this.stopped && this.parts.raft.hasReady()) {
        this.carryOut(this.parts.raft.ready())
        this.handOver()
      }
    } finally {
      this.working = false
    }
  }

  /** Idempotent. */
  stop(): void {
    this.stopped = true
  }

  private handOver(): void {
    const { raft, proposals, reads } = this.parts
    if (proposals.hasWaiting) proposals.handOver(raft)
    if (reads.hasWaiting) reads.handOver(raft)
  }

  private carryOut(ready: Ready): void {
    const { transport, reads, readAnswers, pipeline } = this.parts
    invariant(ready.snapshot === undefined, 'snapshots from a leader are not taken yet')
    if (ready.softState !== undefined) this.changeRole(ready.softState.role)
    if (ready.messages.length > 0) transport?.send(ready.messages)
    this.writer.write(ready)
    for (const state of ready.readStates) {
      if (!readAnswers.confirm(state)) reads.confirm(state, pipeline.applied.index)
    }
    if (ready.committedEntries.length > 0) pipeline.push(ready.committedEntries)
  }

  private changeRole(role: Role): void {
    const { roles, proposals, reads, readAnswers, raft, waits } = this.parts
    const ledHere = roles.current === 'leader'
    proposals.leaderChanged(ledHere)
    if (ledHere) readAnswers.leadershipLost()
    reads.leaderChanged()
    roles.change(role, raft.status().term)
    waits.check()
  }

  /** Without room the member leads and reads on as far as it can; nothing is written until it is started again. */
  private writeFailed(error: unknown): void {
    const outOfSpace = error instanceof MetastoreError && error.code === 'no-space'
    if (!outOfSpace) {
      this.parts.onFailure(error)
      return
    }
    this.parts.proposals.refuseAll(error)
    this.guard(this.parts.onOutOfSpace)
  }
}

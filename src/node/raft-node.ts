import type { Timer } from '../base/clock.js'
import { invariant, MetastoreError, messageOf } from '../base/errors.js'
import { type LogPosition, type Message, noMember, type Ready, type Role } from '../raft/index.js'
import { ApplyPipeline } from './apply-pipeline.js'
import { Envelopes } from './envelope.js'
import { Keeper } from './keeper.js'
import type {
  ProposalLimits,
  ProposeOptions,
  RaftNodeOptions,
  ReadIndexOptions,
} from './options.js'
import { isOverloaded } from './overload.js'
import { Proposals } from './proposals.js'
import type { RaftStatus } from './raft-status.js'
import { Reads } from './reads.js'
import { defaultProposalLimits, type StartedMember, startMember } from './start.js'
import { isNodeMessage, type PeerMessage } from './transport.js'

const defaultTickMs = 100
const defaultRequestTimeoutMs = 7_000
const defaultSnapshotThresholdBytes = 64 * 1024 * 1024

export type RoleListener = (role: Role, term: number) => void

/** One member of one Raft group: drives the core, the log, the state machine and the transport. */
export class RaftNode {
  /**
   * Opens log and snapshots, brings the state machine up to the newest snapshot, and starts. A single
   * voter becomes leader at once.
   * @throws MetastoreError `log-corrupt`, `data-corrupt`, `data-directory-unusable`, `no-space`,
   *   `disk-failed`
   */
  static async open(options: RaftNodeOptions): Promise<RaftNode> {
    const node = new RaftNode(options, await startMember(options))
    node.begin()
    return node
  }

  private readonly limits: ProposalLimits
  private readonly proposals: Proposals
  private readonly reads: Reads
  private readonly pipeline: ApplyPipeline
  private readonly keeper: Keeper
  private readonly defer: (callback: () => void) => void
  private readonly roleListeners = new Set<RoleListener>()
  private role: Role = 'follower'
  private timer: Timer | undefined
  private turnWaits = false
  private working = false
  private stopped = false
  private closing: Promise<void> | undefined

  private constructor(
    private readonly options: RaftNodeOptions,
    private readonly member: StartedMember,
  ) {
    const { clock, random, memberId, stateMachine } = options
    const timeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs
    this.limits = options.proposalLimits ?? defaultProposalLimits
    const onFailure = (error: Error) => this.fail(error)
    this.defer = options.defer ?? ((callback) => void setImmediate(callback))
    const envelopes = new Envelopes(memberId, random.below(0x1_0000_0000))
    this.proposals = new Proposals({ clock, limits: this.limits, timeoutMs, envelopes })
    this.reads = new Reads(clock, timeoutMs)
    this.keeper = new Keeper({
      ...member,
      stateMachine,
      snapshotThresholdBytes:
        options.storage?.snapshotThresholdBytes ?? defaultSnapshotThresholdBytes,
      onFailure,
    })
    this.pipeline = new ApplyPipeline({
      stateMachine,
      applied: member.applied,
      onApplied: ({ index, term }) => {
        member.raft.applied(index)
        this.reads.appliedTo(index)
        this.keeper.afterApply({ index, term })
        this.guard(() => this.work())
      },
      onFailure,
      defer: this.defer,
    })
  }

  /**
   * R7: the one place where anything is proposed. Resolves with what the state machine responded,
   * once the entry is durable on a quorum and applied; rejects with what it refused, or with
   * `no-leader`, `not-leader`, `leader-changed`, `too-many-requests`, `request-timed-out`,
   * `request-canceled`, `no-space` or `server-stopped`. `payload` must not be empty nor changed afterwards.
   */
  propose(payload: Buffer, attachment: unknown, options: ProposeOptions = {}): Promise<unknown> {
    invariant(payload.length > 0, 'a proposal has a payload')
    if (!this.stopped && isOverloaded(this.member.raft.status(), this.limits)) {
      return Promise.reject(new MetastoreError('too-many-requests'))
    }
    const result = this.proposals.add(payload, attachment, options)
    this.scheduleTurn()
    return result
  }

  /** Resolves when the applied state holds everything that was acknowledged before the call. */
  readIndex(options: ReadIndexOptions = {}): Promise<void> {
    const result = this.reads.add(options)
    this.scheduleTurn()
    return result
  }

  /** R2. */
  status(): RaftStatus {
    const { memberId: nodeId } = this.options
    if (this.stopped) {
      return { nodeId, term: 0, leaderId: noMember, state: 'unknown', applied: 0, commit: 0 }
    }
    const { term, leaderId, role, applied, commit } = this.member.raft.status()
    return { nodeId, term, leaderId, state: role, applied, commit }
  }

  /** Proposals and reads that wait for their answer. */
  get pendingCount(): number {
    return this.proposals.count + this.reads.count
  }

  /** Called with every new role, and at once with the present one. Returns what ends it. */
  onRoleChange(listener: RoleListener): () => void {
    this.roleListeners.add(listener)
    if (!this.stopped) listener(this.role, this.member.raft.status().term)
    return () => void this.roleListeners.delete(listener)
  }

  /** Answers what is pending with `server-stopped`, finishes the log, stops. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.shutDown()
    return this.closing
  }

  private begin(): void {
    const { raft, configuration } = this.member
    const { voters, votersOutgoing } = configuration
    this.options.transport?.start({
      receive: (message) => this.receive(message),
      connected: () => {},
      receiveSnapshot: () => Promise.reject(new MetastoreError('unimplemented')),
      answer: () => Promise.reject(new MetastoreError('unimplemented')),
    })
    this.scheduleTick()
    this.guard(() => {
      const single = voters.length === 1 && votersOutgoing.length === 0
      if (single && voters[0] === this.options.memberId) raft.campaign()
      this.work()
    })
  }

  private receive(message: PeerMessage): void {
    if (isNodeMessage(message)) return
    this.guard(() => {
      this.member.raft.step(message)
      this.scheduleTurn()
    })
  }

  private scheduleTick(): void {
    this.timer = this.options.clock.schedule(this.options.tickMs ?? defaultTickMs, () => {
      this.scheduleTick()
      this.guard(() => {
        const nowMs = this.options.clock.nowMs()
        this.proposals.expire(nowMs)
        this.reads.expire(nowMs)
        this.member.raft.tick()
        this.work()
      })
    })
  }

  /** Everything that the event loop has at hand now goes into one append and one write. */
  private scheduleTurn(): void {
    if (this.turnWaits || this.stopped) return
    this.turnWaits = true
    this.defer(() => {
      this.turnWaits = false
      this.guard(() => this.work())
    })
  }

  /** Carries out all that the core has to do. */
  private work(): void {
    if (this.working) return
    this.working = true
    try {
      this.handOver()
      while (!this.stopped && this.member.raft.hasReady()) {
        this.carryOut(this.member.raft.ready())
        this.handOver()
      }
    } finally {
      this.working = false
    }
  }

  private handOver(): void {
    const { raft } = this.member
    if (this.proposals.hasWaiting) this.proposals.handOver(raft)
    if (this.reads.hasWaiting) this.reads.handOver(raft)
  }

  private carryOut(ready: Ready): void {
    invariant(ready.snapshot === undefined, 'snapshots from a leader are not taken yet')
    if (ready.softState !== undefined) this.changeRole(ready.softState.role)
    if (ready.messages.length > 0) this.options.transport?.send(ready.messages)
    this.persist(ready)
    for (const state of ready.readStates) this.reads.confirm(state, this.pipeline.applied.index)
    if (ready.committedEntries.length > 0) this.pipeline.push(ready.committedEntries)
  }

  private changeRole(role: Role): void {
    if (this.role === 'leader' && role !== 'leader') {
      this.proposals.leadershipLost()
      this.reads.leadershipLost()
    }
    if (this.role === role) return
    this.role = role
    const { term } = this.member.raft.status()
    for (const listener of this.roleListeners) listener(role, term)
  }

  private persist({ hardState, entries, messagesAfterPersist, mustSync }: Ready): void {
    const nothing = hardState === undefined && entries.length === 0
    if (nothing && messagesAfterPersist.length === 0) return
    const write = {
      snapshot: undefined,
      entries,
      hardState,
      configuration: undefined,
      mustSync,
    }
    const last = entries.at(-1)
    this.member.log.append(write).then(
      () => this.guard(() => this.persisted(last, messagesAfterPersist)),
      (error) => this.persistFailed(error),
    )
  }

  private persisted(last: LogPosition | undefined, messages: readonly Message[]): void {
    const { raft } = this.member
    const others: Message[] = []
    if (last !== undefined) raft.persisted(last.index, last.term)
    for (const message of messages) {
      if (message.to === this.options.memberId) raft.step(message)
      else others.push(message)
    }
    if (others.length > 0) this.options.transport?.send(others)
    this.work()
  }

  /** Without room the member goes on reading; nothing is written until it is started again. */
  private persistFailed(error: unknown): void {
    const outOfSpace = error instanceof MetastoreError && error.code === 'no-space'
    if (outOfSpace) this.proposals.refuseAll(error)
    else this.fail(error)
  }

  /** Runs a step of the node; what it throws ends the node. */
  private guard(step: () => void): void {
    if (this.stopped) return
    try {
      step()
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(cause: unknown): void {
    if (this.stopped) return
    const error = cause instanceof Error ? cause : new Error(messageOf(cause))
    this.close().catch(() => {})
    this.options.onFatal?.(error)
  }

  private async shutDown(): Promise<void> {
    this.stopped = true
    this.timer?.cancel()
    this.roleListeners.clear()
    const error = new MetastoreError('server-stopped')
    this.proposals.refuseAll(error)
    this.reads.refuseAll(error)
    await this.pipeline.stop()
    await this.keeper.stop()
    await this.options.transport?.close()
    await this.member.log.close()
  }
}

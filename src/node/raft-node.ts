import { invariant, MetastoreError, messageOf } from '../base/errors.js'
import { noMember } from '../raft/index.js'
import { ApplyPipeline } from './apply-pipeline.js'
import { Envelopes } from './envelope.js'
import { Keeper } from './keeper.js'
import { Membership } from './membership.js'
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
import { ReadyLoop } from './ready-loop.js'
import { type RoleListener, RoleListeners } from './role-listeners.js'
import { defaultProposalLimits, type StartedMember, startMember } from './start.js'
import { Ticker } from './ticker.js'
import { isNodeMessage, type PeerMessage } from './transport.js'

const defaultTickMs = 100
const defaultRequestTimeoutMs = 7_000
const defaultSnapshotThresholdBytes = 64 * 1024 * 1024

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
  private readonly ticker: Ticker
  private readonly loop: ReadyLoop
  private readonly roles = new RoleListeners()
  private stopped = false
  private closing: Promise<void> | undefined

  private constructor(
    private readonly options: RaftNodeOptions,
    private readonly member: StartedMember,
  ) {
    const { clock, random, memberId, transport } = options
    const timeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs
    this.limits = options.proposalLimits ?? defaultProposalLimits
    const defer = options.defer ?? ((callback: () => void) => void setImmediate(callback))
    const envelopes = new Envelopes(memberId, random.below(0x1_0000_0000))
    this.proposals = new Proposals({ clock, limits: this.limits, timeoutMs, envelopes })
    this.reads = new Reads(clock, timeoutMs)
    this.keeper = this.makeKeeper()
    this.pipeline = this.makePipeline(defer)
    const { proposals, reads, pipeline, roles } = this
    const onFailure = (cause: unknown) => this.fail(cause)
    this.loop = new ReadyLoop({
      ...{ ...member, memberId, transport, pipeline, proposals, reads, roles, defer, onFailure },
    })
    const tickMs = options.tickMs ?? defaultTickMs
    this.ticker = new Ticker(clock, tickMs, () => this.loop.guard(() => this.tick()))
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
    this.loop.scheduleTurn()
    return result
  }

  /** Resolves when the applied state holds everything that was acknowledged before the call. */
  readIndex(options: ReadIndexOptions = {}): Promise<void> {
    const result = this.reads.add(options)
    this.loop.scheduleTurn()
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

  /** Who votes and who learns, as applied here. */
  get configuration() {
    return this.member.raft.configuration
  }

  /** Proposals and reads that wait for their answer. */
  get pendingCount(): number {
    return this.proposals.count + this.reads.count
  }

  /** Called with every new role, and at once with the present one. Returns what ends it. */
  onRoleChange(listener: RoleListener): () => void {
    const end = this.roles.add(listener)
    if (!this.stopped) listener(this.roles.current, this.member.raft.status().term)
    return end
  }

  /** Answers what is pending with `server-stopped`, finishes the log, stops. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.shutDown()
    return this.closing
  }

  private makeKeeper(): Keeper {
    const { stateMachine, storage } = this.options
    return new Keeper({
      ...this.member,
      stateMachine,
      snapshotThresholdBytes: storage?.snapshotThresholdBytes ?? defaultSnapshotThresholdBytes,
      onFailure: (error) => this.fail(error),
    })
  }

  private makePipeline(defer: (callback: () => void) => void): ApplyPipeline {
    const { memberId, stateMachine } = this.options
    const { raft, log, applied } = this.member
    const membership = new Membership({ memberId, raft, log, onRemoved: () => this.leave() })
    return new ApplyPipeline({
      stateMachine,
      applied,
      configure: (entries) => membership.change(entries),
      onApplied: ({ index, term }) => {
        raft.applied(index)
        this.reads.appliedTo(index)
        this.keeper.afterApply({ index, term })
        this.loop.guard(() => this.loop.work())
        membership.applied()
      },
      onFailure: (error) => this.fail(error),
      defer,
    })
  }

  private begin(): void {
    const { raft } = this.member
    const { voters, votersOutgoing } = raft.configuration
    this.options.transport?.start({
      receive: (message) => this.receive(message),
      connected: () => {},
      receiveSnapshot: () => Promise.reject(new MetastoreError('unimplemented')),
      answer: () => Promise.reject(new MetastoreError('unimplemented')),
    })
    this.ticker.start()
    this.loop.guard(() => {
      const single = voters.length === 1 && votersOutgoing.length === 0
      if (single && voters[0] === this.options.memberId) raft.campaign()
      this.loop.work()
    })
  }

  private receive(message: PeerMessage): void {
    if (isNodeMessage(message)) return
    this.loop.guard(() => {
      const { raft } = this.member
      const bare = message.type === 'snapshot-request'
      const problem = bare ? 'a snapshot travels with its rows' : raft.problemOf(message)
      if (problem === undefined) raft.step(message)
      else this.options.onDropped?.(message, problem)
      this.loop.scheduleTurn()
    })
  }

  private tick(): void {
    const nowMs = this.options.clock.nowMs()
    this.proposals.expire(nowMs)
    this.reads.expire(nowMs)
    this.member.raft.tick()
    this.loop.work()
  }

  private leave(): void {
    if (this.stopped) return
    this.close().catch(() => {})
    this.options.onRemoved?.()
  }

  private fail(cause: unknown): void {
    if (this.stopped) return
    const error = cause instanceof Error ? cause : new Error(messageOf(cause))
    this.close().catch(() => {})
    this.options.onFatal?.(error)
  }

  private async shutDown(): Promise<void> {
    this.stopped = true
    this.loop.stop()
    this.ticker.stop()
    this.roles.clear()
    const error = new MetastoreError('server-stopped')
    this.proposals.refuseAll(error)
    this.reads.refuseAll(error)
    await this.pipeline.stop()
    await this.keeper.stop()
    await this.options.transport?.close()
    await this.member.log.close()
  }
}

import { invariant, MetastoreError, messageOf } from '../base/errors.js'
import { type MemberId, noMember } from '../raft/index.js'
import { NodeParts } from './node-parts.js'
import type { ProposeOptions, RaftNodeOptions, ReadIndexOptions, WaitOptions } from './options.js'
import { envelopeOf } from './proposals/envelope.js'
import { isOverloaded } from './proposals/overload.js'
import type { QuestionHandler } from './questions.js'
import type { RaftStatus } from './raft-status.js'
import type { RoleListener } from './role-listeners.js'
import { type NodeSettings, settingsOf } from './settings.js'
import { type StartedMember, startMember } from './start.js'
import { Ticker } from './ticker.js'

/** One member of one Raft group: drives the core, the log, the state machine and the transport. */
export class RaftNode {
  /**
   * Opens log and snapshots, brings the state machine up to the newest snapshot, and starts. A single
   * voter becomes leader at once.
   * @throws MetastoreError `log-corrupt`, `data-corrupt`, `data-directory-unusable`, `no-space`,
   *   `disk-failed`
   */
  static async open(options: RaftNodeOptions): Promise<RaftNode> {
    const settings = settingsOf(options)
    const node = new RaftNode(options, settings, await startMember(options, settings))
    node.begin()
    return node
  }

  private readonly parts: NodeParts
  private readonly ticker: Ticker
  private stopped = false
  private closing: Promise<void> | undefined

  private constructor(
    private readonly options: RaftNodeOptions,
    private readonly settings: NodeSettings,
    private readonly member: StartedMember,
  ) {
    this.parts = new NodeParts(options, settings, member, {
      onFailure: (cause) => this.fail(cause),
      onRemoved: () => this.leave(),
    })
    const { loop } = this.parts
    this.ticker = new Ticker(options.clock, settings.tickMs, () => loop.guard(() => this.tick()))
  }

  /**
   * R7: the one place where anything is proposed. Resolves with what the state machine responded,
   * once the entry is durable on a quorum and applied; rejects with what it refused, or with
   * `no-leader`, `not-leader`, `leader-changed`, `leader-failed`, `too-many-requests`,
   * `request-timed-out`, `request-canceled`, `no-space` or `server-stopped`. `payload` must not be empty nor changed afterwards.
   */
  propose(payload: Buffer, attachment: unknown, options: ProposeOptions = {}): Promise<unknown> {
    invariant(payload.length > 0, 'a proposal has a payload')
    if (this.closing !== undefined) return Promise.reject(new MetastoreError('server-stopped'))
    if (isOverloaded(this.member.raft.extent, this.settings.proposalLimits)) {
      return Promise.reject(new MetastoreError('too-many-requests'))
    }
    const result = this.parts.proposals.add(payload, attachment, options)
    this.parts.loop.scheduleTurn()
    return result
  }

  /** Resolves when the applied state holds everything that was acknowledged before the call. */
  readIndex(options: ReadIndexOptions = {}): Promise<void> {
    if (this.closing !== undefined) return Promise.reject(new MetastoreError('server-stopped'))
    const result = this.parts.reads.add(options)
    this.parts.loop.scheduleTurn()
    return result
  }

  /**
   * Hands leadership over to another voter; resolves when it leads. While that lasts proposals wait. Rejects with
   * `not-leader`, `bad-leader-transferee`, `leader-changed` (somebody else leads now), `request-timed-out`,
   * `server-stopped`, or what the signal says.
   */
  async transferLeadership(to: MemberId, options: WaitOptions = {}): Promise<void> {
    if (this.closing !== undefined) throw new MetastoreError('server-stopped')
    await this.parts.elections.transfer(to, options)
  }

  /**
   * Asks whoever leads, this member included, and the next one when that leads no longer: a question may be
   * answered more than once. Rejects with what the leader's handler threw, `no-leader` when there is none in
   * time, `request-timed-out` when it does not answer, `server-stopped`, or what the signal says.
   */
  askLeader(question: Buffer, options: WaitOptions = {}): Promise<Buffer> {
    return this.parts.questions.ask(question, options)
  }

  /** `handler` answers the questions that come while this member leads. One handler; before it, nobody leads. */
  onQuestion(handler: QuestionHandler): void {
    this.parts.questions.handleWith(handler)
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

  /** As {@link status} says it. */
  get term(): number {
    return this.stopped ? 0 : this.member.raft.term
  }

  /** Who votes and who learns, as applied here. */
  get configuration() {
    return this.member.raft.configuration
  }

  /**
   * Whether another member has taken part, by what is not applied yet: it has confirmed entries to this one, which
   * leads, or it has proposed an entry that the log holds.
   */
  hasTakenPart(id: MemberId): boolean {
    const { raft } = this.member
    if (raft.progress().some((other) => other.id === id && other.match > 0)) return true
    return raft.unapplied().some(({ kind, data }) => {
      return kind === 'normal' && envelopeOf(data)?.origin === id
    })
  }

  /** Proposals and reads that wait for their answer. */
  get pendingCount(): number {
    return this.parts.proposals.count + this.parts.reads.count
  }

  /** Called with every new role, and at once with the present one. Returns what ends it. */
  onRoleChange(listener: RoleListener): () => void {
    const end = this.parts.roles.add(listener)
    if (!this.stopped) listener(this.parts.roles.current, this.member.raft.status().term)
    return end
  }

  /**
   * R12: takes nothing new, hands leadership over to another voter (for an election timeout at most), answers what
   * is still pending with `server-stopped`, finishes the log, stops. Idempotent.
   */
  close(): Promise<void> {
    this.closing ??= this.shutDown()
    return this.closing
  }

  private begin(): void {
    const { loop, inbox, elections, questions, receiver } = this.parts
    this.options.transport?.start({
      receive: (message) => {
        loop.guard(() => inbox.receive(message))
        loop.scheduleTurn()
      },
      connected: (peer) => loop.guard(() => elections.connected(peer)),
      receiveSnapshot: (request, pieces) => receiver.receive(request, pieces),
      answer: (_from, question, signal) => questions.answer(question, signal),
    })
    this.ticker.start()
    loop.guard(() => {
      elections.begin()
      loop.work()
    })
  }

  private tick(): void {
    const nowMs = this.options.clock.nowMs()
    this.parts.proposals.expire(nowMs)
    this.parts.reads.expire(nowMs)
    this.member.raft.tick()
    this.parts.elections.tick()
    this.parts.sender.tick(nowMs)
    this.parts.waits.check()
    this.parts.loop.work()
  }

  private leave(): void {
    if (this.stopped) return
    this.halt()
    this.close().catch(() => {})
    this.options.onRemoved?.()
  }

  private fail(cause: unknown): void {
    if (this.stopped) return
    const error = cause instanceof Error ? cause : new Error(messageOf(cause))
    this.halt()
    this.close().catch(() => {})
    this.options.onFatal?.(error)
  }

  private async shutDown(): Promise<void> {
    this.parts.proposals.refuseWaiting(new MetastoreError('server-stopped'))
    if (this.leadsOthers) await this.parts.elections.makeWay()
    this.halt()
    const snapshots = [this.parts.sender.close(), this.parts.receiver.close()]
    await this.parts.pipeline.stop()
    await this.parts.keeper.stop()
    await this.options.transport?.close()
    await Promise.all(snapshots)
    await this.member.log.close()
  }

  private get leadsOthers(): boolean {
    return !this.stopped && this.member.raft.progress().length > 0
  }

  /** From here on nothing happens any more, and nobody waits. */
  private halt(): void {
    if (this.stopped) return
    this.stopped = true
    this.parts.loop.stop()
    this.ticker.stop()
    this.parts.roles.clear()
    const error = new MetastoreError('server-stopped')
    this.parts.proposals.refuseAll(error)
    this.parts.reads.refuseAll(error)
    this.parts.waits.refuseAll(error)
    this.parts.questions.close()
  }
}

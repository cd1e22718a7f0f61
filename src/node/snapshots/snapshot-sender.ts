import { CancelSource } from '../../base/cancel-signal.js'
import type { Clock } from '../../base/clock.js'
import { MetastoreError } from '../../base/errors.js'
import type { LogPosition, MemberId, Message, Raft } from '../../raft/index.js'
import type { SnapshotCapture, StateMachine } from '../state-machine.js'
import type { PeerMessage, SnapshotRequest, Transport } from '../transport.js'
import { CatchingUp } from './catching-up.js'
import { sealPieces } from './snapshot-stream.js'

/** Each holds a view of the state open and takes a share of disk and network. */
const maxUnderWay = 2
/** A member that refuses, or whose disk is full, is not asked again at once. */
const retryDelayMs = 1_000
/** Longest time in which the other side takes no piece, or installs the last one. */
const silenceLimitMs = 60_000

interface SnapshotSenderOptions {
  readonly raft: Raft
  readonly stateMachine: StateMachine
  readonly transport: Transport | undefined
  readonly clock: Clock
  /** What the state machine holds, if nothing is being applied. */
  readonly applied: () => LogPosition | undefined
  /** The core has been told of an end: it may have work. */
  readonly onEnded: () => void
  /** Hears why a member did not get its snapshot; another one follows if it still needs one. */
  readonly onTrouble: (what: string, error: unknown) => void
}

interface Sending {
  readonly term: number
  readonly capture: SnapshotCapture
  readonly source: CancelSource
  heardAtMs: number
}

/** The leader's side of snapshots: one under way to each member that needs one, and {@link maxUnderWay} in all. */
export class SnapshotSender {
  private readonly waiting = new Set<MemberId>()
  private readonly underWay = new Map<MemberId, Sending>()
  private readonly retryAtMs = new Map<MemberId, number>()
  private readonly ending = new Set<Promise<void>>()
  private readonly catchingUp: CatchingUp
  private stopped = false

  constructor(private readonly options: SnapshotSenderOptions) {
    this.catchingUp = new CatchingUp(options.raft)
  }

  /** The oldest index that somebody goes on from who has a snapshot, or is getting one; Infinity: nobody does. */
  get oldestIndex(): number {
    let oldest = this.catchingUp.oldestIndex
    for (const { capture } of this.underWay.values()) oldest = Math.min(oldest, capture.index)
    return oldest
  }

  /** Members that need a snapshot; they get it now or with a later {@link advance}. */
  want(members: readonly MemberId[]): void {
    if (members.length === 0) return
    for (const member of members) this.waiting.add(member)
    this.advanceIdle()
  }

  /** To be called between two calls of the state machine, which holds `applied`. */
  advance(applied: LogPosition): void {
    if (this.waiting.size === 0 || this.stopped) return
    const nowMs = this.options.clock.nowMs()
    for (const to of this.waiting) {
      if (this.underWay.size >= maxUnderWay) return
      if (this.underWay.has(to) || nowMs < (this.retryAtMs.get(to) ?? 0)) continue
      this.waiting.delete(to)
      if (this.isNeeded(to)) this.begin(to, applied, nowMs)
    }
  }

  /** Sends the snapshots that are asked for among messages, and answers the others. */
  take(messages: readonly Message[]): readonly PeerMessage[] {
    if (this.underWay.size === 0) return messages
    const others: Message[] = []
    for (const message of messages) {
      if (message.type === 'snapshot-request') this.send(message)
      else others.push(message)
    }
    return others
  }

  /** Gives up what does not move, and begins what had to wait. */
  tick(nowMs: number): void {
    for (const { source, heardAtMs } of this.underWay.values()) {
      if (nowMs - heardAtMs >= silenceLimitMs) source.abort(new MetastoreError('request-timed-out'))
    }
    this.catchingUp.tick(nowMs)
    this.advanceIdle()
  }

  /** Gives up everything. */
  leadershipLost(): void {
    this.waiting.clear()
    this.retryAtMs.clear()
    this.catchingUp.clear()
    const reason = new MetastoreError('leader-changed')
    for (const { source } of this.underWay.values()) source.abort(reason)
  }

  /** Gives up everything, and resolves when nothing is read any more. Idempotent. */
  async close(): Promise<void> {
    this.stopped = true
    this.leadershipLost()
    await Promise.all(this.ending)
  }

  private advanceIdle(): void {
    const applied = this.waiting.size === 0 ? undefined : this.options.applied()
    if (applied !== undefined) this.advance(applied)
  }

  private isNeeded(to: MemberId): boolean {
    return this.options.raft.progress().some(({ id, state }) => id === to && state === 'snapshot')
  }

  private begin(to: MemberId, { index, term }: LogPosition, nowMs: number): void {
    const { raft, stateMachine } = this.options
    const capture = stateMachine.capture()
    const source = new CancelSource()
    this.underWay.set(to, { term: raft.status().term, capture, source, heardAtMs: nowMs })
    raft.sendSnapshot(to, { index, term, configuration: raft.configuration })
  }

  private send(request: SnapshotRequest): void {
    const sending = this.underWay.get(request.to)
    if (sending === undefined || sending.capture.index !== request.snapshot.index) return
    const ending = this.carry(request, sending).finally(() => this.ending.delete(ending))
    this.ending.add(ending)
  }

  private async carry(request: SnapshotRequest, sending: Sending): Promise<void> {
    const { transport, onTrouble, clock } = this.options
    const { to, snapshot } = request
    let arrived = false
    try {
      const pieces = this.watched(sending, sealPieces(snapshot, sending.capture.chunks))
      await transport?.sendSnapshot(request, pieces, sending.source)
      arrived = true
    } catch (error) {
      this.retryAtMs.set(to, clock.nowMs() + retryDelayMs)
      if (!this.stopped) onTrouble(`sending a snapshot to member ${to.toString(16)}`, error)
    } finally {
      sending.capture.close()
      this.underWay.delete(to)
    }
    if (this.stopped) return
    if (this.options.raft.status().term === sending.term) {
      this.options.raft.snapshotEnded(to, arrived)
      if (arrived) this.catchingUp.add(to, snapshot.index, clock.nowMs())
    }
    this.options.onEnded()
  }

  private async *watched(sending: Sending, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      if (sending.source.aborted) throw sending.source.reason
      sending.heardAtMs = this.options.clock.nowMs()
      yield piece
    }
  }
}

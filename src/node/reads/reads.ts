import type { Clock } from '../../base/clock.js'
import type { MetastoreError } from '../../base/errors.js'
import { readGivenUp } from '../../base/given-up.js'
import { type MemberId, noMember, type Raft, type ReadState } from '../../raft/index.js'
import type { ReadIndexOptions } from '../options.js'
import { Pending, PendingSet } from '../pending.js'
import type { NodeMessage, Transport } from '../transport.js'

type Answer = Extract<NodeMessage, { type: 'read-index-response' }>

const maxPendingReads = 65_536

type PendingRead = Pending<void>

interface ReadsOptions {
  readonly memberId: MemberId
  /** Of the process, so that no answer to an earlier one counts. */
  readonly run: number
  readonly clock: Clock
  readonly timeoutMs: number
  /** Ticks until a leader that does not answer is asked again. */
  readonly electionTicks: number
  readonly transport: Transport | undefined
  /** A number for a round that no other round has had. */
  readonly nextId: () => number
}

/**
 * Linearizable reads on their way: all that have come share one ReadIndex round, and then wait until
 * the applied index has reached what the round said. What comes during a round takes the next one. A
 * member that does not lead asks the leader for a round, and has a fresh id for every try: an answer that
 * was under way for long confirms no newer read.
 */
export class Reads {
  private readonly pending = new PendingSet<PendingRead>({
    count: maxPendingReads,
    bytes: Number.POSITIVE_INFINITY,
  })
  private waiting: PendingRead[] = []
  private round: PendingRead[] = []
  private roundId = 0
  /** Ticks since the leader was asked; undefined: the round is this member's own. */
  private ticksAsked: number | undefined
  private confirmed: { readonly index: number; readonly reads: PendingRead[] }[] = []

  constructor(private readonly options: ReadsOptions) {}

  /** Reads whose caller has no answer yet. */
  get count(): number {
    return this.pending.count
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0
  }

  add({ signal, timeoutMs: askedMs }: ReadIndexOptions): Promise<void> {
    const refusal = signal?.aborted ? readGivenUp(signal.reason) : this.pending.refusalOf(0)
    if (refusal !== undefined) return Promise.reject(refusal)
    const timeoutMs = Math.min(askedMs ?? this.options.timeoutMs, this.options.timeoutMs)
    const deadlineMs = this.options.clock.nowMs() + timeoutMs
    return new Promise((fulfill, fail) => {
      const read = new Pending<void>(this.pending, 0, deadlineMs, signal, fulfill, fail)
      this.pending.add(read)
      this.waiting.push(read)
    })
  }

  /** Begins a round for all that wait, unless one is under way or no leader is known. */
  handOver(raft: Raft): void {
    if (this.waiting.length === 0 || this.round.length > 0) return
    const id = this.options.nextId()
    const ownRound = raft.readIndex(id)
    if (!ownRound && !this.askLeader(raft, id)) {
      this.waiting = this.waiting.filter(isOpen)
      return
    }
    this.roundId = id
    this.ticksAsked = ownRound ? undefined : 0
    this.round = this.waiting
    this.waiting = []
  }

  /** The leader has confirmed a round for this member. */
  answered({ run, requestId, index }: Answer, applied: number): void {
    if (run !== this.options.run || this.ticksAsked === undefined) return
    this.confirm({ requestId, index }, applied)
  }

  /** The core has confirmed a round. */
  confirm({ requestId, index }: ReadState, applied: number): void {
    if (requestId !== this.roundId) return
    this.confirmed.push({ index, reads: this.round })
    this.endRound()
    this.appliedTo(applied)
  }

  appliedTo(applied: number): void {
    while (this.confirmed.length > 0) {
      const [oldest] = this.confirmed
      if (oldest === undefined || oldest.index > applied) return
      this.confirmed.shift()
      for (const read of oldest.reads) read.respond()
    }
  }

  /** The round will not be confirmed any more; its reads wait for the next leader. */
  leaderChanged(): void {
    this.waiting = this.round.concat(this.waiting)
    this.endRound()
  }

  /** Called with every tick. Also forgets what has its answer: a round, or applying, may take long. */
  expire(nowMs: number): void {
    this.pending.expire(nowMs)
    if (this.waiting.length > 0) this.waiting = this.waiting.filter(isOpen)
    if (this.ticksAsked !== undefined) {
      this.ticksAsked += 1
      if (this.ticksAsked >= this.options.electionTicks) this.leaderChanged()
    }
    if (this.confirmed.length === 0) return
    this.confirmed = this.confirmed
      .map(({ index, reads }) => ({ index, reads: reads.filter(isOpen) }))
      .filter(({ reads }) => reads.length > 0)
  }

  refuseAll(error: MetastoreError): void {
    this.pending.refuseAll(error)
    this.waiting = []
    this.endRound()
    this.confirmed = []
  }

  private endRound(): void {
    this.round = []
    this.roundId = 0
    this.ticksAsked = undefined
  }

  /** False: there is none to ask. */
  private askLeader(raft: Raft, requestId: number): boolean {
    const { memberId, run, transport } = this.options
    const { role, leaderId } = raft.status()
    if (role === 'leader' || leaderId === noMember || transport === undefined) return false
    const address = { from: memberId, to: leaderId }
    transport.send([{ ...address, type: 'read-index-request', run, requestId }])
    return true
  }
}

function isOpen({ settled }: PendingRead): boolean {
  return !settled
}

import type { Clock } from '../base/clock.js'
import type { MetastoreError } from '../base/errors.js'
import type { Raft, ReadState } from '../raft/index.js'
import type { ReadIndexOptions } from './options.js'
import { Pending, PendingSet, readGivenUp } from './pending.js'

const maxPendingReads = 65_536

type PendingRead = Pending<void>

/**
 * Linearizable reads on their way: all that have come share one ReadIndex round, and then wait until
 * the applied index has reached what the round said. What comes during a round takes the next one.
 */
export class Reads {
  private readonly pending = new PendingSet<PendingRead>({
    count: maxPendingReads,
    bytes: Number.POSITIVE_INFINITY,
  })
  private waiting: PendingRead[] = []
  private round: PendingRead[] = []
  private roundId = 0
  private confirmed: { readonly index: number; readonly reads: PendingRead[] }[] = []

  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /** Reads whose caller has no answer yet. */
  get count(): number {
    return this.pending.count
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0
  }

  add({ signal, timeoutMs = this.timeoutMs }: ReadIndexOptions): Promise<void> {
    const refusal = signal?.aborted ? readGivenUp(signal.reason) : this.pending.refusalOf(0)
    if (refusal !== undefined) return Promise.reject(refusal)
    const deadlineMs = this.clock.nowMs() + timeoutMs
    return new Promise((fulfill, fail) => {
      const read = new Pending<void>(this.pending, 0, deadlineMs, signal, fulfill, fail)
      this.pending.add(read)
      this.waiting.push(read)
    })
  }

  /** Begins a round for all that wait, unless one is under way or this member does not lead. */
  handOver(raft: Raft): void {
    if (this.waiting.length === 0 || this.round.length > 0) return
    if (!raft.readIndex(this.roundId + 1)) {
      this.waiting = this.waiting.filter(isOpen)
      return
    }
    this.roundId++
    this.round = this.waiting
    this.waiting = []
  }

  /** The core has confirmed a round. */
  confirm({ requestId, index }: ReadState, applied: number): void {
    if (requestId !== this.roundId) return
    this.confirmed.push({ index, reads: this.round })
    this.round = []
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
  leadershipLost(): void {
    this.waiting = this.round.concat(this.waiting)
    this.round = []
    this.roundId++
  }

  /** Also forgets what has its answer: a round, or applying, may take long. */
  expire(nowMs: number): void {
    this.pending.expire(nowMs)
    if (this.waiting.length > 0) this.waiting = this.waiting.filter(isOpen)
    if (this.confirmed.length === 0) return
    this.confirmed = this.confirmed
      .map(({ index, reads }) => ({ index, reads: reads.filter(isOpen) }))
      .filter(({ reads }) => reads.length > 0)
  }

  refuseAll(error: MetastoreError): void {
    this.pending.refuseAll(error)
    this.waiting = []
    this.round = []
    this.confirmed = []
  }
}

function isOpen({ settled }: PendingRead): boolean {
  return !settled
}

import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import type { Proposal, Raft } from '../raft/index.js'
import type { Envelopes } from './envelope.js'
import type { ProposalLimits, ProposeOptions } from './options.js'
import { Pending, PendingSet, writeGivenUp } from './pending.js'
import type { AppliedEntry } from './state-machine.js'

/** What a proposal is counted with beside its payload. */
const overheadBytes = 64
/** The share of its time that a proposal may wait for a leader to accept it. */
const acceptShare = 5 / 7

/** A proposal on its way; once committed, it is also what the state machine applies. */
export class PendingProposal extends Pending<unknown> implements AppliedEntry {
  index = 0
  term = 0
  accepted = false

  constructor(
    owner: PendingSet<PendingProposal>,
    readonly payload: Buffer,
    readonly attachment: unknown,
    acceptDeadlineMs: number,
    private readonly applyDeadlineMs: number,
    private readonly options: ProposeOptions,
    fulfill: (value: unknown) => void,
    fail: (error: Error) => void,
  ) {
    super(owner, payload.length + overheadBytes, acceptDeadlineMs, options.signal, fulfill, fail)
  }

  /** Whether the leader of `term` may have it. */
  isFor(term: number, leads: boolean): boolean {
    const only = this.options.term
    return only === undefined || (leads && only === term)
  }

  /** A leader has it: from now on it waits to be committed and applied. */
  accept(): void {
    this.accepted = true
    this.deadlineMs = this.applyDeadlineMs
  }

  protected override givenUp(reason: unknown): MetastoreError {
    return writeGivenUp(reason)
  }

  override expire(): void {
    this.refuse(new MetastoreError(this.accepted ? 'request-timed-out' : 'no-leader'))
  }
}

interface ProposalsOptions {
  readonly clock: Clock
  readonly limits: ProposalLimits
  readonly timeoutMs: number
  readonly envelopes: Envelopes
}

/**
 * R7: every proposal waits here twice, to be accepted by a leader and to be applied. Both waits are
 * bounded, and whatever ends one leaves nothing behind.
 */
export class Proposals {
  private readonly pending: PendingSet<PendingProposal>
  private waiting: PendingProposal[] = []

  constructor(private readonly options: ProposalsOptions) {
    this.pending = new PendingSet(options.limits)
  }

  /** Proposals whose caller has no answer yet. */
  get count(): number {
    return this.pending.count
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0
  }

  add(payload: Buffer, attachment: unknown, options: ProposeOptions): Promise<unknown> {
    const { signal } = options
    const refusal = signal?.aborted
      ? writeGivenUp(signal.reason)
      : this.pending.refusalOf(payload.length + overheadBytes)
    if (refusal !== undefined) return Promise.reject(refusal)
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs
    const nowMs = this.options.clock.nowMs()
    return new Promise((fulfill, fail) => {
      const proposal = new PendingProposal(
        this.pending,
        payload,
        attachment,
        nowMs + timeoutMs * acceptShare,
        nowMs + timeoutMs,
        options,
        fulfill,
        fail,
      )
      this.pending.add(proposal)
      this.waiting.push(proposal)
    })
  }

  /** Hands all that waits to the core in one append; what finds no leader waits on. */
  handOver(raft: Raft): void {
    const { role, term } = raft.status()
    const leads = role === 'leader'
    const batch: PendingProposal[] = []
    for (const proposal of this.waiting) {
      if (proposal.settled) continue
      if (proposal.isFor(term, leads)) batch.push(proposal)
      else proposal.refuse(new MetastoreError('not-leader'))
    }
    this.waiting = []
    if (batch.length === 0) return
    if (!leads) {
      this.waiting = batch
      return
    }
    const { outcome } = raft.propose(batch.map((proposal) => this.wrap(proposal)))
    if (outcome === 'accepted') {
      for (const proposal of batch) proposal.accept()
    } else if (outcome === 'no-leader' || outcome === 'leaving') {
      this.waiting = batch
    } else {
      for (const proposal of batch) proposal.refuse(new MetastoreError('too-many-requests'))
    }
  }

  /** What another leader does with entries accepted here is not known here. */
  leadershipLost(): void {
    this.pending.refuse(new MetastoreError('leader-changed'), ({ accepted }) => accepted)
  }

  /** What no leader has accepted yet will not take place. */
  refuseWaiting(error: MetastoreError): void {
    for (const proposal of this.waiting) proposal.refuse(error)
    this.waiting = []
  }

  expire(nowMs: number): void {
    this.pending.expire(nowMs)
  }

  refuseAll(error: MetastoreError): void {
    this.pending.refuseAll(error)
    this.waiting = []
  }

  private wrap(proposal: PendingProposal): Proposal {
    return { data: this.options.envelopes.wrap(proposal.payload), attachment: proposal }
  }
}

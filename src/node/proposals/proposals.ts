import type { Clock } from '../../base/clock.js'
import { MetastoreError } from '../../base/errors.js'
import { writeGivenUp } from '../../base/given-up.js'
import { type Entry, type MemberId, noMember, type Proposal, type Raft } from '../../raft/index.js'
import type { ProposalLimits, ProposeOptions } from '../options.js'
import { PendingSet } from '../pending.js'
import type { NodeMessage, Transport } from '../transport.js'
import { Claims } from './claims.js'
import type { Envelopes } from './envelope.js'
import { PendingProposal, proposalOverheadBytes } from './pending-proposal.js'

type Refusal = Extract<NodeMessage, { type: 'proposals-refused' }>

/** The payloads of one message to the leader; one alone always fits. */
const maxMessageBytes = 1024 * 1024
const maxMessageCount = 1024

interface ProposalsOptions {
  readonly memberId: MemberId
  readonly clock: Clock
  readonly limits: ProposalLimits
  readonly timeoutMs: number
  readonly envelopes: Envelopes
  /** Absent: there is nobody to send proposals to. */
  readonly transport: Transport | undefined
}

/**
 * R7: every proposal waits here twice, to be accepted by a leader and to be applied. Both waits are
 * bounded, and whatever ends one leaves nothing behind. A proposal that a leader may have is never handed
 * over again.
 */
export class Proposals {
  private readonly pending: PendingSet<PendingProposal>
  private readonly claims = new Claims()
  private waiting: PendingProposal[] = []
  /** The leader has just refused some, and need not be asked before the next tick. */
  private paused = false

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
      : this.pending.refusalOf(payload.length + proposalOverheadBytes)
    if (refusal !== undefined) return Promise.reject(refusal)
    const timeoutMs = Math.min(options.timeoutMs ?? this.options.timeoutMs, this.options.timeoutMs)
    const nowMs = this.options.clock.nowMs()
    return new Promise((fulfill, fail) => {
      const proposal = new PendingProposal(
        this,
        payload,
        attachment,
        nowMs,
        timeoutMs,
        options,
        fulfill,
        fail,
      )
      this.pending.add(proposal)
      this.waiting.push(proposal)
    })
  }

  /** Hands all that waits to the leader, here in one append; what finds none that takes it waits on. */
  handOver(raft: Raft): void {
    const { role, term, leaderId, transferTo } = raft.status()
    const leads = role === 'leader'
    const batch: PendingProposal[] = []
    for (const proposal of this.waiting) {
      if (proposal.settled) continue
      if (proposal.isFor(term, leads)) batch.push(proposal)
      else proposal.refuse(new MetastoreError('not-leader'))
    }
    this.waiting = []
    if (batch.length === 0) return
    const mayTake = leads ? transferTo === noMember : leaderId !== noMember && !this.paused
    if (!mayTake) this.waiting = batch
    else if (leads) this.propose(batch, raft)
    else this.forward(batch, leaderId, term)
  }

  /** Whose proposal a committed entry is that came back without one. */
  claim({ kind, data }: Entry): PendingProposal | undefined {
    if (this.claims.isEmpty || kind !== 'normal') return undefined
    const counter = this.options.envelopes.ownCounter(data)
    return counter === undefined ? undefined : this.claims.get(counter)
  }

  appliedTo(index: number): void {
    this.claims.appliedTo(index)
  }

  /** A snapshot has brought the state to `index`, and with it whatever had its place before. */
  skippedTo(index: number): void {
    this.claims.skippedTo(index)
  }

  /** The leader did not take them, and no copy of the message will make it. */
  refused({ from, run, counters, reason }: Refusal): void {
    if (run !== this.options.envelopes.run) return
    const back: PendingProposal[] = []
    for (const counter of counters) {
      const proposal = this.claims.get(counter)
      if (proposal === undefined || proposal.sentTo !== from) continue
      this.claims.delete(proposal)
      if (reason === 'too-many-requests') {
        proposal.refuse(new MetastoreError(reason))
      } else {
        proposal.takeBack()
        back.push(proposal)
      }
    }
    this.paused ||= back.length > 0
    this.waiting = back.concat(this.waiting)
  }

  /** What the next leader does with what the one before was given is not known; the log will tell. */
  leaderChanged(ledHere: boolean): void {
    this.paused = false
    const orphans: PendingProposal[] = []
    for (const proposal of this.pending) {
      if (!proposal.accepted) continue
      if (ledHere && proposal.sentTo === noMember && !proposal.leaderFailed) orphans.push(proposal)
      proposal.leaderFailed = true
    }
    if (orphans.length > 0) this.claims.addOrphans(orphans)
  }

  /** What no leader has accepted yet will not take place. */
  refuseWaiting(error: MetastoreError): void {
    for (const proposal of this.waiting) proposal.refuse(error)
    this.waiting = []
  }

  /**
   * This member can store nothing any more. What is committed is still applied. What others may have been sent
   * can take place all the same, so that only a member that `isAlone` can say that it will not.
   */
  outOfSpace(error: MetastoreError, commit: number, isAlone: boolean): void {
    this.pending.refuseNew(error)
    this.refuseWaiting(error)
    const unknown = isAlone ? error : new MetastoreError('leader-failed')
    for (const proposal of this.pending) {
      const isCommitted = proposal.index > 0 && proposal.index <= commit
      if (!isCommitted) proposal.refuse(unknown)
    }
  }

  /** Called with every tick. */
  expire(nowMs: number): void {
    this.paused = false
    this.pending.expire(nowMs)
  }

  refuseAll(error: MetastoreError): void {
    this.pending.refuseAll(error)
    this.waiting = []
  }

  /** Called by a proposal that has its answer. */
  delete(proposal: PendingProposal): void {
    this.pending.delete(proposal)
    if (!this.claims.isEmpty) this.claims.delete(proposal)
  }

  private propose(batch: PendingProposal[], raft: Raft): void {
    const result = raft.propose(batch.map((proposal) => this.wrap(proposal)))
    const { outcome } = result
    if (outcome === 'accepted') {
      let index = result.firstIndex
      for (const proposal of batch) {
        proposal.index = index
        index += 1
        proposal.accept()
      }
    } else if (outcome === 'no-leader' || outcome === 'leaving') {
      this.waiting = batch
    } else {
      for (const proposal of batch) proposal.refuse(new MetastoreError('too-many-requests'))
    }
  }

  private forward(batch: PendingProposal[], to: MemberId, term: number): void {
    const { memberId: from, transport } = this.options
    const messages: NodeMessage[] = []
    let payloads: Uint8Array[] = []
    let bytes = 0
    for (const proposal of batch) {
      const { data } = this.wrap(proposal)
      if (payloads.length === maxMessageCount || bytes + data.length > maxMessageBytes) {
        if (payloads.length > 0) messages.push({ type: 'proposals', from, to, term, payloads })
        payloads = []
        bytes = 0
      }
      payloads.push(data)
      bytes += data.length
      proposal.sentTo = to
      proposal.accept()
      this.claims.add(proposal)
    }
    messages.push({ type: 'proposals', from, to, term, payloads })
    transport?.send(messages)
  }

  private wrap(proposal: PendingProposal): Proposal {
    const { envelopes } = this.options
    const data = envelopes.wrap(proposal.payload)
    proposal.counter = envelopes.counter
    return { data, attachment: proposal }
  }
}

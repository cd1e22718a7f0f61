import { emptyBuffer } from '../../base/bytes.js'
import { MetastoreError } from '../../base/errors.js'
import { writeGivenUp } from '../../base/given-up.js'
import { type MemberId, noMember } from '../../raft/index.js'
import type { ProposeOptions } from '../options.js'
import { Pending, type PendingOwner } from '../pending.js'
import type { AppliedEntry } from '../state-machine.js'

/** What a proposal is counted with beside its payload. */
export const proposalOverheadBytes = 64
/** The share of its time that a proposal may wait for a leader to accept it. */
const acceptShare = 5 / 7

/** A proposal on its way; once committed, it is also what the state machine applies. */
export class PendingProposal extends Pending<unknown> implements AppliedEntry {
  /** Where a leader that is this member has put it, and in the end where it stands. */
  index = 0
  term = 0
  /** Of the envelope it was last handed over in. */
  counter = 0
  accepted = false
  /** The leader it was sent to; none: it is in this member's own log, or waits. */
  sentTo: MemberId = noMember
  /** Who led when it was handed over leads no longer: it may be lost. */
  leaderFailed = false
  payload: Buffer
  private readonly acceptDeadlineMs: number

  constructor(
    owner: PendingOwner,
    payload: Buffer,
    public attachment: unknown,
    nowMs: number,
    private readonly timeoutMs: number,
    private readonly options: ProposeOptions,
    fulfill: (value: unknown) => void,
    fail: (error: Error) => void,
  ) {
    const acceptDeadlineMs = nowMs + timeoutMs * acceptShare
    const sizeBytes = payload.length + proposalOverheadBytes
    super(owner, sizeBytes, acceptDeadlineMs, options.signal, fulfill, fail)
    this.acceptDeadlineMs = acceptDeadlineMs
    this.payload = payload
  }

  /** The log keeps it for a while yet. */
  letGo(): void {
    this.payload = emptyBuffer
    this.attachment = undefined
  }

  /** Whether a member in this term may hand it over. */
  isFor(term: number, leads: boolean): boolean {
    const only = this.options.term
    return only === undefined || (leads && only === term)
  }

  /** It has been handed over: from now on it waits to be committed and applied. */
  accept(): void {
    this.accepted = true
    this.deadlineMs = this.acceptDeadlineMs + this.timeoutMs * (1 - acceptShare)
  }

  /** It will not take place where it was handed over to, and waits for a leader again. */
  takeBack(): void {
    this.accepted = false
    this.sentTo = noMember
    this.leaderFailed = false
    this.deadlineMs = this.acceptDeadlineMs
  }

  protected override givenUp(reason: unknown): MetastoreError {
    return writeGivenUp(reason)
  }

  override expire(): void {
    const late = this.leaderFailed ? 'leader-failed' : 'request-timed-out'
    this.refuse(new MetastoreError(this.accepted ? late : 'no-leader'))
  }
}

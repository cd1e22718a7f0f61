import { invariant } from '../base/errors.js'

/**
 * What a leader knows of one member's log.
 *
 * `probe`: it looks for the last place where the logs match, one message at a time.
 * `replicate`: the logs match up to `next`; entries are sent without waiting for the answers.
 */
export class Progress {
  /** The last index known to match and to be durable there. */
  match = 0
  /** The index of the next entry to send. */
  next: number
  state: 'probe' | 'replicate' = 'probe'
  /** Probing: a message is under way, or taken to be. */
  awaitsAnswer = false
  /** Something may have been lost: send an append even if it holds nothing new. */
  inDoubt = false
  /** The commit index last sent. */
  sentCommit = 0
  /** The newest ReadIndex round it has confirmed. */
  confirmedRound = 0
  /** It was heard of since the leader last looked whether a quorum follows. */
  active = false

  constructor(next: number) {
    this.next = next
  }

  /** Whether an append is due, with a log that ends at `lastIndex` and is committed up to `commit`. */
  wantsAppend(lastIndex: number, commit: number): boolean {
    if (this.state === 'probe') return !this.awaitsAnswer
    return this.next <= lastIndex || this.sentCommit < commit || this.inDoubt
  }

  /** An append with the entries before `nextIndex` and this commit index has been sent. */
  sent(nextIndex: number, commit: number): void {
    if (this.state === 'probe') this.awaitsAnswer = true
    else this.next = nextIndex
    this.sentCommit = commit
    this.inDoubt = false
  }

  /** It holds everything up to `index`. */
  accepted(index: number): void {
    if (index < this.match) return
    this.match = index
    this.next = Math.max(this.next, index + 1)
    if (this.state === 'probe') {
      this.state = 'replicate'
      this.next = index + 1
    }
    this.awaitsAnswer = false
  }

  /**
   * It refused an append behind `index`; the logs cannot match beyond `fitting`. Refusals that tell nothing
   * new, because they were under way for long, do nothing.
   */
  refused(index: number, fitting: number): void {
    if (index <= this.match) return
    if (this.state === 'probe' && index !== this.next - 1) return
    this.state = 'probe'
    this.next = Math.max(Math.min(index, fitting + 1), this.match + 1)
    this.awaitsAnswer = false
    invariant(this.next > this.match, 'what matches is not sent again')
  }

  /**
   * It is alive: what was sent to it without an answer may be lost. It may also hold, unknown to a leader
   * whose log begins at `firstIndex`, what the leader has dropped: that is asked once a heartbeat.
   */
  answeredHeartbeat(firstIndex: number, lastIndex: number): void {
    this.next = Math.max(this.next, firstIndex)
    this.awaitsAnswer = false
    if (this.match < lastIndex) this.inDoubt = true
  }
}

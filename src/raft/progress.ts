import { invariant } from '../base/errors.js'
import { InFlight, type InFlightLimits } from './in-flight.js'

export type ProgressState = 'probe' | 'replicate' | 'snapshot'

/**
 * What a leader knows of one member's log.
 *
 * `probe`: it looks for the last place where the logs match, one message at a time.
 * `replicate`: the logs match up to `next`; entries are sent without waiting for the answers, up to a bound.
 * `snapshot`: what it lacks has been compacted; nothing is sent until a snapshot has, or was not needed.
 */
export class Progress {
  /** The last index known to match and to be durable there. */
  match = 0
  /** The index of the next entry to send. */
  next: number
  state: ProgressState = 'probe'
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
  /** A snapshot is needed, and the driver has not been told. */
  snapshotWanted = false
  /** The index of the snapshot under way; 0: none. */
  snapshotIndex = 0
  readonly inFlight: InFlight

  constructor(next: number, limits: InFlightLimits) {
    this.next = next
    this.inFlight = new InFlight(limits)
  }

  /** Whether an append is due, with a log that ends at `lastIndex` and is committed up to `commit`. */
  wantsAppend(lastIndex: number, commit: number): boolean {
    if (this.state === 'snapshot') return false
    if (this.state === 'probe') return !this.awaitsAnswer
    if (this.inFlight.isFull) return this.inDoubt
    return this.next <= lastIndex || this.sentCommit < commit || this.inDoubt
  }

  /** Only without entries may an append exceed what is allowed under way. */
  get takesEntries(): boolean {
    return this.state === 'probe' || !this.inFlight.isFull
  }

  /** An append with the entries before `nextIndex`, of `bytes`, and this commit index has been sent. */
  sent(nextIndex: number, bytes: number, commit: number): void {
    if (this.state === 'probe') {
      this.awaitsAnswer = true
    } else if (nextIndex > this.next) {
      this.inFlight.add(nextIndex - 1, bytes)
      this.next = nextIndex
    }
    this.sentCommit = commit
    this.inDoubt = false
  }

  /** It holds everything up to `index`. The leader's log begins at `firstIndex`. */
  accepted(index: number, firstIndex: number): void {
    if (index < this.match) return
    this.match = index
    this.next = Math.max(this.next, index + 1)
    this.inFlight.arrived(index)
    if (this.state === 'snapshot' && index + 1 < firstIndex) return
    if (this.state !== 'replicate') {
      this.#enter('replicate')
      this.next = index + 1
    }
    this.awaitsAnswer = false
  }

  /**
   * It refused an append behind `index`; the logs cannot match beyond `fitting`. Refusals that tell nothing
   * new, because they were under way for long, do nothing.
   */
  refused(index: number, fitting: number, firstIndex: number): void {
    if (index <= this.match || this.state === 'snapshot') return
    if (this.state === 'probe' && index !== this.next - 1) return
    this.#enter('probe')
    this.next = Math.max(Math.min(index, fitting + 1), this.match + 1)
    invariant(this.next > this.match, 'what matches is not sent again')
    if (this.next >= firstIndex) return
    this.#enter('snapshot')
    this.snapshotWanted = true
  }

  /** Entries before `firstIndex` have been dropped. Whether it needs them is asked before a snapshot is sent. */
  compacted(firstIndex: number): void {
    if (this.next >= firstIndex || this.state === 'snapshot') return
    this.#enter('probe')
    this.next = firstIndex
  }

  /** A snapshot that ends at `index` is on its way. */
  snapshotSent(index: number): void {
    invariant(this.state === 'snapshot', 'a snapshot goes only to who needs one')
    this.snapshotWanted = false
    this.snapshotIndex = index
  }

  /** The snapshot has arrived, or will not. The next heartbeat shows which is true. */
  snapshotEnded(arrived: boolean): void {
    if (this.state !== 'snapshot') return
    const next = arrived ? Math.max(this.match, this.snapshotIndex) + 1 : this.match + 1
    this.#enter('probe')
    this.next = next
    this.awaitsAnswer = true
  }

  /** It is alive: what was sent to it without an answer may be lost. */
  answeredHeartbeat(lastIndex: number): void {
    this.awaitsAnswer = false
    if (this.match < lastIndex) this.inDoubt = true
  }

  #enter(state: ProgressState): void {
    this.state = state
    this.awaitsAnswer = false
    this.snapshotWanted = false
    this.snapshotIndex = 0
    this.inFlight.clear()
  }
}

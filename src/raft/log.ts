import { invariant, MetastoreError } from '../base/errors.js'
import { EntryRing } from './entry-ring.js'
import type { LogPosition, StoredLog } from './options.js'
import type { Entry, SnapshotMetadata } from './types.js'
import { WritesUnderWay } from './writes-under-way.js'

/** What an entry takes in memory beside its data, about. */
const entryOverheadBytes = 128

/**
 * The replicated log in memory and how far it has come. In this order, never the other way round:
 *
 *     previous <= applied <= applying <= commit <= last
 *                  stable <= handedOut <= last
 *
 * `applying` has been handed out to be applied, `applied` is; `handedOut` has been handed out to be
 * stored, `stable` is. Entries are handed out to be applied only when they are stable.
 */
export class RaftLog {
  readonly #entries: EntryRing
  readonly #writes = new WritesUnderWay()
  #previous: LogPosition
  #commit: number
  #applied: number
  #applying: number
  #stable: number
  #handedOut: number
  #snapshot: SnapshotMetadata | undefined
  #uncommittedBytes = 0
  #unappliedBytes = 0

  /** @throws MetastoreError `log-corrupt` when the parts do not fit together. */
  constructor(stored: StoredLog, commit: number, applied: number) {
    this.#previous = stored.previous
    this.#entries = new EntryRing(stored.previous.index + 1)
    this.#commit = Math.max(commit, applied)
    this.#applied = applied
    for (const entry of stored.entries) {
      demand(entry.index === this.lastIndex + 1, `has a gap before index ${entry.index}`)
      demand(entry.term >= this.lastTerm, `goes back to term ${entry.term} at index ${entry.index}`)
      this.#push(entry)
    }
    demand(applied >= stored.previous.index, `begins behind the applied index ${applied}`)
    demand(this.#commit <= this.lastIndex, `does not reach the commit index ${this.#commit}`)
    this.#applying = applied
    this.#stable = this.lastIndex
    this.#handedOut = this.lastIndex
  }

  /** The first index that has not been compacted. */
  get firstIndex(): number {
    return this.#previous.index + 1
  }

  get lastIndex(): number {
    return this.#entries.lastIndex
  }

  get lastTerm(): number {
    return this.#entries.length === 0 ? this.#previous.term : this.#entries.at(this.lastIndex).term
  }

  get commit(): number {
    return this.#commit
  }

  get applied(): number {
    return this.#applied
  }

  get stable(): number {
    return this.#stable
  }

  /** The data of all entries behind `commit`. */
  get uncommittedBytes(): number {
    return this.#uncommittedBytes
  }

  /** What entries hold in memory that are committed and not applied. */
  get unappliedBytes(): number {
    return this.#unappliedBytes
  }

  /** Undefined: the entry has been compacted, or is not there yet. */
  termAt(index: number): number | undefined {
    if (index === this.#previous.index) return this.#previous.term
    if (index < this.#previous.index || index > this.lastIndex) return undefined
    return this.#entries.at(index).term
  }

  matches(index: number, term: number): boolean {
    return this.termAt(index) === term
  }

  /** Whether a log that ends with `lastIndex`, `lastTerm` holds all that this one could have committed. */
  isCoveredBy(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex)
  }

  /**
   * The last place at or before `index` whose term is at most `term`: no later place can match a log that
   * has `term` at `index`. Terms only grow along the log, so halving finds it. Compacted places, of
   * which nothing is known, count as fitting.
   */
  lastFitting(index: number, term: number): LogPosition {
    let low = this.#previous.index
    let high = Math.min(index, this.lastIndex)
    if (high < low) return { index: high, term: 0 }
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.#entries.at(middle).term <= term) low = middle
      else high = middle - 1
    }
    return { index: low, term: this.termAt(low) ?? 0 }
  }

  /** Adds a leader's own entry. */
  append(entry: Entry): void {
    invariant(entry.term >= this.lastTerm, 'terms never go back along the log')
    this.#push(entry)
  }

  /**
   * Takes over entries of a leader that follow a place which {@link matches}. What is there already stays
   * (a message of the past must not shorten the log); from the first difference on all is replaced.
   */
  merge(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.index <= this.lastIndex) {
        if (this.matches(entry.index, entry.term)) continue
        this.#truncateFrom(entry.index)
      }
      this.append(entry)
    }
  }

  /** From `first`: as many entries as hold `maxBytes` of data, but at least one if there is one. */
  read(first: number, last: number, maxBytes: number): Entry[] {
    const found: Entry[] = []
    let bytes = 0
    for (let index = first; index <= last; index++) {
      const entry = this.#entries.at(index)
      bytes += entry.data.byteLength
      if (bytes > maxBytes && found.length > 0) break
      found.push(entry)
    }
    return found
  }

  /** Moves the commit index forward; an `index` that is committed already does nothing. */
  commitTo(index: number): void {
    invariant(index <= this.lastIndex, 'what is committed is in the log')
    while (this.#commit < index) {
      this.#commit += 1
      const { byteLength } = this.#entries.at(this.#commit).data
      this.#uncommittedBytes -= byteLength
      this.#unappliedBytes += byteLength + entryOverheadBytes
    }
    invariant(this.#uncommittedBytes >= 0, 'the count of uncommitted bytes fits the log')
  }

  get hasUnstored(): boolean {
    return this.#handedOut < this.lastIndex || this.#snapshot !== undefined
  }

  takeSnapshot(): SnapshotMetadata | undefined {
    const snapshot = this.#snapshot
    if (snapshot !== undefined) this.#writes.begin(snapshot.index, snapshot.term)
    this.#snapshot = undefined
    return snapshot
  }

  /** Entries to store that have not been handed out. */
  takeUnstored(): Entry[] {
    if (this.#handedOut === this.lastIndex) return []
    const entries = this.read(this.#handedOut + 1, this.lastIndex, Number.POSITIVE_INFINITY)
    this.#handedOut = this.lastIndex
    this.#writes.begin(this.lastIndex, this.lastTerm)
    return entries
  }

  /** A write that was handed out is durable; what has replaced it meanwhile is not. */
  persisted(index: number, term: number): void {
    this.#stable = Math.max(this.#stable, this.#writes.finish(index, term))
    invariant(this.#stable <= this.#handedOut, 'only what was handed out becomes stable')
  }

  get hasUnapplied(): boolean {
    return this.#applying < Math.min(this.#commit, this.#stable)
  }

  /** Committed entries to apply that have not been handed out. */
  takeUnapplied(maxBytes: number): Entry[] {
    if (!this.hasUnapplied) return []
    const last = Math.min(this.#commit, this.#stable)
    const entries = this.read(this.#applying + 1, last, maxBytes)
    this.#applying += entries.length
    return entries
  }

  /** Whether a committed membership change, or a snapshot, has still to be applied. */
  get hasUnappliedChange(): boolean {
    if (this.#applied < this.#previous.index) return true
    for (let index = this.#applied + 1; index <= this.#commit; index++) {
      if (this.#entries.at(index).kind === 'configuration') return true
    }
    return false
  }

  appliedTo(index: number): void {
    invariant(index >= this.#applied, 'the applied index never goes back')
    invariant(index <= this.#applying, 'only what was handed out is applied')
    for (let at = Math.max(this.#applied, this.#previous.index) + 1; at <= index; at++) {
      this.#unappliedBytes -= this.#entries.at(at).data.byteLength + entryOverheadBytes
    }
    this.#applied = index
  }

  compact(index: number): void {
    if (index <= this.#previous.index) return
    invariant(index <= this.#applied, 'only applied entries are compacted')
    invariant(index <= this.#stable, 'only stable entries are compacted')
    this.#previous = { index, term: this.#entries.at(index).term }
    this.#entries.dropBefore(index + 1)
  }

  /** A snapshot takes the place of the whole log. */
  restore(snapshot: SnapshotMetadata): void {
    invariant(snapshot.index > this.#commit, 'a snapshot never moves the commit index back')
    this.#writes.replacedFrom(this.#commit + 1)
    this.#stable = Math.min(this.#stable, this.#commit)
    this.#previous = { index: snapshot.index, term: snapshot.term }
    this.#entries.reset(snapshot.index + 1)
    this.#uncommittedBytes = 0
    this.#unappliedBytes = 0
    this.#commit = snapshot.index
    this.#applying = snapshot.index
    this.#handedOut = snapshot.index
    this.#snapshot = snapshot
  }

  #push(entry: Entry): void {
    this.#entries.push(entry)
    const { byteLength } = entry.data
    if (entry.index > this.#commit) this.#uncommittedBytes += byteLength
    else if (entry.index > this.#applied) this.#unappliedBytes += byteLength + entryOverheadBytes
  }

  #truncateFrom(index: number): void {
    invariant(index > this.#commit, 'a committed entry is never replaced')
    for (let at = index; at <= this.lastIndex; at++) {
      this.#uncommittedBytes -= this.#entries.at(at).data.byteLength
    }
    this.#entries.dropFrom(index)
    this.#writes.replacedFrom(index)
    this.#stable = Math.min(this.#stable, index - 1)
    this.#handedOut = Math.min(this.#handedOut, index - 1)
  }
}

function demand(condition: boolean, problem: string): void {
  if (!condition) throw new MetastoreError('log-corrupt', `write-ahead log ${problem}`)
}

import type { Entry, HardState, LogPosition, SnapshotMetadata } from '../../raft/index.js'
import { type BehindLimits, KeptEntries } from './kept-entries.js'
import type { LoggedConfiguration } from './raft-log.js'
import type { RecordVisitor } from './records.js'
import type { SegmentHeader } from './segment-header.js'

/** What the records read so far come to. Behind the applied index it keeps no more than is wanted. */
export class Replay implements RecordVisitor {
  /** The index of the last entry, or of the snapshot when none follows it. */
  lastIndex: number
  currentHardState: HardState
  currentConfiguration: LoggedConfiguration
  /** Set when an entry did not follow the one before it. */
  gap: { readonly expected: number; readonly found: number } | undefined
  /** The log can be followed from here on. */
  private firstIndex: number
  private lastTerm: number
  private appliedTerm: number | undefined
  private readonly kept: KeptEntries

  constructor(
    first: SegmentHeader,
    private readonly applied: number,
    behind: BehindLimits,
  ) {
    this.currentHardState = first.hardState
    this.currentConfiguration = first.configuration
    this.firstIndex = first.previous.index
    this.lastIndex = first.previous.index
    this.lastTerm = first.previous.term
    this.appliedTerm = first.previous.index === applied ? first.previous.term : undefined
    this.kept = new KeptEntries(first.previous, applied, behind)
  }

  /** The entry just before {@link entries}. */
  get previous(): LogPosition {
    return this.kept.previous
  }

  /** All above the applied index, and those kept behind it. */
  get entries(): Entry[] {
    return this.kept.toArray()
  }

  /** The applied place, when the log reaches it. */
  get appliedPosition(): LogPosition | undefined {
    const reached = this.firstIndex <= this.applied && this.applied <= this.lastIndex
    if (!reached || this.appliedTerm === undefined) return undefined
    return { index: this.applied, term: this.appliedTerm }
  }

  /** The last entry, or the snapshot when none follows it. */
  get lastPosition(): LogPosition {
    return { index: this.lastIndex, term: this.lastTerm }
  }

  /** Whether the log ends before a snapshot of the applied index, or has another term there. */
  isBehind({ index, term }: LogPosition): boolean {
    if (index !== this.applied) return false
    return this.lastIndex < index || (this.appliedTerm !== undefined && this.appliedTerm !== term)
  }

  /** The indexes the log can start a state machine from, for messages. */
  get reach(): string {
    return `${this.firstIndex} to ${this.lastIndex}`
  }

  entry(entry: Entry): void {
    const { index } = entry
    if (index > this.lastIndex + 1 || index < 1) {
      this.gap ??= { expected: this.lastIndex + 1, found: index }
      return
    }
    if (index <= this.firstIndex) this.firstIndex = index - 1
    if (index === this.applied) this.appliedTerm = entry.term
    this.kept.push(entry)
    this.lastIndex = index
    this.lastTerm = entry.term
  }

  hardState(hardState: HardState): void {
    this.currentHardState = hardState
  }

  snapshot(snapshot: SnapshotMetadata): void {
    this.kept.restart({ index: snapshot.index, term: snapshot.term })
    this.firstIndex = snapshot.index
    this.lastIndex = snapshot.index
    this.lastTerm = snapshot.term
    this.appliedTerm = snapshot.index === this.applied ? snapshot.term : undefined
    this.currentConfiguration = { ...snapshot.configuration, index: snapshot.index }
  }

  configuration(configuration: LoggedConfiguration): void {
    this.currentConfiguration = configuration
  }
}

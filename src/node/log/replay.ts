import type {
  Configuration,
  Entry,
  HardState,
  LogPosition,
  SnapshotMetadata,
} from '../../raft/index.js'
import type { RecordVisitor } from './records.js'
import type { SegmentHeader } from './segment-header.js'

/** What the records read so far come to. Keeps only entries above the applied index. */
export class Replay implements RecordVisitor {
  readonly entries: Entry[] = []
  /** The index of the last entry, or of the snapshot when none follows it. */
  lastIndex: number
  currentHardState: HardState
  currentConfiguration: Configuration
  /** Set when an entry did not follow the one before it. */
  gap: { readonly expected: number; readonly found: number } | undefined
  /** The log can be followed from here on. */
  private firstIndex: number
  private lastTerm: number
  private appliedTerm: number | undefined

  constructor(
    first: SegmentHeader,
    private readonly applied: number,
  ) {
    this.currentHardState = first.hardState
    this.currentConfiguration = first.configuration
    this.firstIndex = first.previous.index
    this.lastIndex = first.previous.index
    this.lastTerm = first.previous.term
    this.appliedTerm = first.previous.index === applied ? first.previous.term : undefined
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
    if (index > this.applied) {
      this.entries.length = Math.min(this.entries.length, index - this.applied - 1)
      this.entries.push(entry)
    } else {
      this.entries.length = 0
      if (index === this.applied) this.appliedTerm = entry.term
    }
    this.lastIndex = index
    this.lastTerm = entry.term
  }

  hardState(hardState: HardState): void {
    this.currentHardState = hardState
  }

  snapshot(snapshot: SnapshotMetadata): void {
    this.entries.length = 0
    this.firstIndex = snapshot.index
    this.lastIndex = snapshot.index
    this.lastTerm = snapshot.term
    this.appliedTerm = snapshot.index === this.applied ? snapshot.term : undefined
    this.currentConfiguration = snapshot.configuration
  }

  configuration(configuration: Configuration): void {
    this.currentConfiguration = configuration
  }
}

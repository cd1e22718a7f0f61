import type {
  Configuration,
  Entry,
  HardState,
  LogPosition,
  SnapshotMetadata,
} from '../../raft/index.js'

/** Who takes part, as a change of membership or a snapshot has left it. */
export interface LoggedConfiguration extends Configuration {
  /** The entry, or the snapshot, that it came with; 0: the first one, or logged by a version that did not say. */
  readonly index: number
}

/** What goes to the disk together, in this order: snapshot, entries, hard state, configuration. */
export interface LogWrite {
  /** Replaces the whole log before it: the state up to its index stands elsewhere, durably. */
  readonly snapshot: SnapshotMetadata | undefined
  /** A first index at or below the stored last one replaces that tail. */
  readonly entries: readonly Entry[]
  readonly hardState: HardState | undefined
  /** Present when a membership change has been applied. */
  readonly configuration: LoggedConfiguration | undefined
  /** False, with hard state alone: it may wait for the next write; losing it costs nothing. */
  readonly mustSync: boolean
}

/** Where a write that a crash cut short was found and removed. */
export interface TornTail {
  readonly file: string
  readonly offset: number
}

/** What a log held when it was opened. */
export interface RecoveredLog {
  readonly hardState: HardState
  /** May be newer than the applied index. */
  readonly configuration: LoggedConfiguration
  /** The last entry that the state machine holds. */
  readonly applied: LogPosition
  /** The entry just before `entries`; at most the applied one. */
  readonly previous: LogPosition
  /** Those that are kept behind the applied index and all above it, in order without gaps. */
  readonly entries: readonly Entry[]
  /** Present when the last write before the crash was cut short; nothing acknowledged was in it. */
  readonly tornTail: TornTail | undefined
}

/** Where Raft's entries and hard state are kept. One owner. */
export interface RaftLog {
  /**
   * Appends after everything appended before. Resolves when it is durable; what is appended while a
   * write is under way joins the next one. Entries are not changed afterwards.
   *
   * Rejects, as does every later append, with MetastoreError `no-space` when there was no room (the
   * write did not take place), `disk-failed` when the disk failed (it may have taken place in part),
   * `server-stopped` after close.
   */
  append(write: LogWrite): Promise<void>
  /** Lets go of what is only needed to reach `index`, which the state machine holds durably. */
  cut(index: number): Promise<void>
  /** Bytes of entries above the applied index returned at open and of all that was written since; never goes back. */
  readonly grownBytes: number
  /** Finishes what was appended, then releases the files. Idempotent. */
  close(): Promise<void>
}

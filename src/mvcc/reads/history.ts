import type { Event } from '../../wire/index.js'

/** All events of one revision, in the order of their sub-revisions. */
export interface RevisionEvents {
  readonly revision: number
  readonly events: readonly Event[]
}

export interface HistoryReadOptions {
  /** Whether events carry `prevKv` where there is one and it is not compacted. */
  readonly withPrevious: boolean
  /** At least 1. A revision with more rows than this comes whole, alone. */
  readonly maxRows: number
  /** At least 1; counts the stored bytes of rows, as `maxRows` counts rows. */
  readonly maxBytes: number
}

export interface HistoryChunk {
  /** Ascending; revisions without events may be missing. */
  readonly batches: RevisionEvents[]
  /** Where the next read goes on; every revision from the first asked for to before this was read. */
  readonly nextRevision: number
}

/** The events of the past, as far as they are not compacted. */
export interface History {
  /** The current revision; the last one whose events can be read. */
  readonly revision: number
  /** -1: nothing has been compacted. */
  readonly compactedRevision: number
  /**
   * Events of the revisions `fromRevision` to `toRevision` (both included; `toRevision` at most the
   * current revision), whole revisions only, as many as `maxRows` and `maxBytes` allow and at least one.
   * `nextRevision` is above `fromRevision` and at most `toRevision` + 1. Where a compaction passes
   * `fromRevision` while the read is under way, the read rejects; it never answers with a gap.
   * @throws MetastoreError `compacted` when `fromRevision` is below the compacted revision
   */
  read(fromRevision: number, toRevision: number, options: HistoryReadOptions): Promise<HistoryChunk>
}

import type { WatchCreateRequest } from '../../../src/wire/index.js'

/** A watch that a run has created, as the oracle numbered it. */
export interface KnownWatch {
  readonly stream: number
  readonly watchId: bigint
  readonly request: WatchCreateRequest
  /** The first revision whose events it delivers. */
  readonly firstRevision: number
  /** The compacted revision when it was created. */
  readonly compactedRevision: number
  /** True: it asked for compacted history and was cancelled; its id stays taken. */
  readonly compacted: boolean
  /** How many of its events have been compared. */
  compared: number
}

/** What the oracle's answers have told so far; the next operation is drawn from it. */
export interface World {
  revision: number
  compactedRevision: number
  readonly leases: Set<bigint>
  readonly watches: Set<KnownWatch>
  readonly openStreams: Set<number>
}

export function newWorld(): World {
  return {
    revision: 1,
    compactedRevision: -1,
    leases: new Set(),
    watches: new Set(),
    openStreams: new Set(),
  }
}

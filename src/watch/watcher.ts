import type { WatchResponse } from '../wire/index.js'
import type { EventSelection } from './event-selection.js'
import type { KeyInterval } from './interval-index.js'

/** The stream's side of its watchers: where what they see goes. */
export interface Outlet {
  /** Whether the reader is behind, so that events have to wait. */
  readonly paused: boolean
  /** Does nothing once the stream is closed. */
  send(response: WatchResponse): void
}

/**
 * live: gets events as they are published. behind: is owed events of the past. ended: it was
 * released, or a compaction took the events it still needed and it stays until it is cancelled.
 */
export type WatcherPhase = 'live' | 'behind' | 'ended'

export interface WatcherOptions {
  readonly interval: KeyInterval
  readonly selection: EventSelection
  readonly fragment: boolean
  readonly progressNotify: boolean
  /** As the client asked: 0 is "from now on". */
  readonly startRevision: number
  readonly nextRevision: number
}

/** One watch of one stream. */
export class Watcher {
  readonly interval: KeyInterval
  readonly selection: EventSelection
  readonly fragment: boolean
  readonly progressNotify: boolean
  readonly startRevision: number
  phase: WatcherPhase = 'behind'
  /**
   * Events below this revision have been sent, or are none of this watcher's. While it is live that
   * goes for all that was published, and this stays where it was when the watcher became live.
   */
  nextRevision: number
  /** Whether no events were sent since the last time a progress notification was due. */
  quiet = true

  constructor(
    readonly outlet: Outlet,
    readonly id: bigint,
    options: WatcherOptions,
  ) {
    this.interval = options.interval
    this.selection = options.selection
    this.fragment = options.fragment
    this.progressNotify = options.progressNotify
    this.startRevision = options.startRevision
    this.nextRevision = options.nextRevision
  }
}

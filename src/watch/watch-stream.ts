import type { WatchCreateRequest, WatchResponse } from '../wire/index.js'

/** Where a watch stream's responses go. */
export interface WatchSink {
  /** Queues one response, in order. False: hold back until {@link WatchStream.drained} is called. */
  send(response: WatchResponse): boolean
}

/** Many watches of one client on one stream; ids are unique within it. */
export interface WatchStream {
  create(request: Partial<WatchCreateRequest>): void
  /** An unknown id is answered by silence. */
  cancel(watchId: bigint): void
  /** Answered once, with id -1, when every watch is up to date; otherwise dropped. */
  requestProgress(): void
  /** The sink can take more again. */
  drained(): void
  /** Ends all watches without further responses. Idempotent. */
  close(): void
}

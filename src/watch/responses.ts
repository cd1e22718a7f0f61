import type { RevisionEvents } from '../mvcc/reads/history.js'
import type { Event, ResponseHeader, WatchResponse } from '../wire/index.js'

/** What stands in for a watch id where none is meant: refusals and manual progress. */
export const noWatchId = -1n

/** Room for the fields of a response beside its events, in bytes. */
const responseOverheadBytes = 64
/** A tag and a length before each event, in bytes. */
const eventOverheadBytes = 6

function response(
  header: ResponseHeader,
  watchId: bigint,
  created: boolean,
  canceled: boolean,
  compactRevision: number,
  cancelReason: string,
): WatchResponse {
  return {
    header,
    watchId,
    created,
    canceled,
    compactRevision,
    cancelReason,
    fragment: false,
    events: [],
  }
}

export function createdResponse(header: ResponseHeader, watchId: bigint): WatchResponse {
  return response(header, watchId, true, false, 0, '')
}

export function refusedResponse(header: ResponseHeader, reason: string): WatchResponse {
  return response(header, noWatchId, true, true, 0, reason)
}

export function canceledResponse(header: ResponseHeader, watchId: bigint): WatchResponse {
  return response(header, watchId, false, true, 0, '')
}

export function compactedResponse(
  header: ResponseHeader,
  watchId: bigint,
  compactRevision: number,
): WatchResponse {
  return response(header, watchId, false, true, compactRevision, '')
}

export function progressResponse(header: ResponseHeader, watchId: bigint): WatchResponse {
  return response(header, watchId, false, false, 0, '')
}

/** The bytes an event takes in a response, at most. */
export function responseBytesOf(event: Event): number {
  return event.encoded.length + eventOverheadBytes
}

/** The events of one response: whole revisions, `firstRevision` to `lastRevision`. */
interface WholeRevisions {
  readonly firstRevision: number
  readonly lastRevision: number
  readonly events: readonly Event[]
}

/** Cuts between revisions so that a response stays below `maxBytes` where revisions allow it. */
export function splitByBytes(
  batches: readonly RevisionEvents[],
  maxBytes: number,
): readonly WholeRevisions[] {
  const [only] = batches
  if (batches.length === 1 && only !== undefined) {
    return [{ firstRevision: only.revision, lastRevision: only.revision, events: only.events }]
  }
  const shares: { firstRevision: number; lastRevision: number; events: Event[] }[] = []
  let sizeBytes = 0
  for (const { revision, events } of batches) {
    const batchBytes = events.reduce((sum, event) => sum + responseBytesOf(event), 0)
    const current = shares.at(-1)
    if (current === undefined || sizeBytes + batchBytes >= maxBytes) {
      shares.push({ firstRevision: revision, lastRevision: revision, events: [...events] })
      sizeBytes = batchBytes
    } else {
      for (const event of events) current.events.push(event)
      current.lastRevision = revision
      sizeBytes += batchBytes
    }
  }
  return shares
}

/** At least one, each below `maxBytes` where single events allow it. */
export function splitIntoFragments(
  events: readonly Event[],
  maxBytes: number,
): readonly (readonly Event[])[] {
  const fragments: (readonly Event[])[] = []
  let first = 0
  let sizeBytes = responseOverheadBytes
  for (const [index, event] of events.entries()) {
    const eventBytes = responseBytesOf(event)
    if (index > first && sizeBytes + eventBytes >= maxBytes) {
      fragments.push(events.slice(first, index))
      first = index
      sizeBytes = responseOverheadBytes
    }
    sizeBytes += eventBytes
  }
  fragments.push(first === 0 ? events : events.slice(first))
  return fragments
}

import type { Event, ResponseHeader, WatchResponse } from '../wire/index.js'
import type { Watcher } from './watcher.js'

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
  fragment: boolean,
  events: readonly Event[],
): WatchResponse {
  return {
    header,
    watchId,
    created,
    canceled,
    compactRevision,
    cancelReason,
    fragment,
    // The message type asks for an array of its own; nobody changes the events of a response.
    events: events as Event[],
  }
}

export function createdResponse(header: ResponseHeader, watchId: bigint): WatchResponse {
  return response(header, watchId, true, false, 0, '', false, [])
}

export function refusedResponse(header: ResponseHeader, reason: string): WatchResponse {
  return response(header, noWatchId, true, true, 0, reason, false, [])
}

export function canceledResponse(header: ResponseHeader, watchId: bigint): WatchResponse {
  return response(header, watchId, false, true, 0, '', false, [])
}

export function compactedResponse(
  header: ResponseHeader,
  watchId: bigint,
  compactRevision: number,
): WatchResponse {
  return response(header, watchId, false, true, compactRevision, '', false, [])
}

export function progressResponse(header: ResponseHeader, watchId: bigint): WatchResponse {
  return response(header, watchId, false, false, 0, '', false, [])
}

/** The bytes an event takes in a response, at most. */
export function responseBytesOf(event: Event): number {
  return event.encoded.length + eventOverheadBytes
}

/**
 * Sends a watcher its events (at least one) as one response, or as fragments of about
 * `fragmentBytes` where it asked for them. Fragments follow each other without a pause, also when
 * the reader falls behind meanwhile: clients lose their place when another watch's response
 * comes between.
 */
export function sendEvents(
  watcher: Watcher,
  header: ResponseHeader,
  events: readonly Event[],
  fragmentBytes: number,
): void {
  watcher.quiet = false
  const { outlet, id } = watcher
  if (!watcher.fragment || events.length === 1) {
    outlet.send(response(header, id, false, false, 0, '', false, events))
    return
  }
  let first = 0
  let sizeBytes = responseOverheadBytes
  for (const [index, event] of events.entries()) {
    const eventBytes = responseBytesOf(event)
    if (index > first && sizeBytes + eventBytes >= fragmentBytes) {
      outlet.send(response(header, id, false, false, 0, '', true, events.slice(first, index)))
      first = index
      sizeBytes = responseOverheadBytes
    }
    sizeBytes += eventBytes
  }
  const rest = first === 0 ? events : events.slice(first)
  outlet.send(response(header, id, false, false, 0, '', false, rest))
}

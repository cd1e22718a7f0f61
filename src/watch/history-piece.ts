import type { RevisionEvents } from '../mvcc/history.js'
import type { Event } from '../wire/index.js'
import { selectEvents, wantsPrevious } from './event-selection.js'
import type { IntervalIndex } from './interval-index.js'
import { responseBytesOf } from './responses.js'
import type { Watcher } from './watcher.js'

/** A piece of history that was read, without a gap from its first revision to its last. */
export interface HistoryPiece {
  readonly firstRevision: number
  readonly lastRevision: number
  readonly batches: readonly RevisionEvents[]
  readonly withPrevious: boolean
}

/** Whether the piece begins no later than what the watcher needs, and goes beyond it. */
export function canServe(piece: HistoryPiece, watcher: Watcher): boolean {
  return (
    piece.firstRevision <= watcher.nextRevision &&
    watcher.nextRevision <= piece.lastRevision &&
    (piece.withPrevious || !wantsPrevious(watcher.selection))
  )
}

/** What each watcher of `index` gets from the piece; who gets nothing is not in the map. */
export function distribute(
  piece: HistoryPiece,
  index: IntervalIndex<Watcher>,
): Map<Watcher, RevisionEvents[]> {
  const shares = new Map<Watcher, RevisionEvents[]>()
  for (const { revision, events } of piece.batches) {
    for (const matched of index.match(events)) {
      for (const watcher of matched.members) {
        if (watcher.nextRevision > revision || !canServe(piece, watcher)) continue
        const selected = selectEvents(matched.events, watcher.selection)
        if (selected.length === 0) continue
        const share = shares.get(watcher)
        if (share === undefined) shares.set(watcher, [{ revision, events: selected }])
        else share.push({ revision, events: selected })
      }
    }
  }
  return shares
}

/** The events of one response: whole revisions, `firstRevision` to `lastRevision`. */
export interface ResponseShare {
  readonly firstRevision: number
  readonly lastRevision: number
  readonly events: readonly Event[]
}

/** Cuts between revisions so that a response stays below `maxBytes` where revisions allow it. */
export function splitByBytes(
  batches: readonly RevisionEvents[],
  maxBytes: number,
): readonly ResponseShare[] {
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

import type { RevisionEvents } from '../mvcc/reads/history.js'
import type { NextRead } from './behind-watchers.js'
import { EventRun, type EventRunOptions } from './event-run.js'
import { wantsPrevious } from './event-selection.js'
import type { IntervalIndex } from './interval-index.js'
import type { Watcher } from './watcher.js'

/** A piece of history that was read, without a gap from its first revision to its last. */
export interface HistoryPiece {
  readonly firstRevision: number
  readonly lastRevision: number
  readonly batches: readonly RevisionEvents[]
  readonly withPrevious: boolean
}

/** Whether a piece that was read before has what is to be read next. */
export function answers(piece: HistoryPiece | undefined, next: NextRead): boolean {
  return (
    piece !== undefined &&
    piece.firstRevision <= next.fromRevision &&
    next.fromRevision <= piece.lastRevision &&
    (piece.withPrevious || !next.withPrevious)
  )
}

/** Whether the piece begins no later than what the watcher needs, and goes beyond it. */
function canServe(piece: HistoryPiece, watcher: Watcher): boolean {
  return (
    piece.firstRevision <= watcher.nextRevision &&
    watcher.nextRevision <= piece.lastRevision &&
    (piece.withPrevious || !wantsPrevious(watcher.selection))
  )
}

/** What one watcher gets from a piece; `run` undefined: nothing. */
export interface Serving {
  readonly watcher: Watcher
  readonly run: EventRun | undefined
}

/** Everyone in `index` whom the piece can serve, in the order of `watchers`. */
export function distribute(
  piece: HistoryPiece,
  index: IntervalIndex<Watcher>,
  watchers: Iterable<Watcher>,
  options: EventRunOptions,
): readonly Serving[] {
  const runs = new Map<ReadonlySet<Watcher>, EventRun>()
  for (const { revision, events } of piece.batches) {
    for (const matched of index.match(events)) {
      const batch = { revision, events: matched.events }
      const run = runs.get(matched.members)
      if (run === undefined) runs.set(matched.members, new EventRun(options, batch))
      else run.add(batch)
    }
  }
  for (const run of runs.values()) run.covers(piece.lastRevision)
  const servings: Serving[] = []
  for (const watcher of watchers) {
    if (!canServe(piece, watcher)) continue
    const members = index.groupOf(watcher)
    servings.push({ watcher, run: members === undefined ? undefined : runs.get(members) })
  }
  return servings
}

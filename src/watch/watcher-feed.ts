import { SharedWatchResponse } from '../wire/index.js'
import type { EventRun } from './event-run.js'
import type { TurnBudget } from './turn-budget.js'
import type { Watcher } from './watcher.js'

/**
 * Sends a watcher what it is owed of a run, until its reader is behind. Answers the first revision
 * that it lacks then; undefined: it has everything, or was released meanwhile. Fragments follow
 * each other without a pause, also when the reader falls behind meanwhile: clients lose their place
 * when another watch's response comes between.
 */
export function feed(watcher: Watcher, run: EventRun, budget: TurnBudget): number | undefined {
  const { outlet, id } = watcher
  const shares = run.sharesFor(watcher)
  if (shares.length === 0 || outlet.paused) budget.spend(0)
  for (const { firstRevision, sizeBytes, parts } of shares) {
    if (watcher.phase === 'ended') return undefined
    if (outlet.paused) return firstRevision
    watcher.quiet = false
    budget.spend(sizeBytes)
    for (const part of parts) outlet.send(new SharedWatchResponse(part, id))
  }
  return undefined
}

import { type Event, EventType, FilterType } from '../wire/index.js'

/**
 * What a watcher wants of the events in its interval, as bits, so that watchers that want the same
 * can share one list of events.
 */
export type EventSelection = number

const previousBit = 1
const noPutBit = 2
const noDeleteBit = 4

/** `filters` are those of the request; numbers that mean nothing filter nothing. */
export function eventSelection(
  withPrevious: boolean,
  filters: readonly number[] = [],
): EventSelection {
  const noPut = filters.includes(FilterType.NOPUT) ? noPutBit : 0
  const noDelete = filters.includes(FilterType.NODELETE) ? noDeleteBit : 0
  return (withPrevious ? previousBit : 0) | noPut | noDelete
}

export function wantsPrevious(selection: EventSelection): boolean {
  return (selection & previousBit) !== 0
}

/** The events that a watcher with this selection gets; `events` itself where that is all of them. */
export function selectEvents(
  events: readonly Event[],
  selection: EventSelection,
): readonly Event[] {
  if (selection === previousBit) return events
  const selected: Event[] = []
  for (const event of events) {
    const refused = event.type === EventType.PUT ? noPutBit : noDeleteBit
    if ((selection & refused) !== 0) continue
    selected.push(wantsPrevious(selection) ? event : event.withoutPrevious())
  }
  return selected
}

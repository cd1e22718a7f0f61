import { type RangeRequest, SortOrder, SortTarget } from '../../wire/index.js'
import { isFiltered } from '../reads/range.js'
import { type KeyRange, keyRange } from '../rows/key-range.js'

/** A range over the present, in the order of keys, that is not empty. */
export interface Question {
  readonly range: KeyRange
  /** 0: all. */
  readonly limit: number
  readonly countOnly: boolean
}

/** What a request asks, if it is something that a cache can know. `revision`: the present. */
export function questionOf(request: RangeRequest, revision: number): Question | undefined {
  if (request.revision > 0 && request.revision !== revision) return undefined
  if (request.keysOnly || isFiltered(request)) return undefined
  const { sortTarget, sortOrder, countOnly } = request
  if (sortTarget !== SortTarget.KEY || sortOrder === SortOrder.DESCEND) return undefined
  const range = keyRange(request.key, request.rangeEnd)
  if ('single' in range || (range.end !== undefined && range.start >= range.end)) return undefined
  return { range, limit: Math.max(request.limit, 0), countOnly }
}

import { z } from 'zod'
import type { CompactionRetention } from '../../store/index.js'
import { durationOrZero, type ValueSchema, wholeNumber } from './values.js'

const periodProblem = 'must be a duration, such as 30m or 8h, or a whole number of hours'

/** How much history to keep, as `mode` counts it; undefined for 0: all of it. */
export function retention(
  mode: CompactionRetention['mode'],
): ValueSchema<CompactionRetention | undefined> {
  if (mode === 'revision') {
    return wholeNumber(0, Number.MAX_SAFE_INTEGER).transform((revisions) =>
      revisions === 0 ? undefined : { mode: 'revision' as const, revisions },
    )
  }
  return z
    .string()
    .transform((text) => (/^[0-9]+$/.test(text) ? `${text}h` : text))
    .pipe(durationOrZero(periodProblem))
    .transform((periodMs) => (periodMs === 0 ? undefined : { mode: 'periodic' as const, periodMs }))
}

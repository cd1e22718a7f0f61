import type { ByteString } from '../../base/bytes.js'
import { firstNotBelow, type OrderedKeys } from '../rows/ordered-keys.js'
import type { Area } from './areas.js'
import type { EdgeCount } from './edge-counts.js'
import type { Question } from './question.js'
import type { Span } from './run-table.js'

/** With more the answer is too old to be kept. */
const maxChangedKeys = 1024

/** A read under way that is to be kept, and the keys that have changed since its view was made. */
export class Filling {
  readonly span: Span
  readonly #changedKeys = new Set<ByteString>()

  constructor(span: Span) {
    this.span = span
  }

  get isTooOld(): boolean {
    return this.#changedKeys.size > maxChangedKeys
  }

  get changedKeys(): ReadonlySet<ByteString> {
    return this.#changedKeys
  }

  noteChange(key: ByteString): void {
    if (key >= this.span.start && key < this.span.end && !this.isTooOld) this.#changedKeys.add(key)
  }

  /** As {@link noteChange} of each. */
  noteChanges(keys: OrderedKeys): void {
    const to = firstNotBelow(keys, this.span.end, 0)
    for (let at = firstNotBelow(keys, this.span.start, 0); at < to && !this.isTooOld; at++) {
      this.#changedKeys.add(keys.keyAt(at))
    }
  }
}

/** A question whose answer is to be kept. */
export class AnswerFilling extends Filling {
  /** `kept`: the part of the answer that is to be kept. */
  constructor(
    span: Span,
    readonly question: Question,
    readonly edges: EdgeCount,
    readonly kept: Span,
  ) {
    super(span)
  }
}

/** A gap in an area that is to be known as a whole. */
export class AreaFilling extends Filling {
  constructor(
    span: Span,
    readonly area: Area,
    readonly bucketStart: ByteString,
  ) {
    super(span)
  }
}

import type { ByteString } from '../../base/bytes.js'
import type { EdgeCount } from './edge-counts.js'
import type { Question } from './question.js'
import type { Span } from './run-table.js'

/** With more the answer is too old to be kept. */
const maxChangedKeys = 1024

/** A read under way whose answer is to be kept, and the keys that have changed since its view was made. */
export class Filling {
  readonly question: Question
  readonly span: Span
  readonly edges: EdgeCount
  readonly #changedKeys = new Set<ByteString>()

  constructor(question: Question, span: Span, edges: EdgeCount) {
    this.question = question
    this.span = span
    this.edges = edges
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
}

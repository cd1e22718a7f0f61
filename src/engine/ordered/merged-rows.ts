import type { ByteString } from '../../base/bytes.js'
import type { Row } from '../engine.js'

/** Something that walks rows in order; `value` undefined is a deleted row. */
export interface RowSource {
  /** Undefined: there are no more rows, or none at hand. */
  readonly key: ByteString | undefined
  readonly value: Buffer | undefined
  advance(): void
}

/**
 * Several sources as one. Of rows with the same key the one of the earliest source counts; a deleted row
 * is a row too.
 */
export class MergedRows implements RowSource {
  key: ByteString | undefined
  readonly #sources: readonly RowSource[]
  readonly #reverse: boolean
  #first: RowSource | undefined
  /** No other source has rows, so that none has to be asked. */
  #isAlone = false

  constructor(sources: readonly RowSource[], reverse: boolean) {
    this.#sources = sources
    this.#reverse = reverse
    this.settle()
  }

  get value(): Buffer | undefined {
    return this.#first?.value
  }

  advance(): void {
    if (this.#isAlone && this.#first !== undefined) {
      this.#first.advance()
      this.key = this.#first.key
      return
    }
    const { key } = this
    if (key === undefined) return
    for (const source of this.#sources) if (source.key === key) source.advance()
    this.settle()
  }

  /** To be called when a source that had no row at hand has got some. */
  settle(): void {
    let first: RowSource | undefined
    let key: ByteString | undefined
    let withRows = 0
    for (const source of this.#sources) {
      const next = source.key
      if (next === undefined) continue
      withRows++
      if (key !== undefined && (this.#reverse ? next <= key : next >= key)) continue
      first = source
      key = next
    }
    this.#first = first
    this.#isAlone = withRows === 1
    this.key = key
  }
}

/** Takes rows that are not deleted, at most `limit`, until `exhausted` says that more must be read. */
export function takeLiveRows(source: RowSource, limit: number, exhausted: () => boolean): Row[] {
  const rows: Row[] = []
  while (rows.length < limit && !exhausted()) {
    const { key } = source
    if (key === undefined) break
    const { value } = source
    if (value !== undefined) rows.push({ key, value })
    source.advance()
  }
  return rows
}

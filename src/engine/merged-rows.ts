import type { ByteString } from '../base/bytes.js'
import type { Row } from './engine.js'

/** Something that walks rows in order; `value` undefined is a deleted row. */
export interface RowSource {
  readonly key: ByteString | undefined
  readonly value: Buffer | undefined
  advance(): void
}

/**
 * Takes the next row of all sources together. Of rows with the same key the one of the earliest
 * source counts. Undefined: all sources have ended. A deleted row is taken and is an answer too.
 */
function takeMerged(
  sources: readonly RowSource[],
  reverse: boolean,
): { key: ByteString; value: Buffer | undefined } | undefined {
  let first: RowSource | undefined
  let key: ByteString | undefined
  for (const source of sources) {
    if (source.key === undefined) continue
    if (key !== undefined && (reverse ? source.key <= key : source.key >= key)) continue
    first = source
    key = source.key
  }
  if (first === undefined || key === undefined) return undefined
  const value = first.value
  for (const source of sources) if (source.key === key) source.advance()
  return { key, value }
}

/** Takes rows that are not deleted, at most `limit`, until `exhausted` says that more must be read. */
export function takeLiveRows(
  sources: readonly RowSource[],
  reverse: boolean,
  limit: number,
  exhausted: () => boolean,
): Row[] {
  const rows: Row[] = []
  while (rows.length < limit && !exhausted()) {
    const row = takeMerged(sources, reverse)
    if (row === undefined) break
    if (row.value !== undefined) rows.push({ key: row.key, value: row.value })
  }
  return rows
}

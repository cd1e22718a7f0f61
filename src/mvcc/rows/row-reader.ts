import type { ByteShare } from '../../base/byte-budget.js'
import type { ByteString } from '../../base/bytes.js'
import type { Row, RowRange, RowScan } from '../../engine/engine.js'
import type { Coverage } from '../counts/bucket-table.js'
import { type Steps, settled } from '../steps.js'
import type { KeyRange } from './key-range.js'

/** What reading needs: an engine's view, or staged changes over one. */
export interface RowReader {
  get(key: ByteString): Buffer | undefined
  scan(range: RowRange): RowScan
  /** What is collected for the answer draws on it. What applies the log has none. */
  readonly share?: ByteShare | undefined
}

/** Reads keys, and knows how many there are. */
export interface KeyReader extends RowReader {
  /** As of the same moment as the rows. */
  readonly counts: { cover(range: KeyRange): Coverage }
}

/** Rows asked of a scan at a time. */
const chunkRows = 64
const chunkKeys = 512
/** Half a millisecond for the process. Fewer would have what works in the background wait more often for its turn. */
const backgroundChunkRows = 256

/**
 * Calls `visit` with each row in order until it answers false or the range ends. The scan is closed
 * on every path. `expected`: the caller will have enough after so many rows.
 */
export function* eachRow(
  reader: RowReader,
  range: RowRange,
  visit: (row: Row) => boolean,
  expected = mostAtOnce(range),
): Steps<void> {
  const scan = reader.scan(range)
  const chunk = range.keysOnly === true ? expected : Math.min(expected, mostAtOnce(range))
  try {
    for (;;) {
      const rows = yield* settled(scan.next(chunk))
      if (rows.length === 0) return
      for (const row of rows) if (!visit(row)) return
    }
  } finally {
    scan.close()
  }
}

function mostAtOnce({ keysOnly, priority }: RowRange): number {
  if (keysOnly === true) return chunkKeys
  return priority === 'background' ? backgroundChunkRows : chunkRows
}

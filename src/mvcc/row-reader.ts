import type { ByteString } from '../base/bytes.js'
import type { Row, RowRange, RowScan } from '../engine/engine.js'
import { type Steps, settled } from './steps.js'

/** What reading needs: an engine's view, or staged changes over one. */
export interface RowReader {
  get(key: ByteString): Buffer | undefined
  scan(range: RowRange): RowScan
}

/** Rows asked of a scan at a time. */
const chunkRows = 64

/**
 * Calls `visit` with each row in order until it answers false or the range ends. The scan is closed
 * on every path.
 */
export function* eachRow(
  reader: RowReader,
  range: RowRange,
  visit: (row: Row) => boolean,
): Steps<void> {
  const scan = reader.scan(range)
  try {
    for (;;) {
      const rows = yield* settled(scan.next(chunkRows))
      if (rows.length === 0) return
      for (const row of rows) if (!visit(row)) return
    }
  } finally {
    scan.close()
  }
}

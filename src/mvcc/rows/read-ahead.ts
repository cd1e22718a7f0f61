import type { Row, RowScan } from '../../engine/engine.js'

/** The next rows are read while those before are worked on; whoever stops in between does not hear how that ends. */
export function readAhead(scan: RowScan, rows: number): Row[] | Promise<Row[]> {
  const ahead = scan.next(rows)
  if (ahead instanceof Promise) ahead.catch(() => {})
  return ahead
}

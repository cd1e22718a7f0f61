import { fromByteString } from '../base/bytes.js'
import { MetastoreError } from '../base/errors.js'
import type { EngineReplacement, EngineView, Row } from '../engine/engine.js'
import { originRow } from './rows/rows.js'

const rowsPerRead = 64
const chunkBytes = 1024 * 1024

/**
 * All rows of a view, in pieces of about 1 MiB: key length (4), key, value length (4), value. But for where
 * the state came from, which is each member's own.
 */
export async function* encodeRows(view: EngineView): AsyncGenerator<Buffer> {
  const scan = view.scan({ gte: '', lt: undefined, priority: 'background' })
  try {
    let pieces: Buffer[] = []
    let size = 0
    for (;;) {
      const rows = await scan.next(rowsPerRead)
      for (const row of rows) {
        if (row.key === originRow) continue
        const piece = encodeRow(row)
        pieces.push(piece)
        size += piece.length
        if (size < chunkBytes) continue
        yield Buffer.concat(pieces)
        pieces = []
        size = 0
      }
      if (rows.length > 0) continue
      if (size > 0) yield Buffer.concat(pieces)
      return
    }
  } finally {
    scan.close()
  }
}

interface ReceivedRows {
  readonly index: number
  /** What {@link encodeRows} gave; each piece holds whole rows. */
  readonly chunks: AsyncIterable<Buffer>
  readonly origin?: Buffer | undefined
}

/**
 * Fills a state beside the present one, and finishes it.
 * @throws MetastoreError `data-corrupt`, and what the replacement and the pieces throw
 */
export async function restoreRows(
  replacement: EngineReplacement,
  { index, chunks, origin }: ReceivedRows,
): Promise<void> {
  for await (const chunk of chunks) await replacement.add(decodeRows(chunk))
  if (origin !== undefined) await replacement.add(new Map([[originRow, origin]]))
  await replacement.finish(index)
}

function encodeRow(row: Row): Buffer {
  const key = fromByteString(row.key)
  const piece = Buffer.allocUnsafe(8 + key.length + row.value.length)
  piece.writeUInt32LE(key.length, 0)
  piece.set(key, 4)
  piece.writeUInt32LE(row.value.length, 4 + key.length)
  piece.set(row.value, 8 + key.length)
  return piece
}

function decodeRows(chunk: Buffer): Map<string, Buffer> {
  const rows = new Map<string, Buffer>()
  let at = 0
  while (at < chunk.length) {
    const keyEnd = endOfPart(chunk, at)
    const valueEnd = endOfPart(chunk, keyEnd)
    rows.set(chunk.toString('latin1', at + 4, keyEnd), chunk.subarray(keyEnd + 4, valueEnd))
    at = valueEnd
  }
  return rows
}

function endOfPart(chunk: Buffer, at: number): number {
  const end = at + 4 <= chunk.length ? at + 4 + chunk.readUInt32LE(at) : Number.POSITIVE_INFINITY
  if (end <= chunk.length) return end
  throw new MetastoreError(
    'data-corrupt',
    'a snapshot has a piece that ends in the middle of a row',
  )
}

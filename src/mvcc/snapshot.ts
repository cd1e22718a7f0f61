import { emptyBuffer } from '../base/bytes.js'
import { MetastoreError } from '../base/errors.js'
import type { EngineReplacement, EngineView, Row } from '../engine/engine.js'
import { readAhead } from './rows/read-ahead.js'
import { originRow } from './rows/rows.js'

const rowsPerRead = 64
const chunkBytes = 1024 * 1024
/** Most rows that reach over the end of a piece fit into this. */
const spareBytes = 16 * 1024

/**
 * All rows of a view, in pieces of about 1 MiB: key length (4), key, value length (4), value. But for where
 * the state came from, which is each member's own.
 */
export async function* encodeRows(view: EngineView): AsyncGenerator<Buffer> {
  const scan = view.scan({ gte: '', lt: undefined, priority: 'background' })
  const piece = new Piece()
  try {
    for (let ahead = readAhead(scan, rowsPerRead); ; ) {
      const rows = await ahead
      if (rows.length === 0) break
      ahead = readAhead(scan, rowsPerRead)
      for (const row of rows) {
        if (row.key === originRow) continue
        piece.add(row)
        if (piece.length >= chunkBytes) yield piece.take()
      }
    }
    if (piece.length > 0) yield piece.take()
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

/** Rows one behind the other, in memory that is handed on with them. */
class Piece {
  length = 0
  #bytes: Buffer = emptyBuffer

  add({ key, value }: Row): void {
    this.#makeRoom(8 + key.length + value.length)
    const bytes = this.#bytes
    const keyEnd = this.length + 4 + key.length
    bytes.writeUInt32LE(key.length, this.length)
    bytes.write(key, this.length + 4, 'latin1')
    bytes.writeUInt32LE(value.length, keyEnd)
    bytes.set(value, keyEnd + 4)
    this.length = keyEnd + 4 + value.length
  }

  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.length)
    this.#bytes = emptyBuffer
    this.length = 0
    return taken
  }

  #makeRoom(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, chunkBytes + spareBytes))
    larger.set(this.#bytes.subarray(0, this.length))
    this.#bytes = larger
  }
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

import { fromByteString } from '../base/bytes.js'
import { invariant } from '../base/errors.js'
import type { Engine, EngineView, Row } from '../engine/engine.js'

const rowsPerRead = 64
const chunkBytes = 1024 * 1024

/** All rows of a view, in pieces of about 1 MiB: key length (4), key, value length (4), value. */
export async function* encodeRows(view: EngineView): AsyncGenerator<Buffer> {
  const scan = view.scan({ gte: '', lt: undefined, priority: 'background' })
  try {
    let pieces: Buffer[] = []
    let size = 0
    for (;;) {
      const rows = await scan.next(rowsPerRead)
      for (const row of rows) {
        const piece = encodeRow(row)
        pieces.push(piece)
        size += piece.length
      }
      if (size > 0 && (rows.length === 0 || size >= chunkBytes)) {
        yield Buffer.concat(pieces)
        pieces = []
        size = 0
      }
      if (rows.length === 0) return
    }
  } finally {
    scan.close()
  }
}

/** Fills an empty engine with the rows that {@link encodeRows} gave; each piece holds whole rows. */
export async function restoreRows(
  engine: Engine,
  chunks: AsyncIterable<Buffer>,
  position: number,
): Promise<void> {
  for await (const chunk of chunks) engine.commit(decodeRows(chunk), position)
  await engine.flush()
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
    const keyEnd = at + 4 + chunk.readUInt32LE(at)
    const valueEnd = keyEnd + 4 + chunk.readUInt32LE(keyEnd)
    invariant(valueEnd <= chunk.length, 'a snapshot ends in the middle of a row')
    rows.set(chunk.toString('latin1', at + 4, keyEnd), chunk.subarray(keyEnd + 4, valueEnd))
    at = valueEnd
  }
  return rows
}

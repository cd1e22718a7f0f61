import { crc32c } from '../base/crc32c.js'
import { MetastoreError } from '../base/errors.js'
import type { SnapshotMetadata } from '../raft/index.js'
import {
  encodeMetadata,
  endFrame,
  endFrameBytes,
  frameLead,
  frameLeadBytes,
  largestPieceBytes,
} from './snapshot-format.js'

/**
 * The pieces of a snapshot as they travel: each led by its length and a checksum that goes on from the one before,
 * the first from the metadata's, and an end that says how many there were. So none is damaged, missing or of another
 * snapshot without being noticed.
 */
export async function* sealPieces(
  metadata: SnapshotMetadata,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const totals = { pieces: 0, bytes: 0 }
  let seed = crc32c(encodeMetadata(metadata))
  for await (const chunk of chunks) {
    const { lead, checksum } = frameLead(chunk, seed)
    seed = checksum
    totals.pieces++
    totals.bytes += chunk.length
    yield Buffer.concat([lead, chunk])
  }
  yield endFrame(totals, seed)
}

/**
 * What {@link sealPieces} was given.
 * @throws MetastoreError `data-corrupt` when anything is not as it was, also when the end is missing
 */
export async function* openPieces(
  metadata: SnapshotMetadata,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const totals = { pieces: 0, bytes: 0 }
  let seed = crc32c(encodeMetadata(metadata))
  let ended = false
  for await (const piece of pieces) {
    if (ended) throw damaged('something follows its end')
    if (piece.length < frameLeadBytes) throw damaged('a piece is too short')
    if (piece.readUInt32LE(0) === 0) {
      ended = piece.length === endFrameBytes && piece.equals(endFrame(totals, seed))
      if (!ended) throw damaged('its end does not match what came')
      continue
    }
    const chunk = piece.subarray(frameLeadBytes)
    if (chunk.length > largestPieceBytes) throw damaged('a piece is too large')
    const { lead, checksum } = frameLead(chunk, seed)
    if (!lead.equals(piece.subarray(0, frameLeadBytes))) throw damaged('a checksum is wrong')
    seed = checksum
    totals.pieces++
    totals.bytes += chunk.length
    yield chunk
  }
  if (!ended) throw damaged('it was cut off')
}

function damaged(reason: string): MetastoreError {
  return new MetastoreError('data-corrupt', `a snapshot was damaged on its way here: ${reason}`)
}

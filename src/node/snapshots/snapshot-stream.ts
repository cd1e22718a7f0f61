import { crc32c } from '../../base/crc32c.js'
import { MetastoreError } from '../../base/errors.js'
import type { SnapshotMetadata } from '../../raft/index.js'
import {
  encodeMetadata,
  endFrameBytes,
  FrameChain,
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
  const chain = chainOf(metadata)
  for await (const chunk of chunks) yield Buffer.concat([chain.lead(chunk), chunk])
  yield chain.end()
}

/**
 * What {@link sealPieces} was given, however its bytes were cut into parts on the way.
 * @throws MetastoreError `data-corrupt` when anything is not as it was, also when the end is missing
 */
export async function* openPieces(
  metadata: SnapshotMetadata,
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const chain = chainOf(metadata)
  let ended = false
  for await (const frame of framesIn(parts)) {
    if (ended) throw damaged('something follows its end')
    const chunk = frame.subarray(frameLeadBytes)
    if (frame.readUInt32LE(0) === 0) {
      ended = frame.equals(chain.end())
      if (!ended) throw damaged('its end does not match what came')
      continue
    }
    const lead = chain.lead(chunk)
    if (!lead.equals(frame.subarray(0, frameLeadBytes))) throw damaged('a checksum is wrong')
    yield chunk
  }
  if (!ended) throw damaged('it was cut off')
}

function chainOf(metadata: SnapshotMetadata): FrameChain {
  return new FrameChain(crc32c(encodeMetadata(metadata)))
}

/** Whole frames, of which a damaged length makes too large a one or one that never ends. */
async function* framesIn(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = []
  let gatheredBytes = 0
  let wantedBytes = frameLeadBytes
  for await (const part of parts) {
    gathered.push(part)
    gatheredBytes += part.length
    while (gatheredBytes >= wantedBytes) {
      const whole = gathered.length === 1 ? (gathered[0] as Buffer) : Buffer.concat(gathered)
      gathered = [whole]
      const frameBytes = frameBytesOf(whole)
      if (gatheredBytes < frameBytes) {
        wantedBytes = frameBytes
        break
      }
      yield whole.subarray(0, frameBytes)
      gathered = [whole.subarray(frameBytes)]
      gatheredBytes -= frameBytes
      wantedBytes = frameLeadBytes
    }
  }
  if (gatheredBytes > 0) throw damaged('it was cut off')
}

function frameBytesOf(start: Buffer): number {
  const length = start.readUInt32LE(0)
  if (length > largestPieceBytes) throw damaged('a piece is too large')
  return length === 0 ? endFrameBytes : frameLeadBytes + length
}

function damaged(reason: string): MetastoreError {
  return new MetastoreError('data-corrupt', `a snapshot was damaged on its way here: ${reason}`)
}

import { crc32c } from '../base/crc32c.js'
import { MetastoreError } from '../base/errors.js'
import type { MemberId, SnapshotMetadata } from '../raft/index.js'
import { ByteReader } from './log/byte-reader.js'
import { ByteWriter } from './log/byte-writer.js'
import { putConfiguration, takeConfiguration } from './log/records.js'

/**
 * A snapshot file: frames of length, checksum, bytes. The first frame is the header, then come the
 * pieces of the state, and a frame of length 0 with the number and size of the pieces ends it. Each
 * checksum continues from the one before, so that frames cannot change places.
 */
const formatVersion = 1
const magic = Buffer.from('MSTRSNP\n', 'latin1')

export const frameLeadBytes = 8
export const endFrameBytes = frameLeadBytes + 16
export const largestPieceBytes = 64 * 1024 * 1024

export interface SnapshotHeader extends SnapshotMetadata {
  readonly groupId: bigint
  readonly memberId: MemberId
}

/** What the end of a snapshot says about all of it. */
interface SnapshotTotals {
  pieces: number
  bytes: number
}

export function encodeSnapshotHeader(header: SnapshotHeader): Buffer {
  const writer = new ByteWriter()
  writer.raw(magic)
  writer.word(formatVersion)
  writer.id(header.groupId)
  writer.id(header.memberId)
  writer.number(header.index)
  writer.number(header.term)
  putConfiguration(writer, header.configuration)
  return writer.bytes()
}

/** @throws MetastoreError `log-corrupt`, for the caller to place; `data-directory-unusable` */
export function decodeSnapshotHeader(bytes: Buffer): SnapshotHeader {
  const reader = new ByteReader(bytes)
  if (!reader.raw(magic.length).equals(magic)) throw new MetastoreError('log-corrupt')
  const version = reader.word()
  if (version !== formatVersion) {
    const message = `snapshot format ${version} is not known here, only ${formatVersion}`
    throw new MetastoreError('data-directory-unusable', message)
  }
  return {
    groupId: reader.id(),
    memberId: reader.id(),
    index: reader.number(),
    term: reader.number(),
    configuration: takeConfiguration(reader),
  }
}

/** The eight bytes before a piece. `seed`: the checksum of the frame before it. */
export function frameLead(bytes: Buffer, seed: number): { lead: Buffer; checksum: number } {
  const lead = Buffer.allocUnsafe(frameLeadBytes)
  lead.writeUInt32LE(bytes.length, 0)
  const checksum = crc32c(bytes, crc32c(lead, seed, 0, 4))
  lead.writeUInt32LE(checksum, 4)
  return { lead, checksum }
}

/** The last frame, which has no piece: length 0, checksum, totals. */
export function endFrame(totals: SnapshotTotals, seed: number): Buffer {
  const bytes = Buffer.alloc(endFrameBytes)
  bytes.writeBigUInt64LE(BigInt(totals.pieces), 8)
  bytes.writeBigUInt64LE(BigInt(totals.bytes), 16)
  bytes.writeUInt32LE(crc32c(bytes, seed, 8), 4)
  return bytes
}

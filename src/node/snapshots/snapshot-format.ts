import { crc32c } from '../../base/crc32c.js'
import { MetastoreError } from '../../base/errors.js'
import type { MemberId, SnapshotMetadata } from '../../raft/index.js'
import { ByteReader } from '../log/byte-reader.js'
import { ByteWriter } from '../log/byte-writer.js'
import { putConfiguration, takeConfiguration } from '../log/records.js'

/**
 * A snapshot file: frames of length, checksum, bytes. The first frame is the header, then come the
 * pieces of the state, and a frame of length 0 with the number and size of the pieces ends it. Each
 * checksum continues from the one before, so that frames cannot change places.
 */
const formatVersion = 2
/** The first one that says whether a snapshot was received. */
const receivedVersion = 2
const originVersion = 1
const magic = Buffer.from('MSTRSNP\n', 'latin1')

export const frameLeadBytes = 8
export const endFrameBytes = frameLeadBytes + 16
export const largestPieceBytes = 64 * 1024 * 1024

export interface SnapshotHeader extends SnapshotMetadata {
  readonly groupId: bigint
  readonly memberId: MemberId
  /** It came from another member: this member's own log need not have reached it. */
  readonly received: boolean
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
  writer.byte(header.received ? 1 : 0)
  putMetadata(writer, header)
  return writer.bytes()
}

/** Where a state came from, for a state machine to keep beside it. */
export function encodeMetadata(metadata: SnapshotMetadata): Buffer {
  const writer = new ByteWriter()
  writer.word(originVersion)
  putMetadata(writer, metadata)
  return Buffer.from(writer.bytes())
}

/** @throws MetastoreError `data-corrupt`, `data-directory-unusable` */
export function decodeMetadata(bytes: Buffer): SnapshotMetadata {
  try {
    const reader = new ByteReader(bytes)
    const version = reader.word()
    if (version !== originVersion) throw unknownVersion(version)
    return takeMetadata(reader)
  } catch (error) {
    if (!(error instanceof MetastoreError) || error.code !== 'log-corrupt') throw error
    throw new MetastoreError('data-corrupt', 'stored data is damaged: the origin of the state')
  }
}

/** @throws MetastoreError `log-corrupt`, for the caller to place; `data-directory-unusable` */
export function decodeSnapshotHeader(bytes: Buffer): SnapshotHeader {
  const reader = new ByteReader(bytes)
  if (!reader.raw(magic.length).equals(magic)) throw new MetastoreError('log-corrupt')
  const version = reader.word()
  if (version < 1 || version > formatVersion) throw unknownVersion(version)
  return {
    groupId: reader.id(),
    memberId: reader.id(),
    received: version >= receivedVersion && reader.byte() === 1,
    ...takeMetadata(reader),
  }
}

function putMetadata(writer: ByteWriter, { index, term, configuration }: SnapshotMetadata): void {
  writer.number(index)
  writer.number(term)
  putConfiguration(writer, configuration)
}

function takeMetadata(reader: ByteReader): SnapshotMetadata {
  return {
    index: reader.number(),
    term: reader.number(),
    configuration: takeConfiguration(reader),
  }
}

function unknownVersion(version: number): MetastoreError {
  const message = `snapshot format ${version} is not known here, only ${formatVersion}`
  return new MetastoreError('data-directory-unusable', message)
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

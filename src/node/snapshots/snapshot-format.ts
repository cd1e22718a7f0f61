import { crc32c } from '../../base/crc32c.js'
import { hasCode, MetastoreError } from '../../base/errors.js'
import type { MemberId, SnapshotMetadata } from '../../raft/index.js'
import { ByteReader } from '../log/byte-reader.js'
import { ByteWriter } from '../log/byte-writer.js'
import { putSnapshot, takeSnapshot } from '../log/records.js'

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

export function encodeSnapshotHeader(header: SnapshotHeader): Buffer {
  const writer = new ByteWriter()
  writer.raw(magic)
  writer.word(formatVersion)
  writer.id(header.groupId)
  writer.id(header.memberId)
  writer.byte(header.received ? 1 : 0)
  putSnapshot(writer, header)
  return writer.bytes()
}

/** Where a state came from, for a state machine to keep beside it. */
export function encodeMetadata(metadata: SnapshotMetadata): Buffer {
  const writer = new ByteWriter()
  writer.word(originVersion)
  putSnapshot(writer, metadata)
  return Buffer.from(writer.bytes())
}

/** @throws MetastoreError `data-corrupt`, `data-directory-unusable` */
export function decodeMetadata(bytes: Buffer): SnapshotMetadata {
  try {
    const reader = new ByteReader(bytes)
    const version = reader.word()
    if (version !== originVersion) throw unknownVersion(version)
    return takeSnapshot(reader)
  } catch (error) {
    if (!hasCode(error, 'log-corrupt')) throw error
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
    ...takeSnapshot(reader),
  }
}

function unknownVersion(version: number): MetastoreError {
  const message = `snapshot format ${version} is not known here, only ${formatVersion}`
  return new MetastoreError('data-directory-unusable', message)
}

/** Lengths and checksums of the frames behind the first, for who writes them and for who checks them. */
export class FrameChain {
  #checksum: number
  #pieces = 0
  #bytes = 0

  /** `seed`: the checksum that the first of them continues from. */
  constructor(seed: number) {
    this.#checksum = seed
  }

  /** The eight bytes before the next piece. */
  lead(piece: Buffer): Buffer {
    const { lead, checksum } = frameLead(piece, this.#checksum)
    this.#checksum = checksum
    this.#pieces++
    this.#bytes += piece.length
    return lead
  }

  /** The last frame, which has no piece: length 0, checksum, number and size of the pieces. */
  end(): Buffer {
    const bytes = Buffer.alloc(endFrameBytes)
    bytes.writeBigUInt64LE(BigInt(this.#pieces), 8)
    bytes.writeBigUInt64LE(BigInt(this.#bytes), 16)
    bytes.writeUInt32LE(crc32c(bytes, this.#checksum, 8), 4)
    return bytes
  }
}

/** The eight bytes before a frame's. `seed`: the checksum of the frame before it. */
export function frameLead(bytes: Buffer, seed: number): { lead: Buffer; checksum: number } {
  const lead = Buffer.allocUnsafe(frameLeadBytes)
  lead.writeUInt32LE(bytes.length, 0)
  const checksum = crc32c(bytes, crc32c(lead, seed, 0, 4))
  lead.writeUInt32LE(checksum, 4)
  return { lead, checksum }
}

import { crc32c } from '../../base/crc32c.js'
import { MetastoreError } from '../../base/errors.js'
import type { HardState, LogPosition } from '../../raft/index.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import type { LoggedConfiguration } from './raft-log.js'
import { putConfiguration, putHardState, takeConfiguration, takeHardState } from './records.js'

const formatVersion = 1
const magic = Buffer.from('MSTRWAL\n', 'latin1')
const fixedBytes = 20
const headerUnitBytes = 4096

/** The first block of a segment: all that is needed to start from this segment alone. */
export interface SegmentHeader {
  readonly groupId: bigint
  readonly memberId: bigint
  /** Counts segments from 1 without gaps; also the file's name. */
  readonly sequence: number
  /** The size of the whole file. */
  readonly segmentBytes: number
  /** Where the checksums of this segment's writes start from. */
  readonly salt: number
  /** Where the writes of the segment before end; 0 for the first. */
  readonly previousEnd: number
  /** The entry, or the snapshot, that the first entry of this segment follows. */
  readonly previous: LogPosition
  readonly hardState: HardState
  readonly configuration: LoggedConfiguration
}

/** Whole blocks of 4 KiB: magic, version, length, checksum, fields. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const writer = new ByteWriter()
  writer.raw(magic)
  writer.zeros(fixedBytes - magic.length)
  writer.id(header.groupId)
  writer.id(header.memberId)
  writer.number(header.sequence)
  writer.number(header.segmentBytes)
  writer.word(header.salt)
  writer.number(header.previousEnd)
  writer.number(header.previous.index)
  writer.number(header.previous.term)
  putHardState(writer, header.hardState)
  putConfiguration(writer, header.configuration)
  writer.number(header.configuration.index)
  writer.zeros(Math.ceil(writer.length / headerUnitBytes) * headerUnitBytes - writer.length)
  writer.wordAt(8, formatVersion)
  writer.wordAt(12, writer.length)
  writer.wordAt(16, checksum(writer.bytes()))
  return writer.bytes()
}

/**
 * The length of the header that begins with `start` (at least 4 KiB of the file).
 * @throws MetastoreError `log-corrupt`, `data-directory-unusable` for a format of another version
 */
export function segmentHeaderBytes(start: Buffer): number {
  const corrupt = start.length < headerUnitBytes || !start.subarray(0, magic.length).equals(magic)
  if (corrupt) throw new MetastoreError('log-corrupt')
  const version = start.readUInt32LE(8)
  const bytes = start.readUInt32LE(12)
  if (version !== formatVersion && bytes === start.length && checksum(start) === storedSum(start)) {
    const message = `log format ${version} is not known here, only ${formatVersion}`
    throw new MetastoreError('data-directory-unusable', message)
  }
  if (bytes === 0 || bytes % headerUnitBytes !== 0) throw new MetastoreError('log-corrupt')
  return bytes
}

/** @throws MetastoreError `log-corrupt` */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader {
  const damaged = bytes.length !== segmentHeaderBytes(bytes) || checksum(bytes) !== storedSum(bytes)
  if (damaged) throw new MetastoreError('log-corrupt')
  const reader = new ByteReader(bytes.subarray(fixedBytes))
  return {
    groupId: reader.id(),
    memberId: reader.id(),
    sequence: reader.number(),
    segmentBytes: reader.number(),
    salt: reader.word(),
    previousEnd: reader.number(),
    previous: { index: reader.number(), term: reader.number() },
    hardState: takeHardState(reader),
    configuration: takeLogged(reader),
  }
}

/** An earlier version left zeros, or nothing, where the index is. */
function takeLogged(reader: ByteReader): LoggedConfiguration {
  const configuration = takeConfiguration(reader)
  return { ...configuration, index: reader.left < 8 ? 0 : reader.number() }
}

function checksum(bytes: Buffer): number {
  return crc32c(bytes, crc32c(bytes, 0, 0, 16), fixedBytes)
}

function storedSum(bytes: Buffer): number {
  return bytes.readUInt32LE(16)
}

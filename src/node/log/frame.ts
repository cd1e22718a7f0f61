import { crc32c } from '../../base/crc32c.js'
import type { ByteWriter } from './byte-writer.js'

/**
 * One group write in a segment, little-endian words:
 * mark, position, synced, length, payload checksum, header checksum; payload; zeros; end mark.
 *
 * `position` is the write's own offset, `synced` the offset up to which the segment was known to be
 * on the disk before the write began. Both checksums start from the segment's salt, so that nothing
 * a client stores can look like a write. The end mark is the last byte group of every write and is
 * never zero: zeros there mean that the write was cut short.
 */
export const frameHeaderBytes = 24
const frameMark = 0x4c57_534d
const endMark = 0xe5d1_c0a7
const endMarkBytes = 4
const alignment = 8

/** {@link frameMark} as it stands on the disk. */
export const frameMarkBytes: Buffer = Buffer.from([0x4d, 0x53, 0x57, 0x4c])

interface FrameHeader {
  readonly position: number
  readonly synced: number
  readonly payloadBytes: number
  readonly payloadChecksum: number
}

/** The place a write with this payload takes. */
export function frameBytes(payloadBytes: number): number {
  const unaligned = frameHeaderBytes + payloadBytes + endMarkBytes
  return Math.ceil(unaligned / alignment) * alignment
}

/** Leaves room for the header; the payload follows, then {@link endFrame}. */
export function beginFrame(writer: ByteWriter): void {
  writer.reset()
  writer.zeros(frameHeaderBytes)
}

/** Completes the write; `writer.bytes()` is then what goes to the disk. */
export function endFrame(writer: ByteWriter, salt: number, position: number, synced: number): void {
  const payloadBytes = writer.length - frameHeaderBytes
  writer.zeros(frameBytes(payloadBytes) - writer.length - endMarkBytes)
  const payloadChecksum = crc32c(writer.bytes(), salt, frameHeaderBytes)
  writer.word(endMark)
  writer.wordAt(0, frameMark)
  writer.wordAt(4, position)
  writer.wordAt(8, synced)
  writer.wordAt(12, payloadBytes)
  writer.wordAt(16, payloadChecksum)
  writer.wordAt(20, crc32c(writer.bytes(), salt, 0, 20))
}

/** The header at the start of `bytes`; undefined when there is none whose checksum is right. */
export function parseFrameHeader(bytes: Buffer, salt: number): FrameHeader | undefined {
  if (bytes.length < frameHeaderBytes || bytes.readUInt32LE(0) !== frameMark) return undefined
  if (crc32c(bytes, salt, 0, 20) !== bytes.readUInt32LE(20)) return undefined
  return {
    position: bytes.readUInt32LE(4),
    synced: bytes.readUInt32LE(8),
    payloadBytes: bytes.readUInt32LE(12),
    payloadChecksum: bytes.readUInt32LE(16),
  }
}

/** The payload of a whole write; undefined when any of it is damaged. */
export function framePayload(frame: Buffer, header: FrameHeader, salt: number): Buffer | undefined {
  const end = frame.length - endMarkBytes
  if (frame.length !== frameBytes(header.payloadBytes)) return undefined
  if (frame.readUInt32LE(end) !== endMark) return undefined
  if (crc32c(frame, salt, frameHeaderBytes, end) !== header.payloadChecksum) return undefined
  return frame.subarray(frameHeaderBytes, frameHeaderBytes + header.payloadBytes)
}

import { frameBytes, frameHeaderBytes, frameMarkBytes, parseFrameHeader } from './frame.js'

const sectorBytes = 512

/** What stands where the next write was expected and is neither a write nor only zeros. */
export type Damage =
  | { readonly kind: 'torn' }
  | { readonly kind: 'corrupt'; readonly reason: string }

/**
 * Tells a write that a crash cut short from damage to what was on the disk. `rest`: the segment from
 * `position`, where the next write was expected, to its end.
 *
 * Segments are made of zeros and one write is under way at a time, so a write cut short leaves zeros
 * where a sector, or the end, is missing, and no later write. All else is damage.
 */
export function classifyDamage(rest: Buffer, position: number, salt: number): Damage {
  const later = findLaterWrite(rest, position, salt)
  if (later !== undefined) {
    const reason = `it was on the disk before the write at offset ${later} began`
    return { kind: 'corrupt', reason }
  }
  const header = parseFrameHeader(rest, salt)
  const valid = header !== undefined && header.position === position
  const bytes = valid ? frameBytes(header.payloadBytes) : frameHeaderBytes
  if (bytes > rest.length) {
    return { kind: 'corrupt', reason: 'a write reaches over the end of the segment' }
  }
  if (lacksEnd(rest, bytes, valid) || lacksSector(rest, bytes, position)) return { kind: 'torn' }
  return { kind: 'corrupt', reason: 'a whole write has a wrong checksum' }
}

/** Where another write begins behind the damaged one; undefined: nowhere. */
function findLaterWrite(rest: Buffer, position: number, salt: number): number | undefined {
  let at = rest.indexOf(frameMarkBytes, 1)
  while (at !== -1) {
    const header = parseFrameHeader(rest.subarray(at, at + frameHeaderBytes), salt)
    if (header !== undefined && header.position === position + at) return header.position
    at = rest.indexOf(frameMarkBytes, at + 1)
  }
  return undefined
}

/**
 * Whether the last of `bytes` was not written. The last byte of a whole write is never zero; that of
 * a header may be, but then something follows it.
 */
function lacksEnd(rest: Buffer, bytes: number, isWhole: boolean): boolean {
  return rest[bytes - 1] === 0 && (isWhole || isZero(rest.subarray(bytes)))
}

/** Whether the part of the first `bytes` in any one sector is nothing but zeros. */
function lacksSector(rest: Buffer, bytes: number, position: number): boolean {
  let start = 0
  while (start < bytes) {
    const end = Math.min(bytes, start + sectorBytes - ((position + start) % sectorBytes))
    if (isZero(rest.subarray(start, end))) return true
    start = end
  }
  return false
}

const zeros = Buffer.alloc(64 * 1024)

/** Whether every byte is zero. */
export function isZero(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start += zeros.length) {
    const part = bytes.subarray(start, start + zeros.length)
    if (zeros.compare(part, 0, part.length, 0, part.length) !== 0) return false
  }
  return true
}

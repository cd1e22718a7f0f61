import { join } from 'node:path'
import { hasCode, MetastoreError } from '../../base/errors.js'
import type { FileHandle, FileSystem } from '../../base/file-system.js'
import { ByteReader } from './byte-reader.js'
import { corruptAt } from './corrupt.js'
import { classifyDamage, isZero } from './damage.js'
import { FileWindow } from './file-window.js'
import { frameBytes, frameHeaderBytes, framePayload, parseFrameHeader } from './frame.js'
import type { BehindLimits } from './kept-entries.js'
import type { TornTail } from './raft-log.js'
import { readRecords } from './records.js'
import { Replay } from './replay.js'
import { type Segment, segmentSequence } from './segment.js'
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-header.js'

const headerUnitBytes = 4096

export interface ReadLog {
  readonly replay: Replay
  /** In order; at least one. */
  readonly segments: readonly Segment[]
  /** Where the writes of the last segment end. */
  readonly end: number
  readonly tornTail: TornTail | undefined
  /** The last whole write of the last segment. */
  readonly lastWrite: Buffer | undefined
}

/** The segments of a directory with their headers, in order; empty when there is no log. */
export async function readSegments(fileSystem: FileSystem, directory: string): Promise<Segment[]> {
  const segments: Segment[] = []
  for (const name of await fileSystem.list(directory)) {
    const sequence = segmentSequence(name)
    if (sequence === undefined) continue
    const segment = await readSegmentHeader(fileSystem, join(directory, name))
    const before = segments.at(-1)?.header.sequence ?? sequence - 1
    if (segment.header.sequence !== sequence) {
      throw corruptAt(segment.path, 0, `its header belongs to segment ${segment.header.sequence}`)
    }
    if (sequence !== before + 1) {
      throw corruptAt(segment.path, 0, `the segment before it, ${sequence - 1}, is missing`)
    }
    segments.push(segment)
  }
  return segments
}

/**
 * Reads all segments from front to back; keeps the entries above `applied`, and behind it what is wanted. Changes
 * nothing.
 * @throws MetastoreError `log-corrupt`, naming file and offset
 */
export async function readLog(
  fileSystem: FileSystem,
  segments: readonly Segment[],
  applied: number,
  behind: BehindLimits,
): Promise<ReadLog | undefined> {
  const first = segments[0]
  if (first === undefined) return undefined
  const replay = new Replay(first.header, applied, behind)
  let end = 0
  let tornTail: TornTail | undefined
  let lastWrite: Buffer | undefined
  for (const [position, segment] of segments.entries()) {
    const handle = await fileSystem.open(segment.path, 'read')
    try {
      const reader = new SegmentReader(segment, handle, replay)
      const next = segments[position + 1]
      if (next === undefined) ({ end, tornTail, lastWrite } = await reader.readLast())
      else await reader.readTo(next.header.previousEnd)
    } finally {
      await handle.close()
    }
  }
  return { replay, segments, end, tornTail, lastWrite }
}

async function readSegmentHeader(fileSystem: FileSystem, path: string): Promise<Segment> {
  const handle = await fileSystem.open(path, 'read')
  try {
    const fileBytes = await handle.size()
    const start = await handle.read(headerUnitBytes, 0)
    const headerBytes = segmentHeaderBytes(start)
    if (headerBytes > fileBytes) throw new MetastoreError('log-corrupt')
    const whole = headerBytes === start.length ? start : await handle.read(headerBytes, 0)
    const header = decodeSegmentHeader(whole)
    if (fileBytes !== header.segmentBytes) {
      const reason = `the file was made with ${header.segmentBytes} bytes and has ${fileBytes}`
      throw corruptAt(path, Math.min(fileBytes, header.segmentBytes), reason)
    }
    return { path, header, headerBytes }
  } catch (error) {
    throw placed(error, path, 0, 'the header of the segment has a wrong checksum')
  } finally {
    await handle.close()
  }
}

/** Reads the writes of one segment into a replay. */
class SegmentReader {
  private readonly window: FileWindow
  private position: number
  private lastWrite: Buffer | undefined

  constructor(
    private readonly segment: Segment,
    private readonly handle: FileHandle,
    private readonly replay: Replay,
  ) {
    this.window = new FileWindow(handle, segment.header.segmentBytes)
    this.position = segment.headerBytes
  }

  /** A segment that another follows: its writes were all on the disk before that one was made. */
  async readTo(end: number): Promise<void> {
    while (this.position < end && (await this.readWrite())) {}
    if (this.position === end) return
    throw this.corrupt(
      `writes up to offset ${end} were on the disk before the next segment was made`,
    )
  }

  /** The last segment may end in a write that a crash cut short. */
  async readLast(): Promise<Pick<ReadLog, 'end' | 'tornTail' | 'lastWrite'>> {
    while (await this.readWrite()) {}
    const { position: end, lastWrite } = this
    const { path, header } = this.segment
    const rest = await this.handle.read(header.segmentBytes - end, end)
    if (isZero(rest)) return { end, tornTail: undefined, lastWrite }
    const damage = classifyDamage(rest, end, header.salt)
    if (damage.kind === 'corrupt') throw this.corrupt(damage.reason)
    return { end, tornTail: { file: path, offset: end }, lastWrite }
  }

  /** False when no whole write stands at the position. */
  private async readWrite(): Promise<boolean> {
    const { salt } = this.segment.header
    const start = await this.window.read(this.position, frameHeaderBytes)
    const header = parseFrameHeader(start, salt)
    if (header === undefined || header.position !== this.position) return false
    const bytes = frameBytes(header.payloadBytes)
    const frame = await this.window.read(this.position, bytes)
    const payload = framePayload(frame, header, salt)
    if (payload === undefined) return false
    try {
      readRecords(new ByteReader(payload), this.replay)
    } catch (error) {
      throw placed(error, this.segment.path, this.position, 'a record cannot be read')
    }
    const { gap } = this.replay
    if (gap !== undefined) {
      throw this.corrupt(`entry ${gap.found} stands where ${gap.expected} is the next one`)
    }
    this.position += bytes
    this.lastWrite = frame
    return true
  }

  private corrupt(reason: string): MetastoreError {
    return corruptAt(this.segment.path, this.position, reason)
  }
}

/** Gives an error of a decoder, which knows no file, its place. */
function placed(error: unknown, path: string, offset: number, reason: string): unknown {
  const bare = hasCode(error, 'log-corrupt') && !error.message.includes(path)
  return bare ? corruptAt(path, offset, reason) : error
}

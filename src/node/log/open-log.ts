import { dirname } from 'node:path'
import { invariant, MetastoreError } from '../../base/errors.js'
import type { FileSystem } from '../../base/file-system.js'
import type { Random } from '../../base/random.js'
import {
  type Configuration,
  type Entry,
  initialHardState,
  type MemberId,
  type SnapshotMetadata,
} from '../../raft/index.js'
import { makeDurableDirectory } from '../durable-directory.js'
import { corruptAt } from './corrupt.js'
import { isZero } from './damage.js'
import { diskFailed } from './disk-errors.js'
import { FileLog, withRoom } from './file-log.js'
import type { BehindLimits } from './kept-entries.js'
import type { RaftLog, RecoveredLog } from './raft-log.js'
import { type ReadLog, readLog, readSegments } from './recovery.js'
import type { OpenSegment, Segment } from './segment.js'
import { SegmentMaker } from './segment-maker.js'

const mebibyte = 1024 * 1024
const defaultSegmentBytes = 64 * mebibyte
/** A new log starts small, so that a new member does not wait for a large file of zeros. */
const firstSegmentBytes = 4 * mebibyte

export interface FileLogOptions {
  readonly fileSystem: FileSystem
  /** Made when it is missing. Holds nothing but the log. */
  readonly directory: string
  readonly groupId: bigint
  readonly memberId: MemberId
  /** For a log that is made now. */
  readonly configuration: Configuration
  /** The last index the state machine holds. */
  readonly applied: number
  /** Which entries up to it are returned, for other members that lack them. */
  readonly behind: BehindLimits
  /**
   * The snapshot of another member that the state holds, and nothing behind it. A log that ends before it, or that
   * differs from it, was not yet replaced when the process ended: it is replaced now.
   */
  readonly received?: SnapshotMetadata | undefined
  readonly random: Random
  /** 8 KiB to 2 GiB; default 64 MiB. A segment made for one larger write is larger. */
  readonly segmentBytes?: number | undefined
}

/**
 * Opens the log of a directory, or makes one.
 * @throws MetastoreError `log-corrupt` naming file and offset, also where the log does not reach
 *   `applied`; `data-directory-unusable` for another member's log; `no-space`; `disk-failed`
 */
export async function openFileLog(
  options: FileLogOptions,
): Promise<{ log: RaftLog; recovered: RecoveredLog }> {
  const { fileSystem, directory } = options
  await makeDurableDirectory(fileSystem, directory)
  const segments = await readSegments(fileSystem, directory)
  for (const segment of segments) checkOwner(segment, options)
  const read = await readLog(fileSystem, segments, options.applied, options.behind)
  return read === undefined ? createLog(options) : continueLog(options, read)
}

function checkOwner({ path, header }: Segment, { groupId, memberId }: FileLogOptions): void {
  if (header.groupId === groupId && header.memberId === memberId) return
  const owner = `member ${header.memberId.toString(16)} of group ${header.groupId.toString(16)}`
  const asked = `member ${memberId.toString(16)} of group ${groupId.toString(16)}`
  throw new MetastoreError(
    'data-directory-unusable',
    `${path} belongs to ${owner}, not to ${asked}`,
  )
}

async function createLog(options: FileLogOptions) {
  const { fileSystem, directory, groupId, memberId, applied, random } = options
  if (applied > 0) {
    const message = `write-ahead log is damaged: ${directory} holds none, the state reaches ${applied}`
    throw new MetastoreError('log-corrupt', message)
  }
  const segmentBytes = options.segmentBytes ?? defaultSegmentBytes
  const configuration = { ...options.configuration, index: 0 }
  const previous = { index: 0, term: 0 }
  const header = {
    groupId,
    memberId,
    sequence: 1,
    segmentBytes: Math.min(segmentBytes, firstSegmentBytes),
    salt: random.below(0x1_0000_0000),
    previousEnd: 0,
    previous,
    hardState: initialHardState,
    configuration,
  }
  const current = await new SegmentMaker(fileSystem, directory).make(withRoom(header, 0))
  const log = new FileLog({
    fileSystem,
    directory,
    segmentBytes,
    random,
    sealed: [],
    current,
    position: current.headerBytes,
    end: { last: previous, hardState: initialHardState, configuration },
    grownBytes: 0,
  })
  const recovered: RecoveredLog = {
    hardState: initialHardState,
    configuration,
    applied: previous,
    previous,
    entries: [],
    tornTail: undefined,
  }
  return { log, recovered }
}

async function continueLog(options: FileLogOptions, read: ReadLog) {
  const { fileSystem, directory, random, received } = options
  const { replay, segments, end: position } = read
  const last = segments.at(-1) as Segment
  const applied = replay.appliedPosition
  const isReplaced = received !== undefined && replay.isBehind(received)
  if (applied === undefined && !isReplaced) {
    const reason = `the log holds indexes ${replay.reach}, the state reaches ${options.applied}`
    throw corruptAt(last.path, position, reason)
  }
  const { entries, previous } = replay
  const lastEntry = replay.lastPosition
  const current = await openForWriting(fileSystem, last, read)
  const log = new FileLog({
    fileSystem,
    directory,
    segmentBytes: options.segmentBytes ?? defaultSegmentBytes,
    random,
    sealed: segments.slice(0, -1),
    current,
    position,
    end: {
      last: { index: lastEntry.index, term: lastEntry.term },
      hardState: replay.currentHardState,
      configuration: replay.currentConfiguration,
    },
    grownBytes: bytesAbove(options.applied, entries),
  })
  const { tornTail } = read
  const { currentHardState: hardState, currentConfiguration: configuration } = replay
  if (isReplaced || applied === undefined) {
    const recovered = { hardState, tornTail, ...(await replaceLog(log, received)) }
    return { log, recovered }
  }
  return { log, recovered: { hardState, configuration, applied, previous, entries, tornTail } }
}

function bytesAbove(applied: number, entries: readonly Entry[]): number {
  let bytes = 0
  for (const { index, data } of entries) if (index > applied) bytes += data.length
  return bytes
}

async function replaceLog(log: RaftLog, snapshot: SnapshotMetadata | undefined) {
  invariant(snapshot !== undefined, 'a snapshot takes the place of the log')
  const { index, term, configuration } = snapshot
  await log.append({
    snapshot,
    entries: [],
    hardState: undefined,
    configuration: undefined,
    mustSync: true,
  })
  const applied = { index, term }
  return { configuration: { ...configuration, index }, applied, previous: applied, entries: [] }
}

/**
 * Removes a torn tail, and makes what was read durable: after a crash of the process alone, the last
 * write may be in the system's cache only. It is written once more, because a system whose earlier
 * sync failed may take its cached bytes for stored ones.
 */
async function openForWriting(
  fileSystem: FileSystem,
  segment: Segment,
  { end, tornTail, lastWrite }: ReadLog,
): Promise<OpenSegment> {
  try {
    const handle = await fileSystem.open(segment.path, 'read-write')
    for (let at = end; tornTail !== undefined && at < segment.header.segmentBytes; at += mebibyte) {
      const piece = await handle.read(mebibyte, at)
      if (!isZero(piece)) await handle.write(Buffer.alloc(piece.length), at)
    }
    if (lastWrite !== undefined) await handle.write(lastWrite, end - lastWrite.length)
    await handle.sync()
    await fileSystem.syncDirectory(dirname(segment.path))
    return { ...segment, handle }
  } catch (error) {
    throw diskFailed(`opening ${segment.path}`, error)
  }
}

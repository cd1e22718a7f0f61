import { MetastoreError } from '../../base/errors.js'
import type { FileSystem } from '../../base/file-system.js'
import type { Random } from '../../base/random.js'
import { diskFailed } from './disk-errors.js'
import { GroupWriter, type LogEnd } from './group-writer.js'
import type { LogWrite, RaftLog } from './raft-log.js'
import type { OpenSegment, Segment } from './segment.js'
import { encodeSegmentHeader, type SegmentHeader } from './segment-header.js'
import { SegmentMaker } from './segment-maker.js'

/** What joins one write, about: a caller that has just come does not wait for more than this. */
const groupBytes = 4 * 1024 * 1024
const blockBytes = 4096
/** More than a write of nothing but hard state takes. */
const lastWriteBytes = 128

interface FileLogStart {
  readonly fileSystem: FileSystem
  readonly directory: string
  readonly segmentBytes: number
  readonly random: Random
  /** Segments before the current one, in order. */
  readonly sealed: readonly Segment[]
  readonly current: OpenSegment
  /** Where the writes of the current segment end; all of them are on the disk. */
  readonly position: number
  readonly end: LogEnd
  readonly grownBytes: number
}

interface Waiting {
  readonly write: LogWrite
  resolve(): void
  reject(error: Error): void
}

/**
 * The write-ahead log in files. One write and its sync are under way at a time; what is appended
 * meanwhile becomes the next write.
 */
export class FileLog implements RaftLog {
  private readonly group = new GroupWriter()
  private readonly maker: SegmentMaker
  private readonly sealed: Segment[]
  private readonly end: LogEnd
  private current: OpenSegment
  private position: number
  private grown: number
  private waiting: Waiting[] = []
  private busy = false
  private working: Promise<void> = Promise.resolve()
  private cutting: Promise<void> = Promise.resolve()
  private closing: Promise<void> | undefined
  private failure: MetastoreError | undefined
  /** The hard state has changed since it was last written. */
  private hardStateWaits = false
  /** The last write is not named as synced by one after it. */
  private lastWriteUnnamed = false

  constructor(private readonly start: FileLogStart) {
    this.maker = new SegmentMaker(start.fileSystem, start.directory)
    this.sealed = [...start.sealed]
    this.current = start.current
    this.position = start.position
    this.end = start.end
    this.grown = start.grownBytes
  }

  get grownBytes(): number {
    return this.grown
  }

  append(write: LogWrite): Promise<void> {
    const refusal = this.failure ?? (this.closing && new MetastoreError('server-stopped'))
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      this.waiting.push({ write, resolve, reject })
      if (this.busy) return
      this.busy = true
      this.working = this.work()
    })
  }

  cut(index: number): Promise<void> {
    this.cutting = this.cutting.then(() => this.removeBehind(index))
    return this.cutting
  }

  close(): Promise<void> {
    this.closing ??= this.finish()
    return this.closing
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0 && this.failure === undefined) {
      const before = { ...this.end }
      const joined = this.takeGroup()
      try {
        if (joined.some(({ write }) => write.mustSync)) await this.writeGroup(before)
        for (const { resolve } of joined) resolve()
      } catch (error) {
        this.failure = diskFailed(`writing ${this.current.path}`, error)
        for (const { reject } of joined) reject(this.failure)
      }
    }
    this.busy = false
    const { failure } = this
    if (failure === undefined) return
    for (const { reject } of this.waiting.splice(0)) reject(failure)
  }

  private takeGroup(): Waiting[] {
    const { group, end, waiting } = this
    group.begin()
    let count = 0
    while (count < waiting.length && (count === 0 || group.sizeBytes < groupBytes)) {
      const next = waiting[count] as Waiting
      group.add(next.write, end)
      if (next.write.hardState !== undefined) this.hardStateWaits = true
      count++
    }
    if (count < waiting.length) return waiting.splice(0, count)
    this.waiting = []
    return waiting
  }

  /** Writes what the group holds. `before`: where the log stood without it, for a new segment. */
  private async writeGroup(before: LogEnd): Promise<void> {
    const { group } = this
    if (this.hardStateWaits) group.addHardState(this.end.hardState)
    const { sizeBytes } = group
    if (this.position + sizeBytes > this.current.header.segmentBytes) {
      await this.nextSegment(before, sizeBytes)
    }
    const bytes = group.finish(this.current.header.salt, this.position, this.position)
    await this.current.handle.writeSynced(bytes, this.position)
    this.position += bytes.length
    this.grown += bytes.length
    this.hardStateWaits = false
    this.lastWriteUnnamed = true
    const { segmentBytes } = this.current.header
    if (this.position * 4 > segmentBytes) this.maker.prepare(this.nextSegmentBytes)
  }

  /** Sizes grow step by step from a small first segment, so that none is waited for long. */
  private get nextSegmentBytes(): number {
    return Math.min(this.start.segmentBytes, this.current.header.segmentBytes * 4)
  }

  private async nextSegment(before: LogEnd, neededBytes: number): Promise<void> {
    const full = this.current
    const header: SegmentHeader = {
      ...full.header,
      sequence: full.header.sequence + 1,
      segmentBytes: this.nextSegmentBytes,
      salt: this.start.random.below(0x1_0000_0000),
      previousEnd: this.position,
      previous: before.last,
      hardState: before.hardState,
      configuration: before.configuration,
    }
    const made = await this.maker.make(withRoom(header, neededBytes))
    this.current = made
    this.position = made.headerBytes
    this.sealed.push(full)
    await full.handle.close()
  }

  /** One at a time and in order, so that a crash in between leaves no gap. */
  private async removeBehind(index: number): Promise<void> {
    const { fileSystem, directory } = this.start
    for (;;) {
      const [oldest, next = this.current] = this.sealed
      if (oldest === undefined || next.header.previous.index > index) return
      try {
        await fileSystem.remove(oldest.path)
        await fileSystem.syncDirectory(directory)
      } catch (error) {
        throw diskFailed(`removing ${oldest.path}`, error)
      }
      this.sealed.shift()
    }
  }

  private async finish(): Promise<void> {
    await this.working
    await this.cutting.catch(() => {})
    await this.maker.close()
    try {
      if (this.failure === undefined) await this.writeLast()
    } catch (error) {
      throw diskFailed(`writing ${this.current.path}`, error)
    } finally {
      await this.current.handle.close()
    }
  }

  /** A last write that names all before it as synced, so that damage to them cannot look torn. */
  private async writeLast(): Promise<void> {
    if (!this.lastWriteUnnamed && !this.hardStateWaits) return
    this.group.begin()
    this.hardStateWaits = true
    const room = this.current.header.segmentBytes - this.position
    if (room >= lastWriteBytes) await this.writeGroup(this.end)
  }
}

/** The header of a segment that has room for a write of `neededBytes`. */
export function withRoom(header: SegmentHeader, neededBytes: number): SegmentHeader {
  const smallest = encodeSegmentHeader(header).length + neededBytes
  const rounded = Math.ceil(smallest / blockBytes) * blockBytes
  return rounded > header.segmentBytes ? { ...header, segmentBytes: rounded } : header
}

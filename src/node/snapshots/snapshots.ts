import { join } from 'node:path'
import { hasCode, invariant, MetastoreError } from '../../base/errors.js'
import type { FileHandle, FileSystem } from '../../base/file-system.js'
import type { MemberId, SnapshotMetadata } from '../../raft/index.js'
import { makeDurableDirectory } from '../durable-directory.js'
import { makingFailed } from '../log/disk-errors.js'
import type { SnapshotCapture, SnapshotSource } from '../state-machine.js'
import {
  encodeSnapshotHeader,
  FrameChain,
  frameLead,
  largestPieceBytes,
  type SnapshotHeader,
} from './snapshot-format.js'
import { SnapshotReader } from './snapshot-reader.js'

/** The newest may turn out damaged; the log is kept until the oldest of these has it. */
const kept = 2
const asideName = 'next.tmp'
const receivedName = 'received.tmp'
const namePattern = /^([0-9a-f]{16})\.snapshot$/

interface SnapshotOptions {
  readonly fileSystem: FileSystem
  /** Made when it is missing. Holds nothing but snapshots. */
  readonly directory: string
  readonly groupId: bigint
  readonly memberId: MemberId
}

/** What {@link SnapshotStore.load} restored. */
export interface LoadedSnapshot {
  readonly metadata: SnapshotMetadata
  /** It came from another member. */
  readonly received: boolean
  readonly sizeBytes: number
}

/** A snapshot of another member, stored but of no effect. Its owner discards it on every path. */
export interface StagedSnapshot {
  /** Hands what is stored to `restore`. @throws MetastoreError `data-corrupt` */
  load(restore: (source: SnapshotSource) => Promise<void>): Promise<LoadedSnapshot>
  /**
   * From here on it is this member's newest, also after a crash.
   * @throws MetastoreError `disk-failed`
   */
  publish(): Promise<void>
  /** Does nothing once it is published. Idempotent. */
  discard(): Promise<void>
}

/** The snapshot files of one member. One caller; one call of each kind at a time. */
export class SnapshotStore {
  /** Newer snapshots that were passed over at load because they are damaged. */
  readonly damaged: MetastoreError[] = []
  /** Indexes of the files, oldest first. */
  private indexes: number[] = []
  private newest = 0
  private publishing: Promise<void> = Promise.resolve()

  private constructor(private readonly options: SnapshotOptions) {}

  /** Also removes what a crash left half written. */
  static async open(options: SnapshotOptions): Promise<SnapshotStore> {
    const { fileSystem, directory } = options
    await makeDurableDirectory(fileSystem, directory)
    const store = new SnapshotStore(options)
    for (const name of [asideName, receivedName]) await fileSystem.remove(join(directory, name))
    for (const name of await fileSystem.list(directory)) {
      const [, hex] = namePattern.exec(name) ?? []
      if (hex !== undefined) store.indexes.push(Number.parseInt(hex, 16))
    }
    return store
  }

  /** The log behind this index may go: an older snapshot than the newest holds it too. 0: none may. */
  get safeIndex(): number {
    const { indexes } = this
    return indexes.length < kept ? 0 : (indexes.at(-kept) ?? 0)
  }

  /** The size of the snapshot that was published last; 0: none was. */
  get newestBytes(): number {
    return this.newest
  }

  /**
   * Hands the newest whole snapshot to `restore`; a damaged one is noted in {@link damaged} and the
   * next older one taken. Undefined when there is none.
   * @throws MetastoreError `data-corrupt` when all are damaged; `data-directory-unusable`
   */
  async load(
    restore: (source: SnapshotSource) => Promise<void>,
  ): Promise<LoadedSnapshot | undefined> {
    for (const index of this.indexes.toReversed()) {
      const path = this.pathOf(index)
      try {
        const loaded = await this.loadFile(path, restore)
        this.indexes = this.indexes.filter((older) => older <= index)
        return loaded
      } catch (error) {
        if (!hasCode(error, 'data-corrupt')) throw error
        this.damaged.push(error)
      }
    }
    const [newest] = this.damaged
    if (newest !== undefined) throw newest
    return undefined
  }

  /**
   * Writes the captured state, durable when this resolves with its size, and removes all but the
   * newest two. The capture stays the caller's to close.
   * @throws MetastoreError `no-space`: nothing has changed; `disk-failed`
   */
  async save(capture: SnapshotCapture, metadata: SnapshotMetadata): Promise<number> {
    const { fileSystem, directory, groupId, memberId } = this.options
    const aside = join(directory, asideName)
    let sizeBytes = 0
    try {
      await fileSystem.remove(aside)
      const header = { ...metadata, groupId, memberId, received: false }
      sizeBytes = await this.write(aside, capture.chunks, header)
      await this.publish(aside, metadata.index, sizeBytes)
    } catch (error) {
      await fileSystem.remove(aside).catch(() => {})
      throw makingFailed(`making a snapshot in ${directory}`, error)
    }
    return sizeBytes
  }

  /**
   * Stores a snapshot that comes from another member beside all others. One at a time.
   * @throws MetastoreError `no-space`, `disk-failed`, and what `chunks` throws; nothing is left of it
   */
  async stage(metadata: SnapshotMetadata, chunks: AsyncIterable<Buffer>): Promise<StagedSnapshot> {
    const { fileSystem, directory, groupId, memberId } = this.options
    const path = join(directory, receivedName)
    const discard = () => fileSystem.remove(path)
    let sizeBytes = 0
    try {
      await discard()
      sizeBytes = await this.write(path, chunks, { ...metadata, groupId, memberId, received: true })
    } catch (error) {
      await discard().catch(() => {})
      throw makingFailed(`storing a snapshot in ${directory}`, error)
    }
    return {
      load: (restore) => this.loadFile(path, restore),
      publish: () => this.publish(path, metadata.index, sizeBytes),
      discard,
    }
  }

  /** One after the other, so that none removes what another has just made. */
  private publish(from: string, index: number, sizeBytes: number): Promise<void> {
    const { fileSystem, directory } = this.options
    const published = this.publishing.then(async () => {
      await fileSystem.rename(from, this.pathOf(index))
      await fileSystem.syncDirectory(directory)
      const others = this.indexes.filter((other) => other !== index)
      this.indexes = [...others, index].sort((left, right) => left - right)
      this.newest = sizeBytes
      await this.removeOld()
    })
    this.publishing = published.catch(() => {})
    return published
  }

  private async loadFile(
    path: string,
    restore: (source: SnapshotSource) => Promise<void>,
  ): Promise<LoadedSnapshot> {
    const { fileSystem, groupId, memberId } = this.options
    const reader = await SnapshotReader.open(fileSystem, path)
    try {
      const { header } = reader
      if (header.groupId !== groupId || header.memberId !== memberId) {
        const message = `${path} belongs to another member or group`
        throw new MetastoreError('data-directory-unusable', message)
      }
      await restore(reader.source)
      const { index, term, configuration, received } = header
      return { metadata: { index, term, configuration }, received, sizeBytes: reader.sizeBytes }
    } finally {
      await reader.close()
    }
  }

  private async write(
    path: string,
    chunks: AsyncIterable<Buffer>,
    header: SnapshotHeader,
  ): Promise<number> {
    const handle = await this.options.fileSystem.open(path, 'create')
    try {
      const file = new SequentialFile(handle)
      const bytes = encodeSnapshotHeader(header)
      const { lead, checksum } = frameLead(bytes, 0)
      await file.write(lead)
      await file.write(bytes)
      const chain = new FrameChain(checksum)
      for await (const piece of chunks) {
        invariant(piece.length > 0 && piece.length <= largestPieceBytes, 'a piece has a right size')
        await file.write(chain.lead(piece))
        await file.write(piece)
      }
      await file.write(chain.end())
      await handle.sync()
      return file.position
    } finally {
      await handle.close()
    }
  }

  private async removeOld(): Promise<void> {
    const { fileSystem, directory } = this.options
    this.indexes = this.indexes.slice(-kept)
    const keep = this.indexes.map((index) => this.pathOf(index))
    for (const name of await fileSystem.list(directory)) {
      const path = join(directory, name)
      if (namePattern.test(name) && !keep.includes(path)) await fileSystem.remove(path)
    }
    await fileSystem.syncDirectory(directory)
  }

  private pathOf(index: number): string {
    return join(this.options.directory, `${index.toString(16).padStart(16, '0')}.snapshot`)
  }
}

class SequentialFile {
  position = 0

  constructor(private readonly handle: FileHandle) {}

  async write(bytes: Buffer): Promise<void> {
    await this.handle.write(bytes, this.position)
    this.position += bytes.length
  }
}

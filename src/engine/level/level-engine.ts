import type { ByteString } from '../../base/bytes.js'
import type { CancelSignal } from '../../base/cancel-signal.js'
import type { Clock } from '../../base/clock.js'
import { invariant, type MetastoreError } from '../../base/errors.js'
import { systemClock } from '../../base/system-clock.js'
import { closedError } from '../closed-error.js'
import type { Engine, EngineSizes, EngineView, RowChanges, RowRange, RowRun } from '../engine.js'
import { ReadPace } from '../read-pace.js'
import { type BatchMark, internalPrefix, readTrail } from './batch-trail.js'
import { BatchWriter } from './batch-writer.js'
import { DiskState } from './disk-state.js'
import { FolderSize } from './folder-size.js'
import { HeldFiles } from './held-files.js'
import {
  createLevelDatabase,
  type LevelDatabase,
  type LevelTuning,
  openLevelDatabase,
} from './level-database.js'
import { LevelView } from './level-view.js'
import { Overlay, type OverlayCapture } from './overlay.js'
import { RowChecksum } from './row-checksum.js'
import { SpaceReclaimer } from './space-reclaimer.js'
import { TableAudit } from './table-audit.js'
import { TurnQueue } from './turn-queue.js'

export interface LevelEngineOptions extends Partial<LevelTuning> {
  /** Created when missing. It belongs to the engine alone. */
  readonly folder: string
  /** Memory for rows that are not yet on the disk, from which on the engine is congested. */
  readonly maxOverlayBytes?: number
  /** Bytes of tables checked for damage before the engine opens; the rest is checked later. */
  readonly checkedAtOpenBytes?: number
  /** Bytes of tables gone through in one step of {@link Engine.reclaim}. */
  readonly reclaimStepBytes?: number
  readonly clock?: Clock
  /** Makes the database; tests hand in one that fails or waits. */
  readonly createDatabase?: (folder: string, tuning: LevelTuning) => LevelDatabase
}

const noRuns: readonly RowRun[] = []
const defaultMaxOverlayBytes = 64 * 1024 * 1024
/** Takes about 0.1 s. */
const defaultCheckedAtOpenBytes = 64 * 1024 * 1024

/**
 * Measured with 300,000 commits of four rows: compression makes the folder a third and commits
 * half as fast; a write buffer of 16 MiB takes a fifth less processor time than one of 4, and one of
 * 64 lets the next start replay its log for half a second. For keys that are put all over, ones of
 * 32 and 48 gain less than runs differ.
 */
export const defaultTuning: LevelTuning = {
  maxOpenFiles: 500,
  cacheSizeBytes: 8 * 1024 * 1024,
  writeBufferSizeBytes: 16 * 1024 * 1024,
  compression: false,
}

/**
 * An engine that keeps its rows in one LevelDB. Commits go to an overlay in memory and from there, in
 * one synced batch after another, to the disk.
 */
export class LevelEngine implements Engine {
  readonly kind = 'level'
  readonly #database: LevelDatabase
  readonly #checksum: RowChecksum
  readonly #writer: BatchWriter
  readonly #audit: TableAudit
  readonly #folderSize: FolderSize
  readonly #heldFiles: HeldFiles
  readonly #reclaimer: SpaceReclaimer
  readonly #maxOverlayBytes: number
  readonly #overlay = new Overlay()
  readonly #scanTurns = new TurnQueue()
  readonly #pace = new ReadPace()
  readonly #views = new Set<LevelView>()
  /** What LevelDB holds until the next batch starts. */
  #disk: DiskState
  #position: number
  #durablePosition: number
  #failure: MetastoreError | undefined
  #closing: Promise<void> | undefined
  #durableListener: (position: number) => void = () => {}
  #failureListener: (error: MetastoreError) => void = () => {}
  #onLastViewClosed: () => void = () => {}

  private constructor(
    database: LevelDatabase,
    checksum: RowChecksum,
    last: BatchMark,
    audit: TableAudit,
    options: LevelEngineOptions,
  ) {
    this.#database = database
    this.#checksum = checksum
    this.#audit = audit
    this.#disk = new DiskState(database, checksum)
    this.#folderSize = new FolderSize(database, options.folder, options.clock ?? systemClock)
    this.#heldFiles = new HeldFiles(options.folder, options.clock ?? systemClock)
    this.#reclaimer = new SpaceReclaimer(database, options.reclaimStepBytes)
    this.#maxOverlayBytes = options.maxOverlayBytes ?? defaultMaxOverlayBytes
    this.#position = last.position
    this.#durablePosition = last.position
    this.#writer = new BatchWriter(database, checksum, last, options.clock ?? systemClock, {
      onLaunch: () => this.#launched(),
      onConfirmed: (position) => this.#confirmed(position),
      onFailed: (error) => this.#failed(error),
    })
  }

  /**
   * Opens the database in a folder, or makes a new one there.
   * @throws MetastoreError `data-directory-unusable`, or `data-corrupt` when rows were lost
   */
  static async open(options: LevelEngineOptions): Promise<LevelEngine> {
    const { folder } = options
    const createDatabase = options.createDatabase ?? createLevelDatabase
    const tuning = { ...defaultTuning, ...options }
    const audit = new TableAudit(folder, options.clock ?? systemClock)
    await audit.list()
    const database = await openLevelDatabase(folder, () => createDatabase(folder, tuning))
    try {
      await audit.check(options.checkedAtOpenBytes ?? defaultCheckedAtOpenBytes)
      const checksum = new RowChecksum()
      const last = await readTrail(database, checksum, folder)
      const engine = new LevelEngine(database, checksum, last, audit, options)
      await engine.#heldFiles.start()
      await engine.#folderSize.measure()
      audit.start((error) => engine.#failed(error))
      return engine
    } catch (thrown) {
      await database.close()
      throw thrown
    }
  }

  get durablePosition(): number {
    return this.#durablePosition
  }

  get congested(): boolean {
    return this.#overlay.sizeBytes >= this.#maxOverlayBytes
  }

  get(key: ByteString): Buffer | undefined {
    this.#mustBeReadable()
    const value = this.#overlay.get(key)
    return value === null ? this.#disk.get(key) : value
  }

  view(): EngineView {
    this.#mustBeReadable()
    const view = new LevelView(
      this.#overlay.capture(),
      this.#disk,
      this.#checksum,
      this.#scanTurns,
      this.#pace,
      (closed) => this.#viewClosed(closed),
    )
    this.#views.add(view)
    return view
  }

  commit(changes: RowChanges, position: number, runs: readonly RowRun[] = noRuns): void {
    this.#mustBeOpen()
    if (this.#failure !== undefined && this.#failure.code !== 'no-space') throw this.#failure
    invariant(position >= this.#position, 'positions do not go back')
    this.#position = position
    this.#overlay.commit(changes, runs)
    this.#writer.seal(position, this.#overlay.pendingBytes)
  }

  get failure(): MetastoreError | undefined {
    return this.#failure
  }

  onDurable(listener: (position: number) => void): void {
    this.#durableListener = listener
  }

  onFailure(listener: (error: MetastoreError) => void): void {
    this.#failureListener = listener
  }

  sizes(): EngineSizes {
    this.#mustBeOpen()
    return this.#folderSize.current()
  }

  async flush(): Promise<void> {
    this.#mustBeOpen()
    await this.#writer.flush()
  }

  async reclaim(range: RowRange, signal?: CancelSignal): Promise<void> {
    await this.flush()
    this.#heldFiles.written()
    await this.#reclaimer.reclaim(range.gte, range.lt ?? internalPrefix, signal)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const view of this.#views) view.close()
    try {
      await this.#writer.flush()
    } catch {
      // The failure has been handed to its listener; what is left is to release the folder.
    }
    await this.#reclaimer.close()
    await this.#audit.close()
    await this.#folderSize.settled()
    await this.#heldFiles.close()
    await this.#database.close()
  }

  /** Closes when the last view has been closed; nothing new is asked of it any more. */
  async retire(): Promise<void> {
    if (this.#views.size > 0 && this.#closing === undefined) {
      await new Promise<void>((resolve) => {
        this.#onLastViewClosed = resolve
      })
    }
    await this.close()
  }

  #viewClosed(view: LevelView): void {
    this.#views.delete(view)
    if (this.#views.size === 0) this.#onLastViewClosed()
  }

  #launched(): OverlayCapture {
    this.#disk.pin()
    this.#disk = new DiskState(this.#database, this.#checksum)
    return this.#overlay.launch()
  }

  #confirmed(position: number): void {
    this.#overlay.confirm()
    this.#heldFiles.written()
    if (position === this.#durablePosition) return
    this.#durablePosition = position
    this.#durableListener(position)
  }

  #failed(error: MetastoreError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#failureListener(error)
  }

  /** After a failed write reads go on; once rows are known to be damaged, no answer is safe. */
  #mustBeReadable(): void {
    this.#mustBeOpen()
    if (this.#failure?.code === 'data-corrupt') throw this.#failure
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw closedError('engine')
  }
}

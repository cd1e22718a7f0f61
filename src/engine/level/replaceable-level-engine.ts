import type { ByteString } from '../../base/bytes.js'
import type { CancelSignal } from '../../base/cancel-signal.js'
import { invariant, type MetastoreError } from '../../base/errors.js'
import { closedError } from '../closed-error.js'
import type {
  EngineReplacement,
  EngineSizes,
  EngineView,
  ReplaceableEngine,
  RowChanges,
  RowRange,
  RowRun,
} from '../engine.js'
import { writeFailure } from './batch-writer.js'
import { createLevelDatabase, openLevelDatabase } from './level-database.js'
import { defaultTuning, LevelEngine, type LevelEngineOptions } from './level-engine.js'
import { LevelFolders } from './level-folders.js'
import { LevelReplacement } from './level-replacement.js'

/**
 * The LevelDB engine of a folder, whose database can be exchanged for another one: each has a folder of its own
 * below it, and a small file names the one in use.
 */
export class ReplaceableLevelEngine implements ReplaceableEngine {
  readonly kind = 'level'
  readonly #options: LevelEngineOptions
  readonly #folders: LevelFolders
  readonly #replacements = new Set<EngineReplacement>()
  /** Databases that were replaced, while somebody still reads them or they are being removed. */
  readonly #retired = new Map<LevelEngine, Promise<void>>()
  #current: LevelEngine
  #folder: string
  #switching: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined
  #durableListener: (position: number) => void = () => {}
  #failureListener: (error: MetastoreError) => void = () => {}

  private constructor(
    options: LevelEngineOptions,
    folders: LevelFolders,
    current: LevelEngine,
    folder: string,
  ) {
    this.#options = options
    this.#folders = folders
    this.#current = current
    this.#folder = folder
    this.#listen(current)
  }

  /**
   * Opens the database in use, or makes a new one, and removes what a crash left of others.
   * @throws MetastoreError `data-directory-unusable`, or `data-corrupt` when rows were lost
   */
  static async open(options: LevelEngineOptions): Promise<ReplaceableLevelEngine> {
    const folders = new LevelFolders(options.folder)
    const folder = await folders.active()
    const current = await LevelEngine.open({ ...options, folder })
    try {
      await folders.removeAllBut(folder)
    } catch (error) {
      await current.close()
      throw error
    }
    return new ReplaceableLevelEngine(options, folders, current, folder)
  }

  get durablePosition(): number {
    return this.#current.durablePosition
  }

  get congested(): boolean {
    return this.#current.congested
  }

  get failure(): MetastoreError | undefined {
    return this.#current.failure
  }

  get(key: ByteString): Buffer | undefined {
    return this.#current.get(key)
  }

  view(): EngineView {
    return this.#current.view()
  }

  commit(changes: RowChanges, position: number, runs?: readonly RowRun[]): void {
    this.#current.commit(changes, position, runs)
  }

  onDurable(listener: (position: number) => void): void {
    this.#durableListener = listener
  }

  onFailure(listener: (error: MetastoreError) => void): void {
    this.#failureListener = listener
  }

  sizes(): EngineSizes {
    return this.#current.sizes()
  }

  flush(): Promise<void> {
    return this.#current.flush()
  }

  reclaim(range: RowRange, signal?: CancelSignal): Promise<void> {
    return this.#current.reclaim(range, signal)
  }

  async replacement(): Promise<EngineReplacement> {
    this.#mustBeOpen()
    const folder = this.#folders.next()
    const create = this.#options.createDatabase ?? createLevelDatabase
    const tuning = { ...defaultTuning, ...this.#options }
    const database = await openLevelDatabase(folder, () => create(folder, tuning))
    const replacement: LevelReplacement = new LevelReplacement({
      database,
      seal: () => this.#seal(folder),
      remove: async () => {
        this.#replacements.delete(replacement)
        await this.#folders.remove(folder)
      },
      folder,
    })
    this.#replacements.add(replacement)
    if (this.#closing !== undefined) await replacement.discard()
    return replacement
  }

  replaceBy(replacement: EngineReplacement, adopt?: () => void): Promise<void> {
    invariant(replacement instanceof LevelReplacement, 'a replacement goes to who made it')
    const switched = this.#switching.then(() => this.#switchTo(replacement, adopt))
    this.#switching = switched.catch(() => {})
    return switched
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#switching
    await Promise.all([...this.#replacements].map((replacement) => replacement.discard()))
    for (const engine of this.#retired.keys()) void engine.close()
    await Promise.all([this.#current.close(), ...this.#retired.values()])
  }

  async #seal(folder: string): Promise<LevelEngine> {
    const engine = await LevelEngine.open({ ...this.#options, folder })
    try {
      await this.#folders.prepare(folder)
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  async #switchTo(replacement: LevelReplacement, adopt: () => void = () => {}): Promise<void> {
    this.#mustBeOpen()
    const engine = replacement.take()
    this.#replacements.delete(replacement)
    try {
      await this.#folders.activate(replacement.folder)
    } catch (error) {
      await engine.close()
      throw writeFailure(error)
    }
    const [before, folderBefore] = [this.#current, this.#folder]
    this.#current = engine
    this.#folder = replacement.folder
    this.#listen(engine)
    adopt()
    this.#retired.set(before, this.#retire(before, folderBefore))
    this.#durableListener(engine.durablePosition)
  }

  /** What cannot be removed now is removed at the next start. */
  async #retire(engine: LevelEngine, folder: string): Promise<void> {
    try {
      await engine.retire()
      await this.#folders.remove(folder)
    } catch {}
    this.#retired.delete(engine)
  }

  #listen(engine: LevelEngine): void {
    engine.onDurable((position) => {
      if (engine === this.#current) this.#durableListener(position)
    })
    engine.onFailure((error) => {
      if (engine === this.#current) this.#failureListener(error)
    })
    if (engine.failure !== undefined) this.#failureListener(engine.failure)
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw closedError('engine')
  }
}

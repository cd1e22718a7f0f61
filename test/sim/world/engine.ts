import type { Clock } from '../../../src/base/clock.js'
import type { MetastoreError } from '../../../src/base/errors.js'
import type { Random } from '../../../src/base/random.js'
import {
  type EngineReplacement,
  type EngineSizes,
  type EngineView,
  eachChange,
  MemoryEngine,
  type ReplaceableEngine,
  type Row,
  type RowChanges,
  type RowRange,
  type RowRun,
  type RowScan,
} from '../../../src/engine/index.js'
import type { Batch, EngineDisk } from './engine-disk.js'
import { SimulatedReplacement } from './engine-replacement.js'

/** Reads, in thousand, that have to ask the disk. */
const slowReads = 60
const slowReadMs = 3
const gatherMs = 25
const writeMs = 30

/**
 * An engine that survives crashes by its own means, as LevelDB does: rows are readable at once and
 * become durable in batches, one under way at a time; a crash loses what no batch has brought to the disk.
 */
export class SimulatedEngine implements ReplaceableEngine {
  readonly kind = 'level'
  readonly failure = undefined
  readonly congested = false
  private readonly rows: MemoryEngine
  private gathered: Batch | undefined
  private writing = false
  private listener: (position: number) => void = () => {}
  private waiters: { readonly position: number; resolve(): void }[] = []
  private position: number

  constructor(
    private readonly disk: EngineDisk,
    private readonly clock: Clock,
    private readonly random: Random,
    nextTurn: () => Promise<void>,
  ) {
    this.rows = new MemoryEngine(nextTurn)
    this.rows.commit(disk.rows, disk.position)
    this.position = disk.position
  }

  get durablePosition(): number {
    return this.disk.position
  }

  get(key: string): Buffer | undefined {
    return this.rows.get(key)
  }

  view(): EngineView {
    const view = this.rows.view()
    return {
      get: (key) => view.get(key),
      scan: (range) => this.scan(view, range),
      close: () => view.close(),
    }
  }

  commit(changes: RowChanges, position: number, runs: readonly RowRun[] = []): void {
    if (position < this.position) throw new Error('positions do not go back')
    this.position = position
    this.rows.commit(changes, position, runs)
    this.gathered ??= { changes: new Map(), position }
    const { changes: gathered } = this.gathered
    eachChange(changes, runs, (key, value) => gathered.set(key, value))
    this.gathered.position = position
    this.launchLater()
  }

  onDurable(listener: (position: number) => void): void {
    this.listener = listener
  }

  onFailure(_listener: (error: MetastoreError) => void): void {}

  sizes(): EngineSizes {
    return this.rows.sizes()
  }

  async flush(): Promise<void> {
    if (!this.writing && this.gathered === undefined) return
    const { position } = this
    await new Promise<void>((resolve) => this.waiters.push({ position, resolve }))
  }

  async reclaim(): Promise<void> {
    await this.flush()
  }

  async replacement(): Promise<EngineReplacement> {
    const pause = () => this.pause(writeMs)
    return new SimulatedReplacement(await this.rows.replacement(), pause)
  }

  /** One state or the other is on the disk after a crash; what waits to be written belongs to the old one. */
  async replaceBy(replacement: EngineReplacement, adopt?: () => void): Promise<void> {
    if (!(replacement instanceof SimulatedReplacement)) throw new Error('made by another engine')
    this.disk.beginReplacement(replacement.whole)
    await this.pause(writeMs)
    this.disk.finishReplacement()
    this.gathered = undefined
    this.position = this.disk.position
    await this.rows.replaceBy(replacement.inner, adopt)
    this.tell(this.position)
  }

  async close(): Promise<void> {
    await this.flush()
    await this.rows.close()
  }

  private launchLater(): void {
    if (this.writing) return
    this.writing = true
    this.clock.schedule(this.random.below(gatherMs), () => this.launch())
  }

  private launch(): void {
    const batch = this.gathered
    this.gathered = undefined
    if (batch === undefined) {
      this.writing = false
      return
    }
    this.disk.begin(batch)
    this.clock.schedule(this.random.below(writeMs), () => this.confirmed(batch))
  }

  private confirmed(batch: Batch): void {
    this.writing = false
    if (this.gathered !== undefined) this.launchLater()
    if (this.disk.finish(batch)) this.tell(batch.position)
  }

  private tell(durable: number): void {
    this.listener(durable)
    const reached = this.waiters.filter(({ position }) => position <= durable)
    this.waiters = this.waiters.filter(({ position }) => position > durable)
    for (const { resolve } of reached) resolve()
  }

  private pause(mostMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.schedule(this.random.below(mostMs), resolve))
  }

  private scan(view: EngineView, range: RowRange): RowScan {
    const scan = view.scan(range)
    return { next: (limit) => this.read(scan, limit), close: () => scan.close() }
  }

  private read(scan: RowScan, limit: number): Row[] | Promise<Row[]> {
    const rows = scan.next(limit)
    if (this.random.below(1000) >= slowReads) return rows
    return new Promise((resolve, reject) => {
      const give = () => Promise.resolve(rows).then(resolve, reject)
      this.clock.schedule(this.random.below(slowReadMs * 10) / 10, give)
    })
  }
}

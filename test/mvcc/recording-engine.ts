import type { ByteString } from '../../src/base/bytes.js'
import type { Engine, EngineView, RowChanges, RowRange, RowRun } from '../../src/engine/index.js'
import { eachChange, MemoryEngine } from '../../src/engine/index.js'

/**
 * An engine that notes its commits, so that what a crash leaves can be made of them: a number of
 * whole commits, and nothing of the rest.
 */
export class RecordingEngine implements Engine {
  readonly kind = 'level'
  readonly failure = undefined
  readonly commits: (readonly [changes: RowChanges, position: number])[] = []
  readonly reclaimed: RowRange[] = []
  /** Commits that no flush has waited for yet, and the most there ever were. */
  unflushed = 0
  mostUnflushed = 0
  totalBytes = 0
  durablePosition = 0
  congested = false
  /** Flushing and giving back wait for it. */
  hold: Promise<void> | undefined
  readonly #rows = new MemoryEngine()

  /** What is on the disk after the first commits of another one. */
  static after(commits: RecordingEngine['commits']): RecordingEngine {
    const engine = new RecordingEngine()
    for (const [changes, position] of commits) engine.commit(changes, position)
    return engine
  }

  get(key: ByteString): Buffer | undefined {
    return this.#rows.get(key)
  }

  view(): EngineView {
    return this.#rows.view()
  }

  commit(over: RowChanges, position: number, runs: readonly RowRun[] = []): void {
    const changes = new Map<ByteString, Buffer | undefined>()
    eachChange(over, runs, (key, value) => changes.set(key, value))
    this.commits.push([changes, position])
    this.mostUnflushed = Math.max(this.mostUnflushed, ++this.unflushed)
    this.#rows.commit(changes, position)
  }

  onDurable(): void {}
  onFailure(): void {}

  sizes(): { totalBytes: number; inUseBytes: number } {
    return { totalBytes: this.totalBytes, inUseBytes: this.totalBytes }
  }

  async flush(): Promise<void> {
    await this.hold
    this.unflushed = 0
  }

  async reclaim(range: RowRange): Promise<void> {
    await this.hold
    this.reclaimed.push(range)
  }

  close(): Promise<void> {
    return this.#rows.close()
  }

  /** Every row there is, as text that can be compared. */
  async allRows(): Promise<string[]> {
    const view = this.view()
    const scan = view.scan({ gte: '', lt: undefined })
    const rows: string[] = []
    for (;;) {
      const chunk = await scan.next(1000)
      if (chunk.length === 0) break
      rows.push(...chunk.map(({ key, value }) => `${key} ${value.toString('latin1')}`))
    }
    view.close()
    return rows
  }
}

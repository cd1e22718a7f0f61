import type { EngineReplacement, EngineView, RowChanges } from '../../../src/engine/index.js'
import type { Batch } from './engine-disk.js'

/** Another state that is made beside the present one of a simulated engine. */
export class SimulatedReplacement implements EngineReplacement {
  /** All of it, once finished. */
  readonly whole: Batch = { changes: new Map(), position: 0 }

  constructor(
    readonly inner: EngineReplacement,
    private readonly pause: () => Promise<void>,
  ) {}

  async add(rows: RowChanges): Promise<void> {
    await this.pause()
    for (const [key, value] of rows) this.whole.changes.set(key, value)
    await this.inner.add(rows)
  }

  async finish(position: number): Promise<void> {
    await this.pause()
    this.whole.position = position
    await this.inner.finish(position)
  }

  get(key: string): Buffer | undefined {
    return this.inner.get(key)
  }

  view(): EngineView {
    return this.inner.view()
  }

  discard(): Promise<void> {
    return this.inner.discard()
  }
}

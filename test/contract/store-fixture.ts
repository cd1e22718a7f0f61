import { join } from 'node:path'
import { systemFileSystem } from '../../src/base/system-file-system.js'
import { type Engine, MemoryEngine, ReplaceableLevelEngine } from '../../src/engine/index.js'
import type { Store, StoreLimits } from '../../src/store/index.js'
import type { WatchStream } from '../../src/watch/index.js'
import { EventType, type WatchResponse } from '../../src/wire/index.js'
import { openMemberStore, testLimits } from '../support/member-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

export type StoreKind = 'volatile memory' | 'memory' | 'level'
export const storeKinds: readonly StoreKind[] = ['volatile memory', 'memory', 'level']

/** A store on real files (or none), and a way to start it again on what it left. */
export class StoreFixture {
  static async create(kind: StoreKind, limits: Partial<StoreLimits> = {}): Promise<StoreFixture> {
    const fixture = new StoreFixture(kind, await temporaryFolder('store'), limits)
    await fixture.open()
    return fixture
  }

  #store: Store | undefined
  /** What went wrong in the background; empty in every good run. */
  readonly troubles: unknown[] = []
  /** Views of the engine that are open now. */
  openViews = 0

  private constructor(
    private readonly kind: StoreKind,
    private readonly folder: Awaited<ReturnType<typeof temporaryFolder>>,
    private readonly limits: Partial<StoreLimits>,
  ) {}

  get store(): Store {
    if (this.#store === undefined) throw new Error('the store is not open')
    return this.#store
  }

  async open(): Promise<void> {
    const engine =
      this.kind === 'level'
        ? await ReplaceableLevelEngine.open({ folder: join(this.folder.path, 'level') })
        : new MemoryEngine()
    this.#countViews(engine)
    const storage = { fileSystem: systemFileSystem, directory: this.folder.path }
    this.#store = await openMemberStore(
      {
        engine,
        limits: { ...testLimits, ...this.limits },
        onTrouble: (_what, error) => this.troubles.push(error),
      },
      {
        ...(this.kind === 'volatile memory' ? {} : { storage }),
        onFatal: (error) => this.troubles.push(error),
      },
    )
  }

  #countViews(engine: Engine): void {
    const makeView = engine.view.bind(engine)
    engine.view = () => {
      const view = makeView()
      const close = view.close.bind(view)
      let open = true
      this.openViews++
      view.close = () => {
        if (open) this.openViews--
        open = false
        close()
      }
      return view
    }
  }

  /** Views that splits of counts need for a while are not held against anybody. */
  async hasOpenViews(count: number): Promise<void> {
    await waitFor(`${count} open views`, () => this.openViews === count)
  }

  async restart(): Promise<void> {
    await this.store.close()
    await this.open()
  }

  async dispose(): Promise<void> {
    await this.#store?.close()
    await this.folder.remove()
  }
}

/** Takes every response of a watch stream. */
export class Watching {
  readonly responses: WatchResponse[] = []
  readonly stream: WatchStream

  constructor(store: Store) {
    this.stream = store.watch({
      send: (response) => {
        this.responses.push(response)
        return true
      },
    })
  }

  get events(): string[] {
    return this.responses.flatMap(({ events }) =>
      events.map(({ type, kv, prevKv }) => {
        const what = type === EventType.PUT ? `${kv.key}=${kv.value}` : `${kv.key} deleted`
        return `${kv.modRevision}: ${what}${prevKv === undefined ? '' : ` (was ${prevKv.value})`}`
      }),
    )
  }

  async sees(count: number): Promise<string[]> {
    await waitFor(`${count} events`, () => this.events.length >= count)
    return this.events
  }
}

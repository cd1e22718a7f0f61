import type { Clock } from '../../src/base/clock.js'
import type { Random } from '../../src/base/random.js'
import type {
  AppliedEntry,
  ReceivedState,
  SnapshotCapture,
  SnapshotSource,
  StateMachine,
} from '../../src/node/index.js'

/** What was applied, in order. */
export interface TallyRow {
  readonly index: number
  readonly text: string
}

/** What a tally with durability of its own has on its disk. */
export interface StoredTally {
  rows: readonly TallyRow[]
  index: number
  origin?: Buffer | undefined
}

interface TallyOptions {
  readonly durability: 'own' | 'snapshots'
  readonly stored: StoredTally
  readonly clock: Clock
  readonly random: Random
}

/** A state machine that remembers every payload, and so shows what was applied twice or never. */
export class TallyMachine implements StateMachine {
  readonly durability: 'own' | 'snapshots'
  rows: TallyRow[]
  appliedIndex: number
  private listener: (index: number) => void = () => {}
  private flushing = false

  constructor(private readonly options: TallyOptions) {
    this.durability = options.durability
    this.rows = [...options.stored.rows]
    this.appliedIndex = options.stored.index
  }

  get durableIndex(): number {
    return this.options.stored.index
  }

  onDurable(listener: (index: number) => void): void {
    this.listener = listener
  }

  apply(entries: readonly AppliedEntry[]): void | Promise<void> {
    if (this.options.random.below(2) === 0) return this.applyNow(entries)
    return new Promise((resolve, reject) => {
      this.options.clock.schedule(1, () => {
        try {
          resolve(this.applyNow(entries))
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  capture(): SnapshotCapture {
    const rows = [...this.rows]
    return { index: this.appliedIndex, chunks: chunksOf(rows), close: () => {} }
  }

  async receive(source: SnapshotSource): Promise<ReceivedState> {
    const rows: TallyRow[] = []
    for await (const chunk of source.chunks) rows.push(...JSON.parse(chunk.toString()))
    return {
      install: async () => {
        await new Promise<void>((resolve) => this.options.clock.schedule(1, resolve))
        this.rows = rows
        this.appliedIndex = source.index
        if (this.durability !== 'own') return
        const { stored } = this.options
        stored.rows = [...rows]
        stored.index = source.index
        stored.origin = source.origin
        this.listener(stored.index)
      },
      discard: async () => {},
    }
  }

  get origin(): Buffer | undefined {
    return this.options.stored.origin
  }

  private applyNow(entries: readonly AppliedEntry[]): void {
    for (const entry of entries) {
      if (entry.index !== this.appliedIndex + 1) throw new Error(`${entry.index} is out of order`)
      this.appliedIndex = entry.index
      if (entry.payload.length === 0) continue
      this.rows.push({ index: entry.index, text: entry.payload.toString() })
      entry.respond(entry.index)
    }
    if (this.durability === 'own') this.scheduleFlush()
  }

  private scheduleFlush(): void {
    if (this.flushing) return
    this.flushing = true
    const { clock, random, stored } = this.options
    clock.schedule(random.below(30), () => {
      this.flushing = false
      stored.rows = [...this.rows]
      stored.index = this.appliedIndex
      this.listener(stored.index)
    })
  }
}

async function* chunksOf(rows: readonly TallyRow[]): AsyncGenerator<Buffer> {
  for (let start = 0; start < rows.length; start += 10) {
    yield Buffer.from(JSON.stringify(rows.slice(start, start + 10)))
  }
}

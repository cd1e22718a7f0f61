import type { Engine } from '../../engine/engine.js'
import { currentRow, currentRows } from '../rows/rows.js'
import type { KeyFacts } from './key-facts.js'

/** Read at a time. */
const chunkRows = 64
/** Of one step, which reads from one view. What changes meanwhile is known and passed over. */
const rowsOfStep = 64 * chunkRows

/** Loads, behind everything else and step by step, the facts of all keys there are. */
export class FactLoader {
  readonly #engine: Engine
  /** The facts that puts use; others after a snapshot has been taken in. */
  readonly #current: () => KeyFacts | undefined
  #facts: KeyFacts | undefined
  /** Where the next step begins. */
  #from = ''
  #running: Promise<void> | undefined
  #closed = false

  constructor(engine: Engine, current: () => KeyFacts | undefined) {
    this.#engine = engine
    this.#current = current
  }

  /** Loads some thousand rows more, if that is of use. Resolves when they are loaded; one step runs at a time. */
  load(): Promise<void> {
    this.#running ??= this.#step().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Stops after the chunk under way. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running?.catch(() => {})
  }

  async #step(): Promise<void> {
    const facts = this.#current()
    if (facts === undefined || this.#isOver(facts)) return
    if (facts !== this.#facts || !facts.isLoading) {
      this.#facts = facts
      this.#from = currentRow('')
      facts.beginLoad()
    }
    const next = await this.#loadFrom(this.#from, facts)
    if (next === undefined) facts.endLoad()
    else this.#from = next
  }

  #isOver(facts: KeyFacts): boolean {
    const isStopped = this.#closed || this.#engine.failure !== undefined
    return isStopped || facts.isSettled || this.#current() !== facts
  }

  /** Loads rows from `from` on; answers where to go on, undefined: there are no more. */
  async #loadFrom(from: string, facts: KeyFacts): Promise<string | undefined> {
    const mark = facts.mark()
    const view = this.#engine.view()
    const { lt } = currentRows({ start: '', end: undefined })
    const scan = view.scan({ gte: from, lt, priority: 'background' })
    try {
      let next = from
      for (let loaded = 0; loaded < rowsOfStep; ) {
        const rows = await scan.next(chunkRows)
        const last = rows.at(-1)
        if (last === undefined) return undefined
        if (this.#isOver(facts) || !facts.load(rows, mark)) return next
        next = `${last.key}\0`
        loaded += rows.length
      }
      return next
    } finally {
      scan.close()
      view.close()
    }
  }
}

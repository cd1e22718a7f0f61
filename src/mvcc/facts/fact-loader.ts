import type { Engine } from '../../engine/engine.js'
import { currentRow, currentRows } from '../rows/rows.js'
import type { KeyFacts } from './key-facts.js'

/** Read at a time. */
const chunkRows = 64
/** Read from one view: what changes meanwhile is known and passed over, but a view holds what it shows on the disk. */
const rowsOfView = 64 * chunkRows

/** Loads, behind everything else, the facts of all keys there are. */
export class FactLoader {
  readonly #engine: Engine
  /** The facts that puts use; others after a snapshot has been taken in. */
  readonly #current: () => KeyFacts | undefined
  readonly #nextTurn: () => Promise<void>
  #running: Promise<void> = Promise.resolve()
  #closed = false

  /** `nextTurn` lets other work of the process go on. */
  constructor(engine: Engine, current: () => KeyFacts | undefined, nextTurn: () => Promise<void>) {
    this.#engine = engine
    this.#current = current
    this.#nextTurn = nextTurn
  }

  /** Resolves when all is loaded, or there is no room for more. One load runs at a time. */
  load(): Promise<void> {
    this.#running = this.#running.catch(() => {}).then(() => this.#run())
    return this.#running
  }

  /** Stops after the step under way. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running.catch(() => {})
  }

  async #run(): Promise<void> {
    const facts = this.#current()
    if (facts === undefined) return
    facts.beginLoad()
    let from: string | undefined = currentRow('')
    try {
      while (from !== undefined) {
        await this.#nextTurn()
        if (this.#isOver(facts)) return
        from = await this.#loadFrom(from, facts)
      }
    } finally {
      facts.endLoad(from === undefined)
    }
  }

  #isOver(facts: KeyFacts): boolean {
    const isStopped = this.#closed || this.#engine.failure !== undefined
    return isStopped || facts.isFull || this.#current() !== facts
  }

  /** Loads rows from `from` on; answers where to go on, undefined: there are no more. */
  async #loadFrom(from: string, facts: KeyFacts): Promise<string | undefined> {
    const mark = facts.mark()
    const view = this.#engine.view()
    const { lt } = currentRows({ start: '', end: undefined })
    const scan = view.scan({ gte: from, lt, priority: 'background' })
    try {
      let next = from
      for (let loaded = 0; loaded < rowsOfView; ) {
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

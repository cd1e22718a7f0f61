import type { Clock } from '../base/clock.js'
import type { LogFields, Logger } from '../base/logger.js'

const intervalMs = 30_000

/** Says each message at most once in half a minute, and then how often it was held back. */
export class QuietLog {
  readonly #logger: Logger
  readonly #clock: Clock
  /** By message, of which there are only those in the program. */
  readonly #said = new Map<string, { atMs: number; heldBack: number }>()

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  warn(message: string, fields: LogFields): void {
    const nowMs = this.#clock.nowMs()
    const last = this.#said.get(message)
    if (last !== undefined && nowMs - last.atMs < intervalMs) {
      last.heldBack++
      return
    }
    this.#said.set(message, { atMs: nowMs, heldBack: 0 })
    const heldBack = last?.heldBack ?? 0
    this.#logger.warn(message, heldBack === 0 ? fields : { ...fields, heldBack })
  }

  /** From here on `message` is news again. */
  forget(message: string): void {
    this.#said.delete(message)
  }
}

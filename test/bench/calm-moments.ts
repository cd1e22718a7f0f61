import { setTimeout as pause } from 'node:timers/promises'
import { muchStolenPart, StolenTime } from './stolen-time.js'

const mostRepetitions = 3
const betweenLooksMs = 2_000

export interface CalmMomentsParts {
  /** Wants all processors for a moment: the host takes nothing from whoever wants nothing. */
  readonly wantProcessors: () => Promise<void>
  readonly stolenTime?: StolenTime
  readonly nowMs?: () => number
  readonly betweenLooksMs?: number
  readonly tell: (line: string) => void
}

/**
 * Measures while the host of a virtual machine leaves it its processors, as far as patience goes. What is
 * measured again is chosen by what was stolen alone, never by the figure.
 */
export class CalmMoments {
  readonly #parts: CalmMomentsParts
  readonly #stolenTime: StolenTime
  readonly #nowMs: () => number
  #patienceMs: number

  /** `patienceMs`: what waiting and measuring again may take in all; 0: neither is done. */
  constructor(patienceMs: number, parts: CalmMomentsParts) {
    this.#patienceMs = patienceMs
    this.#parts = parts
    this.#stolenTime = parts.stolenTime ?? new StolenTime()
    this.#nowMs = parts.nowMs ?? (() => performance.now())
  }

  /** Answers what `measure` did in the calmest of the moments tried, and the part that was stolen then. */
  async measure<Result>(
    measure: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly stolenPart: number }> {
    await this.#spend(() => this.#calm())
    let best = await this.#once(measure)
    for (let repeated = 0; repeated < mostRepetitions; repeated++) {
      if (!(best.stolenPart >= muchStolenPart) || this.#patienceMs <= 0) break
      this.#parts.tell(`${Math.round(best.stolenPart * 100)} % stolen: measured again`)
      const next = await this.#spend(async () => {
        await this.#calm()
        return this.#once(measure)
      })
      if (next.stolenPart < best.stolenPart) best = next
    }
    return best
  }

  async #once<Result>(measure: () => Promise<Result>) {
    this.#stolenTime.part()
    const result = await measure()
    return { result, stolenPart: this.#stolenTime.part() }
  }

  async #calm(): Promise<void> {
    const giveUpAtMs = this.#nowMs() + this.#patienceMs
    while (this.#nowMs() < giveUpAtMs) {
      this.#stolenTime.part()
      await this.#parts.wantProcessors()
      if (!(this.#stolenTime.part() >= muchStolenPart)) return
      await pause(this.#parts.betweenLooksMs ?? betweenLooksMs)
    }
  }

  async #spend<Result>(work: () => Promise<Result>): Promise<Result> {
    const from = this.#nowMs()
    try {
      return await work()
    } finally {
      this.#patienceMs -= this.#nowMs() - from
    }
  }
}
